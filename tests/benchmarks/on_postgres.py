"""The bare PostgreSQL driver doing the same rows, and the two libraries on a server."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import msgspec
from eventsource.adapters.postgresql.store import PostgreSQLEventStore
from eventsourcing.postgres import PostgresApplicationRecorder
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from events.chain import START
from events.inspection import AnswerGiven
from events.postgres.database import lay_out
from events.postgres.session import open_session
from events.postgres.text import PAGE, write_batch
from events.stored import StoredEvent
from tests.benchmarks.contender import PAGE_SIZE, answer, in_tasks
from tests.benchmarks.gap_probe_peers import datastore
from tests.benchmarks.libraries import EventsourcePy, Eventsourcing, registered
from tests.events.asking import BRENT, TALLY
from tests.postgres import Postgres

_WRITERS = 16


class PostgresFloor:
    """asyncpg itself, grouped: one task writes what queued up, the same rows."""

    name = "floor"

    def __init__(self, server: Postgres) -> None:
        self._server = server

    async def open(self, folder: Path) -> None:
        del folder
        self._session = await open_session(make_url(await self._server.new_database()))
        await lay_out(self._session.driver, "floor", [TALLY])
        self._statement = write_batch([TALLY])
        self._payload = msgspec.json.encode(answer(1))
        self._position, self._writes = 0, 0
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
            await self._write([uuid4().hex for _ in range(500)])

    async def replay(self) -> int:
        decode = msgspec.json.Decoder(AnswerGiven).decode
        position = 0
        while page := await self._session.driver.fetch(PAGE, position, PAGE_SIZE):
            for row in page:
                position, payload = row[0], row[12]
                decode(payload)
                dict(zip(StoredEvent._fields, row, strict=True))
        return position

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._session.close()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            queued, self._queued = self._queued, []
            await self._write([command for command, _ in queued])
            for _, done in queued:
                done.set_result(None)

    async def _write(self, commands: Sequence[str]) -> None:
        now, stream, many = time.time_ns() // 1000, str(BRENT), len(commands)
        versions = [*range(self._position + 1, self._position + many + 1)]
        self._position += many
        told = (["answer-given"], [1], [now], [now], ["p-17"])
        await self._session.driver.fetchval(
            self._statement,
            *(self._position, START, now, self._writes + 1, self._writes),
            *([] if self._writes else [stream], [stream] if self._writes else []),
            *(versions, [stream] * many, versions),
            *[one * many for one in told],
            *(commands, [None] * many, [None] * many, ["about"] * many),
            *([self._payload] * many, [START] * many),
            *([stream] * many, commands, [START] * many, versions),
            *([b"done"] * many, [now] * many),
            *([stream], [self._position]),
        )
        self._writes += 1


class PostgresEventsourcing:
    """`eventsourcing` in its safe mode: each append locks the table."""

    name = "eventsourcing"

    def __init__(self, server: Postgres) -> None:
        self._server, self._peer = server, Eventsourcing()
        self.append, self.fill = self._peer.append, self._peer.fill
        self.replay, self.close = self._peer.replay, self._peer.close

    async def open(self, folder: Path) -> None:
        del folder
        url = make_url(await self._server.new_database())
        store = datastore(url, functions=False, connections=_WRITERS)
        self._peer.begin(PostgresApplicationRecorder(store), store.close)


class PostgresEventsourcePy:
    """`eventsource-py` on PostgreSQL, whose feed is not safe."""

    name = "eventsource-py"

    def __init__(self, server: Postgres) -> None:
        self._server, self._peer = server, EventsourcePy()
        self.append, self.fill = self._peer.append, self._peer.fill
        self.replay, self.close = self._peer.replay, self._peer.close

    async def open(self, folder: Path) -> None:
        del folder
        engine = create_async_engine(
            await self._server.new_database(), pool_size=_WRITERS
        )
        store = PostgreSQLEventStore(engine, registered(), create_schema=True)
        self._peer.begin(store, engine.dispose)
