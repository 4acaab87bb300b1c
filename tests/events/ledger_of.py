"""Stored events to prove things about, made without a store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from events.chain import START, link
from events.stored import StoredEvent, Tail

NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
_NOON = 1_709_640_000_000_000


@dataclass(slots=True)
class Rows:
    """A ledger's rows that can be changed behind everyone's back."""

    events: list[StoredEvent] = field(default_factory=list)

    async def tail(self) -> Tail:
        if not self.events:
            return Tail(position=0, hash=START, recorded_at=0, writes=0)
        last = self.events[-1]
        return Tail(last.position, last.hash, last.recorded_at, writes=1)

    async def page(self, *, after: int, limit: int) -> Sequence[StoredEvent]:
        return [event for event in self.events if event.position > after][:limit]


def ledger_of(count: int, *, streams: Sequence[str] = ("brent",)) -> Rows:
    """This many answers, dealt out to inspections in turn."""
    return Rows(chained(_answer(position, streams) for position in range(1, count + 1)))


def chained(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Numbered anew and linked anew, as someone who owns the database could."""
    linked: list[StoredEvent] = []
    hash_ = START
    for position, event in enumerate(events, 1):
        placed = event._replace(position=position)
        hash_ = link(hash_, placed)
        linked.append(placed._replace(hash=hash_))
    return linked


def _answer(position: int, streams: Sequence[str]) -> StoredEvent:
    turn, which = divmod(position - 1, len(streams))
    said = ("Yes", "No", "Not applicable")[position % 3]
    payload = (
        f'{{"type":"answer-given","case":"C-{position}","question":"2.1.1",'
        f'"answer":"{said}","replaces":null,"evidence":null}}'
    )
    return StoredEvent(
        position=position,
        stream=f"inspection-{streams[which]}",
        version=turn + 1,
        type="answer-given",
        schema=1,
        recorded_at=_NOON + position,
        observed_at=_NOON - position,
        actor="p-17",
        command_id=f"c-{position}" if position % 2 else None,
        correlation_id=None,
        causation_id=None,
        about=f"answers/C-{position}/2.1.1",
        payload=payload.encode(),
        hash=b"",
    )
