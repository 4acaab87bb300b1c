"""A follower: takes every event of the ledger in order, behind whoever writes.

What it makes of a page and how far it has come commit together, so after a crash it
goes on where it was. An event that it cannot take is parked with what went wrong, and
the later ones of its stream queue up behind it; all other streams go on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.recorded import RecordedEvent
from events.store import EventStore, Row, Rows
from projections.follower_tables import DEAD_LETTERS, PROGRESS
from projections.instant import instant

_UPSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Parked(Struct, frozen=True, kw_only=True):
    """An event that waits: it could not be taken, or one before it could not."""

    follower: str
    position: int
    stream: str
    error: str | None  # None: it waits behind an earlier one of its stream
    attempts: int
    parked_at: str


class Overtaken(Exception):
    """Another process runs the same follower and was faster; this one can stop."""


class Follower:
    """One read model that catches up behind the appends.

    `rows` makes of an event the rows to write; it must be pure, and whatever it raises
    parks the event. `engine` must be able to write.
    """

    def __init__(
        self,
        name: str,
        rows: Callable[[RecordedEvent], Rows],
        tables: Sequence[Table],
        *,
        engine: AsyncEngine,
        clock: Callable[[], datetime],
    ) -> None:
        self.name = name
        self._rows = rows
        self._tables = {table.name: table for table in tables}
        self._engine = engine
        self._clock = clock

    async def run(self, store: EventStore) -> None:
        """Follow until the store is closed; raises Overtaken."""
        async for page in store.follow(after=await self.position()):
            await self._take(page)

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

    async def retry(self, store: EventStore, stream: str) -> int:
        """Take the parked events of a stream again, in order; how many still wait."""
        waiting = [
            p for p in await parked(self._engine, self.name) if p.stream == stream
        ]
        for each in waiting:
            (recorded,) = await store.read_all(after=each.position - 1, limit=1)
            try:
                rows, error = self._rows(recorded), None
            except Exception as fault:  # noqa: BLE001  it goes on waiting, visibly
                rows, error = {}, _sentence(fault)
            async with self._engine.begin() as connection:
                letter = _letter(self.name, each.position)
                if error is None:
                    await self._write(connection, rows)
                    await connection.execute(delete(DEAD_LETTERS).where(*letter))
                else:
                    again = {"error": error, "attempts": each.attempts + 1}
                    change = update(DEAD_LETTERS).where(*letter).values(again)
                    await connection.execute(change)
            if error is not None:
                break
        return len(
            [p for p in await parked(self._engine, self.name) if p.stream == stream]
        )

    async def _take(self, page: Sequence[RecordedEvent]) -> None:
        async with self._engine.begin() as connection:
            await self._move(connection, page)
            stuck = await self._stuck(connection)
            for recorded in page:
                stream, error = str(recorded.stream), None
                if stream not in stuck:
                    try:
                        rows = self._rows(recorded)
                    except Exception as fault:  # noqa: BLE001  it is parked, visibly
                        error = _sentence(fault)
                    else:
                        await self._write(connection, rows)
                        continue
                stuck.add(stream)
                await self._park(connection, recorded, error)

    async def _move(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> None:
        """Only one process at a time gets past a position."""
        own, before = PROGRESS.c.follower == self.name, page[0].position - 1
        moved = await connection.execute(
            update(PROGRESS)
            .where(own, PROGRESS.c.position == before)
            .values(position=page[-1].position)
        )
        if moved.rowcount == 0:
            raise Overtaken(self.name)

    async def _stuck(self, connection: AsyncConnection) -> set[str]:
        query = select(DEAD_LETTERS.c.stream).where(
            DEAD_LETTERS.c.follower == self.name
        )
        return set((await connection.execute(query.distinct())).scalars())

    async def _park(
        self, connection: AsyncConnection, recorded: RecordedEvent, error: str | None
    ) -> None:
        letter = {
            "follower": self.name,
            "position": recorded.position,
            "stream": str(recorded.stream),
            "error": error,
            "attempts": 0 if error is None else 1,
            "parked_at": instant(self._clock()),
        }
        await connection.execute(insert(DEAD_LETTERS).values(letter))

    async def _write(self, connection: AsyncConnection, rows: Rows) -> None:
        for name, written in rows.items():
            table = self._tables[name]
            columns, key = table.columns.keys(), table.primary_key.columns.keys()
            new = _UPSERTS[connection.dialect.name](table)
            moved = {c: new.excluded[c] for c in columns if c not in key}
            statement = new.on_conflict_do_update(index_elements=key, set_=moved)
            await connection.execute(statement, _named(columns, written))


async def parked(engine: AsyncEngine, follower: str | None = None) -> Sequence[Parked]:
    """What waits, of one follower or of all, in order."""
    query = select(DEAD_LETTERS).order_by(
        DEAD_LETTERS.c.follower, DEAD_LETTERS.c.position
    )
    if follower is not None:
        query = query.where(DEAD_LETTERS.c.follower == follower)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(Parked(**row) for row in rows)


def _letter(follower: str, position: int) -> tuple[ColumnElement[bool], ...]:
    table = DEAD_LETTERS.c
    return table.follower == follower, table.position == position


def _named(columns: Iterable[str], rows: Sequence[Row]) -> list[dict[str, object]]:
    names = [*columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _sentence(fault: Exception) -> str:
    """What went wrong, without what the event says."""
    return type(fault).__name__
