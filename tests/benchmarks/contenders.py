"""Who keeps events: ours, the bare driver doing the same rows, and two libraries.

Each takes one answer at a time from each of its writers, durably, and gives all of them
back decoded. The libraries do the append alone: no hash chain, no idempotency, no
conflicts by answer, no read model, and each writer has a stream to itself.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

import msgspec
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
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from eventsourcing.utils import get_topic

from events.chain import START
from events.inspection import AnswerGiven
from events.ledger import Ledger
from events.recorded import NewEvent, Origin, StreamName
from events.sealed import SealedText
from events.sqlite_file import lay_out
from events.sqlite_store import SqliteStorage, open_sqlite
from events.sqlite_text import (
    ADD_EVENT,
    ADD_REQUEST,
    ADD_STREAM,
    MOVE_HEAD,
    PAGE,
    TAIL,
    upsert,
)
from events.store import Append, CommandKey
from events.stored import StoredEvent
from tests.events.asking import TALLY, Tally, done_at

BRENT = StreamName("inspection", "brent-2019")
SEALED = SealedText("inspection/brent-2019/case/C-1", bytes(12), bytes(120))
_EVIDENCE = SEALED.sealed.hex()
_PAGE = 1000


class Contender(Protocol):
    """One way to keep events in a SQLite file."""

    name: str

    async def open(self, folder: Path) -> None:
        """Begin a new file."""
        ...

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        """Append all that so many writers can; the seconds that each append took."""
        ...

    async def fill(self, count: int) -> None:
        """Append so many events, as fast as it likes."""
        ...

    async def replay(self) -> int:
        """Read and decode everything, in order; how many events there were."""
        ...

    async def close(self) -> None:
        """Let go of the file."""
        ...


def answer(number: int) -> AnswerGiven:
    """An answer with the evidence it usually has: some 340 bytes."""
    return AnswerGiven(
        case=f"C-{number % 50}",
        question=f"2.{number % 4 + 1}.{number % 3 + 1}",
        answer="Yes",
        evidence=SEALED,
    )


class Ours:
    """The ledger: chain, versions, conflicts, stored replies and a read model."""

    name = "adjudge"

    async def open(self, folder: Path) -> None:
        self.ledger: Ledger[SqliteStorage] = await open_sqlite(
            str(folder / "ours.db"),
            lambda: datetime.now(UTC),
            _Counting(),
            tables=[TALLY],
        )
        self._about: dict[str, int] = {}

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        async def one(writer: int, number: int) -> None:
            data = answer(number)
            about = f"answers/{writer}-{data.case}/{data.question}"
            appended = await self.ledger.append(
                self._request([NewEvent(data, about)], {about: self._seen(about)})
            )
            self._about[about] = appended.events[0].version

        return await _in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for start in range(0, count, 500):
            new = [NewEvent(answer(start + n), f"answers/{n}") for n in range(500)]
            await self.ledger.append(self._request(new, {}))

    async def replay(self) -> int:
        position = 0
        while page := await self.ledger.read_all(after=position, limit=_PAGE):
            position = page[-1].position
        return position

    async def close(self) -> None:
        await self.ledger.close()

    def _seen(self, about: str) -> int:
        return self._about.get(about, 0)

    def _request(self, new: Sequence[NewEvent], expects: dict[str, int]) -> Append:
        command = uuid4().hex
        return Append(
            stream=BRENT,
            origin=Origin(
                actor="p-17", observed_at=datetime.now(UTC), command_id=command
            ),
            decide=lambda: new,
            command=CommandKey(command, bytes(32)),
            expects=expects,
            reply=done_at,
        )


class _Counting(Tally):
    def load(self, stream: StreamName, past: Sequence[object]) -> None:
        self.answers[stream] = len(past)


class Floor:
    """sqlite3 itself, grouped: one thread writes what queued up, the same rows."""

    name = "floor"

    async def open(self, folder: Path) -> None:
        self._path = str(folder / "floor.db")
        self._connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False
        )
        lay_out(self._connection, self._path, [TALLY])
        self._connection.execute(ADD_STREAM, (str(BRENT),))
        self._thread = ThreadPoolExecutor(1)
        self._payload = msgspec.json.encode(answer(1))
        self._position = 0
        self._queued: list[tuple[str, asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        async def one(_writer: int, _number: int) -> None:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queued.append((uuid4().hex, done))
            self._arrived.set()
            await done

        return await _in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            self._write([uuid4().hex for _ in range(500)])

    async def replay(self) -> int:
        decode = msgspec.json.Decoder(AnswerGiven).decode
        position = 0
        while page := self._connection.execute(PAGE, (position, _PAGE)).fetchall():
            for row in page:
                position, payload = row[0], row[12]
                decode(payload)
                dict(zip(StoredEvent._fields, row, strict=True))
        return position

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()
        self._connection.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            queued, self._queued = self._queued, []
            commands = [command for command, _ in queued]
            await loop.run_in_executor(self._thread, self._write, commands)
            for _, done in queued:
                done.set_result(None)

    def _write(self, commands: Sequence[str]) -> None:
        now, stream, first = time.time_ns() // 1000, str(BRENT), self._position + 1
        told = ("answer-given", 1, now, now, "p-17")
        self._position += len(commands)
        events = [
            (at, stream, at, *told, command, None, None, "about", self._payload, START)
            for at, command in enumerate(commands, first)
        ]
        requests = [(stream, command, START, 1, b"done", now) for command in commands]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(TAIL).fetchone()
        self._connection.executemany(ADD_EVENT, events)
        self._connection.executemany(ADD_REQUEST, requests)
        tallied = [(stream, at) for at, *_ in events]
        self._connection.executemany(upsert(TALLY), tallied)
        self._connection.execute(MOVE_HEAD, (self._position, START, now, first))
        self._connection.execute("COMMIT")


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
        self._datastore = SQLiteDatastore(str(folder / "eventsourcing.db"))
        self._recorder = SQLiteApplicationRecorder(self._datastore)
        self._recorder.create_table()
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

        return await asyncio.to_thread(_in_threads, writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            stream = uuid4()
            new = [self._event(stream, version) for version in range(1, 501)]
            self._recorder.insert_events(
                [self._mapper.to_stored_event(event) for event in new]
            )

    async def replay(self) -> int:
        start = 0
        while page := self._recorder.select_notifications(start + 1, _PAGE):
            for notification in page:
                self._mapper.to_domain_event(notification)
            start = page[-1].id
        return start

    async def close(self) -> None:
        self._datastore.close()

    def _event(self, stream: UUID, version: int) -> Answered:
        data = answer(version)
        return Answered(
            originator_id=stream,
            originator_version=version,
            timestamp=datetime.now(UTC),
            case=data.case,
            question=data.question,
            answer=data.answer,
            evidence=_EVIDENCE,
        )


class AnswerGivenThere(DomainEvent):
    """An answer as `eventsource-py` has it."""

    event_type: str = "AnswerGivenThere"
    aggregate_type: str = "Inspection"
    case: str
    question: str
    answer: str
    evidence: str


class EventsourcePy:
    """`eventsource-py`: its SQLite store, expecting the exact version."""

    name = "eventsource-py"

    async def open(self, folder: Path) -> None:
        registry = EventRegistry()
        registry.register(AnswerGivenThere)
        self._store = SQLiteEventStore(str(folder / "eventsource.db"), registry)

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        streams = [StreamId(uuid4(), "Inspection") for _ in range(writers)]

        async def one(writer: int, number: int) -> None:
            stream = streams[writer]
            event = self._event(stream, number)
            await self._store.append(stream, [event], _exact(number))

        return await _in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            stream = StreamId(uuid4(), "Inspection")
            new = [self._event(stream, version) for version in range(1, 501)]
            await self._store.append(stream, new, _exact(1))

    async def replay(self) -> int:
        count, options = 0, FeedReadOptions(limit=_PAGE)
        position: Position | None = None
        while True:
            seen = count
            async for envelope in self._store.read_all(position, options):
                position = envelope.position
                count += 1
            if count == seen:
                return count

    async def close(self) -> None:
        await self._store.close()

    def _event(self, stream: StreamId, version: int) -> AnswerGivenThere:
        data = answer(version)
        return AnswerGivenThere(
            aggregate_id=stream.aggregate_id,
            aggregate_version=version,
            actor_id="p-17",
            case=data.case,
            question=data.question,
            answer=data.answer,
            evidence=_EVIDENCE,
        )


def _exact(number: int) -> ExpectedVersion:
    return ExpectedVersion.exact(number - 1)


async def _in_tasks(
    writers: int, seconds: float, one: Callable[[int, int], Awaitable[None]]
) -> Sequence[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def write(writer: int) -> None:
        number = 0
        while (begun := time.perf_counter()) < until:
            number += 1
            await one(writer, number)
            took.append(time.perf_counter() - begun)

    await asyncio.gather(*[write(writer) for writer in range(writers)])
    return took


def _in_threads(
    writers: int, seconds: float, one: Callable[[int, int], None]
) -> Sequence[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds

    def write(writer: int) -> None:
        number = 0
        while (begun := time.perf_counter()) < until:
            number += 1
            one(writer, number)
            took.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took
