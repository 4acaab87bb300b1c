"""Sending what an outbox holds: in batches, cut off anywhere, repeated harmlessly.

async with Client(url, token) as client, open_outbox(path, "rosa") as outbox:
    report = await sync(outbox, client)
    for it in report.unsettled:
        ...  # show mine and theirs; then outbox.keep_mine, keep_theirs or settle
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec
from msgspec import Struct

from service.client.batch import Item
from service.client.client import Client
from service.client.entry import NOTHING, Entry, Kind, Place, Theirs, Unsettled
from service.client.outbox import Outbox
from service.client.problem import Forbidden, NotFound, Refusal
from service.client.views import AnswerEventView, FactEventView

MOST_ITEMS = 200
MOST_BYTES = 900_000  # of a batch; the service takes a mebibyte


class NotYours(Exception):
    """The token is another person's: their name would stand on what was recorded."""


class Report(Struct, frozen=True, kw_only=True):
    """How a sync went; `waiting` could not be taken just now and is sent next time."""

    accepted: int
    waiting: int
    unsettled: tuple[Unsettled, ...]


async def sync(outbox: Outbox, client: Client) -> Report:
    """Send all that waits and fetch what is theirs where something was not taken.

    Raises NotYours, and what a call of the client raises: then what was not sent waits.
    """
    me = await client.me()
    if me.person != outbox.person:
        raise NotYours(f"the outbox is `{outbox.person}`'s, the token `{me.person}`'s")
    accepted = 0
    refused: Refusal | None = None
    waiting = await outbox.waiting()
    for inspection in dict.fromkeys(entry.place.inspection for entry in waiting):
        try:
            accepted += await _send(outbox, client, inspection)
        except (Forbidden, NotFound) as refusal:  # of this inspection, not of others
            refused = refused or refusal
    for it in await outbox.unsettled():
        if it.theirs is None:
            await _read_theirs(outbox, client, it.place)
    if refused is not None:
        raise refused
    return Report(
        accepted=accepted,
        waiting=len(await outbox.waiting()),
        unsettled=await outbox.unsettled(),
    )


async def _send(outbox: Outbox, client: Client, inspection: str) -> int:
    """Send batch after batch of one inspection; how many entries were accepted."""
    accepted = 0
    while sent := _batch(outbox, await outbox.waiting(inspection)):
        view = await client.inspection(inspection).send(tuple(sent.values()))
        taken = await outbox.take_results(view.results)
        accepted += taken.accepted
        if not (taken.accepted or taken.unsettled):
            break
    return accepted


def _batch(outbox: Outbox, waiting: Sequence[Entry]) -> Mapping[str, Item]:
    """As many of the entries as a batch may hold, by key."""
    items: dict[str, Item] = {}
    size = 0
    for entry in waiting[:MOST_ITEMS]:
        item = entry.item(outbox.evidence(entry))
        size += len(msgspec.json.encode(item)) + 1
        if size > MOST_BYTES:
            break
        items[entry.key] = item
    return items


async def _read_theirs(outbox: Outbox, client: Client, place: Place) -> None:
    """Note what is on record in a place, by whom and since when, if it may be read."""
    case = client.inspection(place.inspection).case(place.case)
    theirs = NOTHING
    try:
        match place.kind:
            case Kind.ANSWER:
                answer = (await case.answer_history(place.name)).events[-1]
                theirs = _theirs(answer, answer.answer)
            case Kind.FACT:
                fact = (await case.fact_history(place.name)).events[-1]
                theirs = _theirs(fact, fact.value)
            case _:
                assert_never(place.kind)
    except NotFound:
        pass
    except Forbidden:
        return
    await outbox.note_theirs(place, theirs)


def _theirs(event: AnswerEventView | FactEventView, value: str | None) -> Theirs:
    return Theirs(
        version=event.version,
        value=value,
        actor=event.actor,
        recorded_at=event.recorded_at,
        observed_at=event.observed_at,
    )
