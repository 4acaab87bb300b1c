"""A ledger in a PostgreSQL database, which many processes may share.

All writing is done over one connection, a batch a round trip. Readers have an engine of
their own, whose sessions cannot write.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast

import asyncpg
from sqlalchemy import URL, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.appender import LIMITS, Limits
from events.bell import Bell
from events.ledger import Ledger, NoProjection
from events.postgres.database import lay_out
from events.postgres.errors import LOST, plain_errors
from events.postgres.herald import Herald
from events.postgres.session import open_session
from events.postgres.text import LAST, NAMES, PAGE, STREAM, TAIL
from events.postgres.writer import PostgresWriter, tail_of
from events.store import InlineProjection, StoreError
from events.stored import Batch, StoredRequest, StoredRow, StoredStream, Tail

T = TypeVar("T")

_READING = {
    "application_name": "adjudge readers",
    "default_transaction_read_only": "on",
}


class PostgresStorage:
    """The rows of a ledger; `engine` reads them and whatever lies beside them."""

    def __init__(self, url: URL, tables: Sequence[Table]) -> None:
        self.engine = _reading_engine(url)
        self.bell = Bell()
        self._url = url
        self._writer = PostgresWriter(url, tables)
        self._herald = Herald(url, self.bell)
        self._open = True

    async def tail(self) -> Tail:
        rows: Sequence[tuple[object, ...]] = await self._rows(TAIL)
        return tail_of(rows[0] if rows else None)

    async def claim(self) -> Tail:
        return await self._writer.claim()

    async def release(self) -> None:
        await self._writer.release()

    async def news(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return await self._writer.news(after, limit)

    async def load(self, stream: str) -> StoredStream:
        return await self._writer.load(stream)

    async def answered(
        self, commands: Sequence[tuple[str, str]]
    ) -> Sequence[StoredRequest]:
        return await self._writer.answered(commands)

    async def write(self, batch: Batch) -> bool:
        written = await self._writer.write(batch)
        if written and batch.events:
            self.bell.ring()
            self._herald.tell()
        return written

    async def touch(self) -> None:
        await self._writer.touch()

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredRow]:
        last = LAST if until is None else until
        return await self._rows(STREAM, stream, after, last)

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        return await self._rows(PAGE, after, limit)

    async def streams(self, category: str) -> Sequence[str]:
        # a dash ends the category, and a full stop is the character after it
        rows: Sequence[tuple[str]] = await self._rows(
            NAMES, f"{category}-", f"{category}."
        )
        return [name for (name,) in rows]

    async def close(self) -> None:
        self._open = False
        await self._herald.close()
        await self._writer.close()
        await self.engine.dispose()

    async def _rows(self, statement: str, *parameters: object) -> Sequence[T]:
        """A whole page as the driver gives it; on a lost connection, once more."""
        if not self._open:
            raise StoreError("the ledger is closed")
        with plain_errors(self._url):
            try:
                return await self._fetch(statement, parameters)
            except (DBAPIError, *LOST):
                await self.engine.dispose()
                return await self._fetch(statement, parameters)

    async def _fetch(
        self, statement: str, parameters: tuple[object, ...]
    ) -> Sequence[T]:
        async with self.engine.connect() as connection:
            pooled = await connection.get_raw_connection()
            driver = cast("asyncpg.Connection", pooled.driver_connection)
            try:
                rows = await driver.fetch(statement, *parameters)
            except LOST:
                await connection.invalidate()
                raise
            return cast("Sequence[T]", rows)


async def open_postgres(
    url: URL,
    clock: Callable[[], datetime],
    projection: InlineProjection | None = None,
    *,
    tables: Sequence[Table] = (),
    limits: Limits = LIMITS,
) -> Ledger[PostgresStorage]:
    """Open a database as a ledger, or make it one; `tables` the projection writes.

    Raises StoreError where it cannot be reached, is not a ledger, or is damaged.
    """
    with plain_errors(url):
        session = await open_session(url)
        try:
            await lay_out(session.driver, str(url.database), tables)
        finally:
            await session.close()
    storage = PostgresStorage(url, tables)
    return Ledger(storage, clock, projection or NoProjection(), limits=limits)


def _reading_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url, pool_pre_ping=True, connect_args={"server_settings": _READING}
    )
