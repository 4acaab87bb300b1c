"""A follower: takes every event of the ledger in order, behind whoever writes.

What it makes of a page and how far it has come commit together, so after a crash it
goes on where it was. An event that it cannot take is parked with what went wrong, and
the later ones of its stream queue up behind it; all other streams go on. Of several
processes one runs it at a time, and another takes over when that one is gone.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.recorded import RecordedEvent
from events.store import EventStore, Row, Rows
from projections.follower_tables import DEAD_LETTERS, PROGRESS
from projections.instant import instant
from projections.lease import Lease
from projections.parked import WAITS, Parked, letter, parked

_UPSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

_REST = 0.01  # seconds between pages: in a file, time for others to write

RowsOf = Callable[[RecordedEvent], Rows]
"""Makes of an event the rows to write; whatever it raises parks the event."""


class ReadModel(Protocol):
    """Tables, and how events change them."""

    @property
    def name(self) -> str:
        """What its progress is kept under."""
        ...

    @property
    def tables(self) -> Sequence[Table]:
        """Those it writes."""
        ...

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        """Read what is needed to make rows of these events; what it raises ends it."""
        ...


class Overtaken(Exception):
    """Another process runs the same follower now."""


class Follower:
    """One read model that catches up behind the appends.

    `engine` must be able to write; `owner` names this process and run, and is never
    used again.
    """

    def __init__(
        self,
        model: ReadModel,
        *,
        engine: AsyncEngine,
        clock: Callable[[], datetime],
        owner: str,
        lease: timedelta = timedelta(seconds=10),
    ) -> None:
        self.name = model.name
        self._model = model
        self._tables = {table.name: table for table in model.tables}
        self._engine = engine
        self._clock = clock
        self._lease = Lease(self.name, owner, engine, clock, lease)

    async def run(self, store: EventStore) -> None:
        """Follow until the store is closed, whenever no other process does."""
        while True:
            after = await self.position()
            if await self._lease.claim():
                try:
                    async with self._lease.kept():
                        async for page in store.follow(after=after):
                            await self.take(page)
                            await asyncio.sleep(_REST)
                except Overtaken:
                    pass
                else:
                    return
            await asyncio.sleep(self._lease.pause)

    async def position(self) -> int:
        """Everything up to here was taken or is parked."""
        async with self._engine.begin() as connection:
            query = select(PROGRESS.c.position).where(PROGRESS.c.follower == self.name)
            position = (await connection.execute(query)).scalar()
            if position is None:
                begin = {"follower": self.name, "position": 0}
                new = _UPSERTS[connection.dialect.name](PROGRESS).values(begin)
                await connection.execute(new.on_conflict_do_nothing())
        return position or 0

    async def take(self, page: Sequence[RecordedEvent]) -> None:
        """Take the next page; raises Overtaken where another process runs this."""
        async with self._engine.begin() as connection:
            await self._move(connection, page)
            rows_of = await self._model.looking_at(connection, page)
            stuck = await self._stuck(connection)
            for recorded in page:
                stream, error = str(recorded.stream), None
                if stream not in stuck:
                    rows, error = _made(rows_of, recorded)
                    if error is None:
                        await self._write(connection, rows)
                        continue
                stuck.add(stream)
                await self._park(connection, recorded, error)

    async def retry(self, store: EventStore, stream: str) -> int:
        """Take the parked events of a stream again, in order; how many still wait."""
        for each in await self._waiting(stream):
            (recorded,) = await store.read_all(after=each.position - 1, limit=1)
            async with self._engine.begin() as connection:
                rows_of = await self._model.looking_at(connection, (recorded,))
                rows, error = _made(rows_of, recorded)
                where = letter(self.name, each.position)
                if error is None:
                    await self._write(connection, rows)
                    await connection.execute(delete(DEAD_LETTERS).where(*where))
                else:
                    again = {"error": error, "attempts": each.attempts + 1}
                    change = update(DEAD_LETTERS).where(*where).values(again)
                    await connection.execute(change)
            if error is not None:
                break
        return len(await self._waiting(stream))

    async def skip(self, position: int, because: str) -> bool:
        """Leave a parked event out for good, for a reason; False if it does not wait.

        Those behind it wait until they are tried again.
        """
        skipped = {"skipped_at": instant(self._clock()), "skipped_because": because}
        where = letter(self.name, position)
        async with self._engine.begin() as connection:
            change = update(DEAD_LETTERS).where(*where, WAITS).values(skipped)
            return (await connection.execute(change)).rowcount == 1

    async def begin_anew(self) -> None:
        """Forget every row, and what is parked: all events will be taken again."""
        async with self._engine.begin() as connection:
            for table in self._tables.values():
                await connection.execute(delete(table))
            of_ours = DEAD_LETTERS.c.follower == self.name
            await connection.execute(delete(DEAD_LETTERS).where(of_ours))
            own = PROGRESS.c.follower == self.name
            await connection.execute(update(PROGRESS).where(own).values(position=0))

    async def _waiting(self, stream: str) -> Sequence[Parked]:
        found = await parked(self._engine, self.name)
        return [each for each in found if each.stream == stream]

    async def _move(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> None:
        """Only one process at a time gets past a position."""
        before = PROGRESS.c.position == page[0].position - 1
        moved = await connection.execute(
            update(PROGRESS)
            .where(self._lease.is_ours, before)
            .values(position=page[-1].position)
        )
        if moved.rowcount == 0:
            raise Overtaken(self.name)

    async def _stuck(self, connection: AsyncConnection) -> set[str]:
        query = select(DEAD_LETTERS.c.stream).where(
            DEAD_LETTERS.c.follower == self.name, WAITS
        )
        return set((await connection.execute(query.distinct())).scalars())

    async def _park(
        self, connection: AsyncConnection, recorded: RecordedEvent, error: str | None
    ) -> None:
        parking = {
            "follower": self.name,
            "position": recorded.position,
            "stream": str(recorded.stream),
            "error": error,
            "attempts": 0 if error is None else 1,
            "parked_at": instant(self._clock()),
        }
        await connection.execute(insert(DEAD_LETTERS).values(parking))

    async def _write(self, connection: AsyncConnection, rows: Rows) -> None:
        for name, written in rows.items():
            table = self._tables[name]
            columns, key = table.columns.keys(), table.primary_key.columns.keys()
            new = _UPSERTS[connection.dialect.name](table)
            moved = {c: new.excluded[c] for c in columns if c not in key}
            statement = new.on_conflict_do_update(index_elements=key, set_=moved)
            await connection.execute(statement, _named(columns, written))


def _made(rows_of: RowsOf, recorded: RecordedEvent) -> tuple[Rows, str | None]:
    """The rows of an event, or what went wrong, without what the event says."""
    try:
        return rows_of(recorded), None
    except Exception as fault:  # noqa: BLE001  it is parked, visibly
        return {}, type(fault).__name__


def _named(columns: Iterable[str], rows: Sequence[Row]) -> list[dict[str, object]]:
    names = [*columns]
    return [dict(zip(names, row, strict=True)) for row in rows]
