"""The one connection that writes a PostgreSQL ledger.

Its statements are the driver's own: a batch is one of them, prepared once. A connection
that is lost in mid-batch leaves a question, and it is answered before anything else is
done: the lost session is ended, and the ledger says whether the batch is in it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar, cast

import asyncpg
from sqlalchemy import URL, Table

from events.postgres.errors import LOST, RACES, plain_errors
from events.postgres.session import Session, open_session
from events.postgres.text import (
    CLAIM,
    COMMANDS,
    END_SESSION,
    HASH,
    KNOWN,
    LAST,
    PAGE,
    REQUESTS,
    STREAM,
    TAIL,
    TOUCH,
    write_batch,
)
from events.store import Row, StoreError
from events.stored import Batch, StoredRequest, StoredRow, StoredStream, Tail

T = TypeVar("T")

_TRIES = 3  # connections lost with one batch before it is given up
_PATIENCE = 5.0  # seconds for a server to come back
_PAUSE = 0.05


class PostgresWriter:
    """Writes batches, and reads what the appender must know exactly."""

    def __init__(self, url: URL, tables: Sequence[Table]) -> None:
        self._url = url
        self._tables = {table.name: table for table in tables}
        self._statements: dict[tuple[str, ...], str] = {}
        self._session: Session | None = None
        self._lost: tuple[object, ...] | None = None  # it may still be writing
        self._claimed: asyncpg.transaction.Transaction | None = None

    async def claim(self) -> Tail:
        """The tail, which nobody else can move until `write` or `release`."""

        async def lock(driver: asyncpg.Connection) -> Tail:
            self._claimed = driver.transaction()
            await self._claimed.start()
            return tail_of(await driver.fetchrow(CLAIM))

        return await self._on(lock)

    async def release(self) -> None:
        """Give up the claim, if there is one."""
        claimed, self._claimed = self._claimed, None
        if claimed is None or self._session is None:
            return
        try:
            await claimed.rollback()
        except (asyncpg.PostgresError, *LOST):
            await self._drop()

    async def news(self, after: int, limit: int) -> Sequence[StoredRow]:
        async def read(driver: asyncpg.Connection) -> Sequence[StoredRow]:
            return cast("Sequence[StoredRow]", await driver.fetch(PAGE, after, limit))

        return await self._on(read)

    async def load(self, stream: str) -> StoredStream:
        async def read(driver: asyncpg.Connection) -> StoredStream:
            known = await driver.fetchval(KNOWN, stream)
            events = await driver.fetch(STREAM, stream, 0, LAST) if known else []
            commands = await driver.fetch(COMMANDS, stream) if known else []
            return StoredStream(
                exists=known,
                events=cast("Sequence[StoredRow]", events),
                commands=dict(map(tuple, commands)),
            )

        return await self._on(read)

    async def touch(self) -> None:
        await self._on(lambda driver: driver.execute(TOUCH))

    async def answered(
        self, commands: Sequence[tuple[str, str]]
    ) -> Sequence[StoredRequest]:
        async def read(driver: asyncpg.Connection) -> Sequence[StoredRequest]:
            streams = [stream for stream, _ in commands]
            ids = [command_id for _, command_id in commands]
            rows = await driver.fetch(REQUESTS, streams, ids)
            return tuple(map(StoredRequest._make, rows))

        return await self._on(read)

    async def write(self, batch: Batch) -> bool:
        for _ in range(_TRIES):
            try:
                with plain_errors(self._url):
                    return await self._write(batch)
            except _Lost:
                written = await self._on(lambda driver: _is_written(driver, batch))
                if written is not None:
                    return written
        raise StoreError(
            f"the connection to `{self._url.database}` was lost again and again"
        )

    async def close(self) -> None:
        await self.release()
        await self._drop()
        self._lost = None

    async def _write(self, batch: Batch) -> bool:
        driver = (await self._connected()).driver
        try:
            return await self._execute(driver, batch)
        except RACES:
            await self.release()
            return False
        except LOST as error:
            await self._drop()
            raise _Lost from error

    async def _execute(self, driver: asyncpg.Connection, batch: Batch) -> bool:
        if batch.after == batch.before:
            if self._claimed is not None:
                await self.release()
                return True
            return tail_of(await driver.fetchrow(TAIL)).writes == batch.before.writes
        statement, values = self._statement(batch)
        moved = await driver.fetchval(statement, *values)
        claimed, self._claimed = self._claimed, None
        if claimed is not None:
            await claimed.commit()
        return bool(moved)

    def _statement(self, batch: Batch) -> tuple[str, list[object]]:
        names = tuple(sorted(name for name, rows in batch.rows.items() if rows))
        tables = [self._tables[name] for name in names]
        if names not in self._statements:
            self._statements[names] = write_batch(tables)
        after, new = batch.after, set(batch.streams)
        used = {event.stream for event in batch.events}
        used |= {request.stream for request in batch.requests}
        values: list[object] = [
            after.position,
            after.hash,
            after.recorded_at,
            after.writes,
            batch.before.writes,
            batch.streams,
            list(used - new),
            *_columns(batch.events, 14),
            *_columns(batch.requests, 6),
        ]
        for table in tables:
            rows = _last_by_key(batch.rows[table.name], len(table.primary_key))
            values += _columns(rows, len(table.columns))
        return self._statements[names], values

    async def _on(self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Do what changes nothing; on a connection that is lost, once more."""
        with plain_errors(self._url):
            try:
                return await work((await self._connected()).driver)
            except LOST:
                await self._drop()
                return await work((await self._connected()).driver)

    async def _connected(self) -> Session:
        if self._session is None:
            if self._lost is None:
                session = await open_session(self._url)
            else:
                session = await _patiently(self._url)
                await session.driver.fetch(END_SESSION, *self._lost)
            self._lost, self._session = None, session
        return self._session

    async def _drop(self) -> None:
        self._claimed = None
        session, self._session = self._session, None
        if session is not None:
            self._lost = session.who
            await session.close()


class _Lost(Exception):
    """The connection went away while a batch was being written."""


def tail_of(row: Iterable[object] | None) -> Tail:
    """The head's row as the tail of the ledger."""
    if row is None:
        raise StoreError("the ledger has no head")
    position, hash_, recorded_at, writes = cast("tuple[int, bytes, int, int]", row)
    return Tail(position=position, hash=hash_, recorded_at=recorded_at, writes=writes)


async def _is_written(driver: asyncpg.Connection, batch: Batch) -> bool | None:
    """Whether a batch is in the ledger; None while nobody has written since it began.

    One that holds no event cannot be told from another process's: deciding it anew
    finds the commands it answered.
    """
    tail = tail_of(await driver.fetchrow(TAIL))
    if tail.writes == batch.before.writes:
        return None
    if not batch.events:
        return False
    stands = await driver.fetchval(HASH, batch.after.position)
    return bool(stands == batch.after.hash)


async def _patiently(url: URL) -> Session:
    """Connect to a server that was there a moment ago and may be starting again."""
    until = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        try:
            return await open_session(url)
        except LOST:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(_PAUSE)


def _columns(rows: Sequence[Row], width: int) -> list[object]:
    """One list a column."""
    if not rows:
        return [[] for _ in range(width)]
    return [list(column) for column in zip(*rows, strict=True)]


def _last_by_key(rows: Sequence[Row], width: int) -> Sequence[Row]:
    """A statement may write a row once only: the last of each key stands."""
    return list({row[:width]: row for row in rows}.values())
