"""Two libraries that keep events: they do the append alone.

No hash chain, no idempotency, no conflicts by answer, no read model; each writer has a
stream to itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from eventsource.adapters.postgresql.store import PostgreSQLEventStore
from eventsource.adapters.sqlite.store import SQLiteEventStore
from eventsource.domain.event import DomainEvent
from eventsource.domain.event_registry import EventRegistry
from eventsource.domain.stream_id import StreamId
from eventsource.ports.envelopes import FeedReadOptions
from eventsource.ports.positions import ExpectedVersion, Position
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    UUIDAsHex,
)
from eventsourcing.persistence import StoredEvent as PeerStored
from eventsourcing.postgres import PostgresApplicationRecorder
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from eventsourcing.utils import get_topic

from tests.benchmarks.contender import EVIDENCE, PAGE_SIZE, answer, in_tasks, in_threads

Recorder = SQLiteApplicationRecorder | PostgresApplicationRecorder


@dataclass(frozen=True)
class Answered(Aggregate.Event):
    """An answer as `eventsourcing` has it."""

    case: str
    question: str
    answer: str
    evidence: str


class Eventsourcing:
    """`eventsourcing`: its recorder in the caller's thread, ready bytes; one row."""

    name = "eventsourcing"

    async def open(self, folder: Path) -> None:
        datastore = SQLiteDatastore(str(folder / "eventsourcing.db"))
        self.begin(SQLiteApplicationRecorder(datastore), datastore.close)

    def begin(self, recorder: Recorder, close: Callable[[], None]) -> None:
        """Go on with a recorder, of whatever database."""
        self._recorder, self._close = recorder, close
        recorder.create_table()
        transcoder = JSONTranscoder()
        transcoder.register(UUIDAsHex())
        transcoder.register(DatetimeAsISO())
        self._mapper: Mapper[UUID] = Mapper(transcoder)
        self._state = self._mapper.to_stored_event(self._event(uuid4(), 1)).state

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        streams = [uuid4() for _ in range(writers)]
        topic = get_topic(Answered)

        def one(writer: int, number: int) -> None:
            stored = PeerStored(streams[writer], number, topic, self._state)
            self._recorder.insert_events([stored])

        return await asyncio.to_thread(in_threads, writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            stream = uuid4()
            new = [self._event(stream, version) for version in range(1, 501)]
            self._recorder.insert_events(
                [self._mapper.to_stored_event(event) for event in new]
            )

    async def replay(self) -> int:
        start = 0
        while page := self._recorder.select_notifications(start + 1, PAGE_SIZE):
            for notification in page:
                self._mapper.to_domain_event(notification)
            start = page[-1].id
        return start

    async def close(self) -> None:
        self._close()

    def _event(self, stream: UUID, version: int) -> Answered:
        data = answer(version)
        return Answered(
            originator_id=stream,
            originator_version=version,
            timestamp=datetime.now(UTC),
            case=data.case,
            question=data.question,
            answer=data.answer,
            evidence=EVIDENCE,
        )


class AnswerGivenThere(DomainEvent):
    """An answer as `eventsource-py` has it."""

    event_type: str = "AnswerGivenThere"
    aggregate_type: str = "Inspection"
    case: str
    question: str
    answer: str
    evidence: str


Store = SQLiteEventStore | PostgreSQLEventStore


def registered() -> EventRegistry:
    """What it must be told of its events."""
    registry = EventRegistry()
    registry.register(AnswerGivenThere)
    return registry


class EventsourcePy:
    """`eventsource-py`: its SQLite store, expecting the exact version."""

    name = "eventsource-py"

    async def open(self, folder: Path) -> None:
        store = SQLiteEventStore(str(folder / "eventsource.db"), registered())
        self.begin(store, store.close)

    def begin(self, store: Store, close: Callable[[], Awaitable[None]]) -> None:
        """Go on with a store, of whatever database."""
        self._store, self._close = store, close

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        streams = [StreamId(uuid4(), "Inspection") for _ in range(writers)]

        async def one(writer: int, number: int) -> None:
            stream = streams[writer]
            event = self._event(stream, number)
            await self._store.append(stream, [event], _exact(number))

        return await in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            stream = StreamId(uuid4(), "Inspection")
            new = [self._event(stream, version) for version in range(1, 501)]
            await self._store.append(stream, new, _exact(1))

    async def replay(self) -> int:
        count, options = 0, FeedReadOptions(limit=PAGE_SIZE)
        position: Position | None = None
        while True:
            seen = count
            async for envelope in self._store.read_all(position, options):
                position = envelope.position
                count += 1
            if count == seen:
                return count

    async def close(self) -> None:
        await self._close()

    def _event(self, stream: StreamId, version: int) -> AnswerGivenThere:
        data = answer(version)
        return AnswerGivenThere(
            aggregate_id=stream.aggregate_id,
            aggregate_version=version,
            actor_id="p-17",
            case=data.case,
            question=data.question,
            answer=data.answer,
            evidence=EVIDENCE,
        )


def _exact(number: int) -> ExpectedVersion:
    return ExpectedVersion.exact(number - 1)
