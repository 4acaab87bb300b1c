"""Batches: what was recorded without a network, each item carried out by itself.

Items about different things queue up together and share commits; items about one thing
are carried out one after the other, in their order. A refusal is that item's alone.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import UNSET, Meta, Struct
from msgspec.structs import replace

from service.api.batch_items import (
    MOST_ITEMS,
    AnswerBatchBody,
    AnswerBatchView,
    Item,
    ItemResult,
    Prepared,
    item_of,
    prepared,
    thing_of,
)
from service.api.wire.carrying_out import Sent, errand_of
from service.api.wire.context import CHECKPOINTS, DESK, IDENTITY
from service.api.wire.middleware import answered_to, refused_word
from service.api.wire.parameter import PREFER
from service.api.wire.problems import RETRY_AFTER_SECONDS, Place
from service.api.wire.reading import decoded, path, received
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.worded import told_in
from service.authority import require_acquaintance
from service.desk import Accepted
from service.permission import Action
from service.refusal import Refused

routes = Routes("answers")

BATCH_LIMIT = 1 << 20
"""Bytes of a batch; other bodies have the limit of the settings."""

_ACCEPTED = msgspec.json.Decoder(Accepted)
_MINIMAL = "return=minimal"


class _RawBatch(Struct, forbid_unknown_fields=True):
    items: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_ITEMS)]


class _KeyOnly(Struct):
    key: str


@routes.post(
    "/v1/inspections/{inspection}/answer-batches",
    Contract(
        may=Action.ANSWER,
        takes=AnswerBatchBody,
        gives={200: AnswerBatchView},
        asks=(PREFER,),
        refuses=("integrity-alarm",),
        repeatable=True,
    ),
)
async def record_batch(request: web.Request) -> web.Response:
    """Carry out up to 200 answers, facts and withdrawals, each by itself.

    The reply has one result an item, in their order; each has the status, the reply or
    the problem it would have had alone. Each is named by its own `key`, so that a batch
    that was cut off is sent again whole, in any other company, and nothing is recorded
    twice. An item that changes what another of the batch records names that item in
    `follows`, and is refused with `earlier-item-refused` where that one was.

    A batch counts as one write of what a person may ask for, however many items it has:
    a day without a network goes in at once, and its items share what a request costs.
    """
    request.app[CHECKPOINTS].require_sound()
    inspection = path(request, "inspection")
    batch = decoded(await received(request, limit=BATCH_LIMIT), _RawBatch)
    who = request[IDENTITY]
    await request.app[DESK].read(  # or it is not found
        inspection,
        lambda book: require_acquaintance(who.person, who.roles, inspection, book),
    )
    readied = [
        await _readied(request, inspection, number, raw)
        for number, raw in enumerate(batch.items)
    ]
    results = await _carried_out(request, inspection, readied)
    headers = {}
    if any(result.status == 503 for result in results):  # noqa: PLR2004 - its meaning
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if _MINIMAL in request.headers.get("Prefer", "").replace(" ", ""):
        results = [replace(result, reply=UNSET) for result in results]
        headers["Preference-Applied"] = _MINIMAL
    at = await request.app[DESK].read(inspection, lambda book: book.position)
    view = AnswerBatchView(inspection=inspection, as_of=at, results=tuple(results))
    response = shown(view, at=at)
    response.headers.update(headers)
    return response


class _Refused(Struct, frozen=True):
    """An item that cannot be carried out, and the result that says so."""

    result: ItemResult


_Readied = Prepared | _Refused


async def _readied(
    request: web.Request, inspection: str, number: int, raw: msgspec.Raw
) -> _Readied:
    item: Item | None = None
    try:
        item = item_of(raw)
        return await prepared(request, inspection, item)
    except Exception as error:  # noqa: BLE001 - it is this item's answer
        return _Refused(_problem(request, number, item or _key_in(raw), error))


def _key_in(raw: msgspec.Raw) -> str | None:
    """The key of an item that does not fit otherwise."""
    try:
        return msgspec.json.decode(raw, type=_KeyOnly).key
    except msgspec.ValidationError:
        return None


Done = dict[str, ItemResult]
"""What came of the items about one thing so far, by their keys."""


async def _carried_out(
    request: web.Request, inspection: str, readied: Sequence[_Readied]
) -> list[ItemResult]:
    """Every item's result; what was refused already keeps its own."""
    by_thing: dict[str, list[tuple[int, Prepared]]] = {}
    results: dict[int, ItemResult] = {}
    for number, each in enumerate(readied):
        match each:
            case Prepared(item=item):
                by_thing.setdefault(thing_of(item), []).append((number, each))
            case _Refused(result):
                results[number] = result

    async def in_turn(items: Sequence[tuple[int, Prepared]]) -> None:
        done: Done = {}
        for number, each in items:
            try:
                result = await _one(request, inspection, each, done)
            except Exception as error:  # noqa: BLE001 - it is this item's answer
                result = _problem(request, number, each.item, error)
            results[number] = done[each.item.key] = result

    await asyncio.gather(*map(in_turn, by_thing.values()))
    return [results[number] for number in range(len(readied))]


async def _one(
    request: web.Request, inspection: str, each: Prepared, done: Done
) -> ItemResult:
    item = each.item
    seen = item.base_version or 0  # 0: nothing ever was on record
    if item.follows is not None:
        seen = _followed(item.follows, done)
    errand = errand_of(
        request,
        Sent(
            key=each.key,
            thing=thing_of(item),
            seen=seen,
            first=False,
            observed_at=item.observed_at,
            may_identify=told_in(item),
        ),
    )
    reply, replayed = await request.app[DESK].run(inspection, each.command, errand)
    accepted = _ACCEPTED.decode(reply)
    return ItemResult(
        key=item.key,
        status=201 if accepted.created else 200,
        replayed=replayed,
        version=accepted.version,
        position=accepted.position,
        reply=accepted,
    )


def _followed(key: str, done: Done) -> int:
    """The version that an earlier item of the batch recorded."""
    if key not in done:
        raise Refused(
            "validation",
            f"no earlier item of this batch about the same thing has the key `{key}`",
            pointer="/follows",
        )
    version = done[key].version
    if version is None:
        raise Refused(
            "earlier-item-refused", f"the item `{key}` that it follows was refused"
        )
    return version


def _problem(
    request: web.Request, number: int, item: Item | str | None, error: Exception
) -> ItemResult:
    """A refusal as the problem of an item, or of its key where nothing else fits.

    Its pointers lead into the batch.
    """
    place = None
    if item is None or isinstance(item, str):
        key = item
    else:
        key = item.key
        word = refused_word(error.code) if isinstance(error, Refused) else None
        place = Place(f"/{word}") if word in item.__struct_fields__ else None
    problem = answered_to(request, error, place).problem
    if problem.errors is not UNSET:
        here = f"/items/{number}"
        problem = replace(
            problem,
            errors=tuple(
                replace(fault, pointer=here + (fault.pointer or ""), parameter=None)
                for fault in problem.errors
            ),
        )
    return ItemResult(key=key, status=problem.status, problem=problem)
