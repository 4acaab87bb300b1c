"""The ledger, and the least that any store of the same rows must do."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from events.chain import START
from events.inspection import AnswerGiven
from events.ledger import Ledger
from events.open_store import open_store
from events.recorded import NewEvent, Origin, StreamName
from events.sqlite.file import lay_out
from events.sqlite.text import (
    ADD_EVENT,
    ADD_REQUEST,
    ADD_STREAM,
    MOVE_HEAD,
    PAGE,
    TAIL,
    upsert,
)
from events.store import Append, CommandKey
from events.stored import Storage, StoredEvent
from tests.benchmarks.contender import PAGE_SIZE, answer, in_tasks
from tests.events.asking import BRENT, TALLY, Tally, done_at
from tests.postgres import Postgres


class Ours:
    """The ledger: chain, versions, conflicts, stored replies and a read model."""

    name = "adjudge"

    def __init__(self, server: Postgres | None = None) -> None:
        self._server = server  # None: in a SQLite file

    async def open(self, folder: Path) -> None:
        url = f"sqlite+aiosqlite:///{folder / 'ours.db'}"
        if self._server is not None:
            url = await self._server.new_database()
        clock = lambda: datetime.now(UTC)  # noqa: E731  a clock in one line
        self.ledger: Ledger[Storage] = await open_store(
            url, clock, Counting(), tables=[TALLY]
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

        return await in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for start in range(0, count, 500):
            new = [NewEvent(answer(start + n), f"answers/{n}") for n in range(500)]
            await self.ledger.append(self._request(new, {}))

    async def replay(self) -> int:
        position = 0
        while page := await self.ledger.read_all(after=position, limit=PAGE_SIZE):
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


class Counting(Tally):
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
        self._connection.execute(ADD_STREAM.of(1), (str(BRENT),))
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

        return await in_tasks(writers, seconds, one)

    async def fill(self, count: int) -> None:
        for _ in range(0, count, 500):
            self._write([uuid4().hex for _ in range(500)])

    async def replay(self) -> int:
        decode = msgspec.json.Decoder(AnswerGiven).decode
        position = 0
        while page := self._connection.execute(PAGE, (position, PAGE_SIZE)).fetchall():
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
        self._connection.executemany(ADD_EVENT.of(1), events)
        self._connection.executemany(ADD_REQUEST.of(1), requests)
        tallied = [(stream, at) for at, *_ in events]
        self._connection.executemany(upsert(TALLY).of(1), tallied)
        self._connection.execute(MOVE_HEAD, (self._position, START, now, first))
        self._connection.execute("COMMIT")
