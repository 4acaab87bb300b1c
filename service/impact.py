"""Every inspection of a ledger, or of an export, rated again under other rules."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dsl.evidence import Evidence
from dsl.framework import Framework
from dsl.what_if.impact import Changed, Comparison, are_related
from dsl.what_if.on_record import Carried, OnRecord, carried, counted
from events.inspection import CATEGORY
from events.recorded import RecordedEvent
from events.store import EventStore
from projections import Shelf, on_record, read_book

Progress = Callable[[int, int], None]
"""Told how many inspections are done, of how many."""


@dataclass(frozen=True, slots=True)
class Held:
    """One inspection as it stands under its own rules."""

    inspection: str
    framework: Framework
    evidence: Evidence
    record: OnRecord | None  # None: figures alone, which cannot be counted afresh


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the new rules would change about one inspection."""

    inspection: str
    framework: str
    changed: tuple[Changed, ...]
    not_admitted: tuple[str, ...]  # standards whose move by the panel would not stand
    unknown: tuple[str, ...]  # what is on record and not in the new rules


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An inspection whose rules are of another family."""

    inspection: str
    framework: str


async def held_in(store: EventStore, progress: Progress) -> tuple[int, Sequence[Held]]:
    """Every inspection up to the ledger's last position now, whatever is written after.

    The position comes with them; the frameworks are read after it is taken, so that
    each inspection finds its own.
    """
    position = (await store.head()).position
    shelf = Shelf()
    await shelf.read(store)
    streams = await store.streams(CATEGORY)
    held: list[Held] = []
    for number, stream in enumerate(streams, start=1):
        past = await store.read(stream, until=position)
        if past:
            held.append(await asyncio.to_thread(_held, past, shelf))
        progress(number, len(streams))
    return position, held


def _held(past: Sequence[RecordedEvent], shelf: Shelf) -> Held:
    book, inspection = read_book(past, shelf), past[0].stream.id
    return Held(inspection, book.framework, book.ratings.evidence(), on_record(book))


def replayed(
    new: Framework, inspections: Sequence[Held], progress: Progress
) -> Iterator[Replayed | LeftOut]:
    """Rate each inspection under both rules, in the order given."""
    comparisons: dict[str, Comparison] = {}
    for number, held in enumerate(inspections, start=1):
        old = held.framework
        if are_related(old, new):
            comparison = comparisons.get(old.hash)
            if comparison is None:
                comparison = comparisons[old.hash] = Comparison(old, new)
            known = _known(new, held)
            impact = comparison.impact(held.evidence, known.evidence)
            yield Replayed(
                held.inspection,
                old.id,
                impact.changed,
                impact.not_admitted,
                known.unknown,
            )
        else:
            yield LeftOut(held.inspection, old.id)
        progress(number, len(inspections))


def _known(new: Framework, held: Held) -> Carried:
    if held.record is None:
        return carried(new, held.evidence)
    return counted(new, held.record)
