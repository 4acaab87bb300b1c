"""A ledger in one SQLite file.

All writing is done by one thread with its own connection: one thread hop and one sync a
batch. Readers have an engine of their own, which cannot write; a page is fetched whole,
so no reader holds the file back. Other processes may use the same file.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TypeVar, cast

import aiosqlite
from sqlalchemy import URL, Table, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from events.appender import LIMITS, Limits
from events.bell import Bell
from events.ledger import Ledger, NoProjection
from events.sqlite.errors import plain_errors
from events.sqlite.text import LAST, NAMES, PAGE, STREAM
from events.sqlite.writer import SqliteWriter
from events.store import InlineProjection, StoreError
from events.stored import Batch, StoredRequest, StoredRow, StoredStream, Tail

T = TypeVar("T")

_POLL = 0.25  # seconds until what other processes wrote is looked for
_IDLE = 0.25  # seconds without a write before the WAL is folded into the file


class SqliteStorage:
    """The rows of a ledger in a file; `engine` reads it and whatever lies beside it."""

    def __init__(
        self, path: str, writer: SqliteWriter, thread: ThreadPoolExecutor
    ) -> None:
        self.engine = reading_engine(path)
        self.bell = Bell(patience=_POLL)
        self._path = path
        self._writer = writer
        self._thread = thread
        self._idle: asyncio.TimerHandle | None = None
        self._claimed = False
        self._open = True

    async def tail(self) -> Tail:
        return await self._on_thread(self._writer.tail)

    async def news(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return await self._on_thread(partial(self._writer.news, after, limit))

    async def load(self, stream: str) -> StoredStream:
        return await self._on_thread(partial(self._writer.load, stream))

    async def claim(self) -> Tail:
        self._claimed = True
        return await self._on_thread(self._writer.claim)

    async def release(self) -> None:
        if self._claimed:
            self._claimed = False
            await self._on_thread(self._writer.release)

    async def answered(
        self, commands: Sequence[tuple[str, str]]
    ) -> Sequence[StoredRequest]:
        return await self._on_thread(partial(self._writer.answered, commands))

    async def write(self, batch: Batch) -> bool:
        self._stay()
        try:
            written = await self._on_thread(partial(self._writer.write, batch))
            if written and batch.events:
                self.bell.ring()
            return written
        finally:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(
                _IDLE, self._thread.submit, self._writer.checkpoint
            )

    async def touch(self) -> None:
        await self._on_thread(self._writer.touch)

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredRow]:
        last = LAST if until is None else until
        return await self._rows(STREAM, (stream, after, last))

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return await self._rows(PAGE, (after, limit))

    async def streams(self, category: str) -> Sequence[str]:
        # a dash ends the category, and a full stop is the character after it
        rows: list[tuple[str]] = await self._rows(
            NAMES, (f"{category}-", f"{category}.")
        )
        return [name for (name,) in rows]

    async def close(self) -> None:
        self._stay()
        await self._on_thread(self._writer.close)
        self._open = False
        self._thread.shutdown()
        await self.engine.dispose()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        self._require_open()
        with plain_errors(self._path):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, work)

    async def _rows(self, statement: str, parameters: tuple[object, ...]) -> list[T]:
        """A whole page in one thread hop, as the tuples that the driver gives."""
        self._require_open()
        with plain_errors(self._path):
            async with self.engine.connect() as connection:
                pooled = await connection.get_raw_connection()
                driver = cast("aiosqlite.Connection", pooled.driver_connection)
                rows = await driver.execute_fetchall(statement, parameters)
                return cast("list[T]", rows)

    def _require_open(self) -> None:
        if not self._open:
            raise StoreError("the ledger is closed")

    def _stay(self) -> None:
        """Put off folding the WAL."""
        if self._idle is not None:
            self._idle.cancel()


async def open_sqlite(
    path: str,
    clock: Callable[[], datetime],
    projection: InlineProjection | None = None,
    *,
    tables: Sequence[Table] = (),
    limits: Limits = LIMITS,
) -> Ledger[SqliteStorage]:
    """Open a ledger file, or make one; `tables` are those the projection writes.

    Raises StoreError where the file is not a ledger, is damaged, or is too new.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
    try:
        with plain_errors(path):
            writer = await loop.run_in_executor(thread, SqliteWriter, path, tables)
    except BaseException:
        thread.shutdown()
        raise
    storage = SqliteStorage(path, writer, thread)
    return Ledger(storage, clock, projection or NoProjection(), limits=limits)


def reading_engine(path: str) -> AsyncEngine:
    """An engine that cannot write the file."""
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=path))

    @event.listens_for(engine.sync_engine, "connect")
    def read_only(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = ON")
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.close()

    return engine
