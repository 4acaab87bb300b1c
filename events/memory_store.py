"""A ledger in memory, for tests and for trying things out; it forgets on exit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.appender import LIMITS, Limits
from events.bell import Bell
from events.ledger import NEW, Ledger, NoProjection
from events.store import InlineProjection, Row
from events.stored import (
    Batch,
    StoredEvent,
    StoredRequest,
    StoredRow,
    StoredStream,
    Tail,
)


@dataclass(slots=True)
class MemoryStorage:
    """Lists; two ledgers over one of these see each other's writes."""

    end: Tail = NEW
    names: set[str] = field(default_factory=set)
    events: list[StoredEvent] = field(default_factory=list)
    requests: dict[tuple[str, str], StoredRequest] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)  # as written, in order
    bell: Bell = field(default_factory=Bell)

    async def tail(self) -> Tail:
        return self.end

    async def load(self, stream: str) -> StoredStream:
        return StoredStream(
            exists=stream in self.names,
            events=await self.stream(stream, after=0, until=None),
            commands={
                key[1]: answered.fingerprint
                for key, answered in self.requests.items()
                if key[0] == stream
            },
        )

    async def claim(self) -> Tail:
        return await self.tail()

    async def release(self) -> None:
        pass

    async def news(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return self.events[after : after + limit]

    async def answered(
        self, commands: Sequence[tuple[str, str]]
    ) -> Sequence[StoredRequest]:
        return [self.requests[key] for key in commands if key in self.requests]

    async def write(self, batch: Batch) -> bool:
        if self.end != batch.before:
            return False
        self.names.update(batch.streams)
        self.events.extend(batch.events)
        for answered in batch.requests:
            self.requests[answered.stream, answered.command_id] = answered
        for table, rows in batch.rows.items():
            self.rows.setdefault(table, []).extend(rows)
        self.end = batch.after
        self.bell.ring()
        return True

    async def touch(self) -> None:
        pass

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredRow]:
        return [
            event
            for event in self.events
            if event.stream == stream
            and event.version > after
            and (until is None or event.position <= until)
        ]

    async def streams(self, category: str) -> Sequence[str]:
        names = {event.stream for event in self.events}
        return sorted(name for name in names if name.startswith(f"{category}-"))

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return self.events[after : after + limit]

    async def close(self) -> None:
        pass


def memory_store(
    clock: Callable[[], datetime],
    projection: InlineProjection | None = None,
    *,
    storage: MemoryStorage | None = None,
    limits: Limits = LIMITS,
) -> Ledger[MemoryStorage]:
    """A ledger that lasts as long as its storage; call it inside a running loop."""
    return Ledger(
        storage or MemoryStorage(),
        clock,
        projection or NoProjection(),
        limits=limits,
    )
