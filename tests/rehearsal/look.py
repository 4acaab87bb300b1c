"""Looking at what an evening left: nothing lost, nothing doubled, nothing overwritten.

The ledger's own history of every place is held against every outbox.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import msgspec

from service.client import Client, Entry, NotFound, State
from service.client.views import AnswerEventView, FactEventView
from tests.rehearsal.order import Evening, spots
from tests.rehearsal.plan import CASES, PEOPLE, Spot, place_of

Event = AnswerEventView | FactEventView


@dataclass(frozen=True, slots=True)
class Left:
    """What is on record in the end; the same whatever the order."""

    state: Mapping[Spot, str | None]
    ratings: object


async def look(evening: Evening, lead: Client) -> Left:
    """Check everything and give what must not depend on the order."""
    inspection = lead.inspection(evening.inspection)
    every = spots(evening.day)
    read = [_history(lead, evening.inspection, spot) for spot in every]
    histories = dict(zip(every, await asyncio.gather(*read), strict=True))
    own: Counter[Spot] = Counter()
    for person in PEOPLE:
        entries = await evening.entries(person)
        _check_entries(evening, person, entries)
        for entry in entries:
            spot = (entry.place.case, entry.place.name)
            own[spot] += _is_on_record(person, entry, histories[spot])
        _check_deeds(evening, person, entries, histories)
    _check_surfaced(evening)
    for spot, events in histories.items():
        in_the_morning = spot in evening.day.morning
        assert len(events) == own[spot] + in_the_morning, (spot, "doubled")
        _check_overwriting(evening, spot, events)
    state: dict[Spot, str | None] = dict.fromkeys(histories)
    for ref in CASES:
        case = await inspection.case(ref).show()
        state |= {(ref, name): it.answer for name, it in case.answers.items()}
        state |= {(ref, name): it.value for name, it in case.facts.items()}
    assert state == evening.day.ends()
    ratings = await inspection.show_ratings()
    rated = (ratings.questions, ratings.standards, ratings.overall, ratings.prompts)
    return Left(state, msgspec.to_builtins(rated))


async def _history(lead: Client, inspection: str, spot: Spot) -> Sequence[Event]:
    place = place_of(inspection, spot)
    case = lead.inspection(inspection).case(place.case)
    try:
        if place.kind == "answer":
            return (await case.answer_history(place.name)).events
        return (await case.fact_history(place.name)).events
    except NotFound:
        return ()


def _check_entries(evening: Evening, person: str, entries: Sequence[Entry]) -> None:
    """Everything recorded is on record, or a person was shown why it is not."""
    shown = {it.place for it in evening.surfaced[person]}
    for entry in entries:
        assert entry.state in {State.ACCEPTED, State.SETTLED}, entry
        assert entry.sealed is None, entry
        assert entry.state is State.ACCEPTED or entry.place in shown, entry


def _check_surfaced(evening: Evening) -> None:
    """Of those who changed one place apart, all but one were shown a conflict there.

    Where only one did, nobody was.
    """
    for spot in spots(evening.day):
        place = place_of(evening.inspection, spot)
        apart = [
            person
            for person, deeds in evening.day.deeds.items()
            if any(deed.spot == spot for deed in deeds)
        ]
        shown = [
            person
            for person in PEOPLE
            if any(it.place == place for it in evening.surfaced[person])
        ]
        assert len(apart) - 1 <= len(shown) <= len(apart), (spot, "conflicts")
        assert shown == [] or len(apart) > 1, (spot, "a conflict with nobody")


def _check_deeds(
    evening: Evening,
    person: str,
    entries: Sequence[Entry],
    histories: Mapping[Spot, Sequence[Event]],
) -> None:
    """The outbox lost nothing of the day, and what is on record has its words."""
    deeds = evening.day.deeds[person]
    assert len(entries) >= len(deeds)
    for entry, deed in zip(entries, deeds, strict=False):
        assert entry.place == place_of(evening.inspection, deed.spot)
        assert entry.value == deed.value
        if entry.state is State.ACCEPTED:
            events = histories[deed.spot]
            assert _is_on_record(person, entry, events), entry
            (event,) = (it for it in events if it.version == entry.version)
            if isinstance(event, AnswerEventView):
                assert event.evidence == deed.evidence


def _is_on_record(person: str, entry: Entry, events: Sequence[Event]) -> bool:
    """Whether an entry made an event of its own; what was accepted says what it is."""
    if entry.state is not State.ACCEPTED:
        return False
    (event,) = (event for event in events if event.version == entry.version)
    assert _value(event) == entry.value, entry
    said = datetime.fromisoformat(entry.observed_at)
    return event.actor == person and datetime.fromisoformat(event.observed_at) == said


def _check_overwriting(evening: Evening, spot: Spot, events: Sequence[Event]) -> None:
    """Whoever changed what another recorded that day had been shown that version."""
    place = place_of(evening.inspection, spot)
    for before, after in pairwise(events):
        if before.actor in PEOPLE and before.actor != after.actor:
            assert any(
                it.place == place
                and it.theirs is not None
                and it.theirs.version == before.version
                for it in evening.surfaced[after.actor]
            ), (spot, before, after)


def _value(event: Event) -> str | None:
    return event.answer if isinstance(event, AnswerEventView) else event.value
