"""Tables beside the live ones: filled while writers go on, then put in their place.

What is filled is kept with the position it reached, in one transaction each time, so
that an interrupted run goes on where it was. The tables replaced stay until told.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from types import MappingProxyType

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    except_,
    exists,
    func,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable
from sqlalchemy.sql.elements import quoted_name

from events.sqlite.doorway import Doorway
from events.sqlite.text import upsert as upsert_in_file
from events.store import Rows
from projections.in_file import writing
from projections.upsert import upsert

_BEGIN = MappingProxyType({"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"})
_CLAIM = "SELECT 1 FROM log_head FOR UPDATE"  # what every append goes through
_NOT_AVAILABLE = "55P03"
_SHORTLY = "SET LOCAL lock_timeout = 50"  # milliseconds

_EMPTIED = 1_000  # rows of a table in a file that are dropped at first
_HELD = 0.01  # seconds that writers of a file may wait for the next ones
_GAP = 0.02  # seconds: longer than a writer of a file sleeps before it tries again
_AGAIN = 0.1  # seconds until tables that somebody reads are asked for again

_REACHED = Table(
    "rebuild_reached",
    MetaData(),
    Column("tables", String, primary_key=True),  # the names of those being filled
    Column("position", Integer, nullable=False),
)


class Beside:
    """Copies of some tables, and how far they are filled."""

    def __init__(self, engine: AsyncEngine, tables: Sequence[Table]) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._tables = tables
        self._turn = asyncio.Lock()  # INVARIANT (one turn): see `_standing`
        self._names = ",".join(table.name for table in tables)
        self._copies = {
            table.name: table.to_metadata(MetaData(), name=f"{table.name}__new")
            for table in tables
        }

        dialect = engine.dialect
        self._statements = {
            name: upsert(dialect, copy) for name, copy in self._copies.items()
        }
        self._in_file = {n: upsert_in_file(copy) for n, copy in self._copies.items()}

    async def begin(self) -> int:
        """Make the copies or find an interrupted run's; the position they reached."""
        async with self.transaction() as connection:
            position = await connection.run_sync(self._reached)
        if position is not None:
            return position
        for copy in self._copies.values():
            await self._drop(copy)
        async with self.transaction() as connection:
            await connection.run_sync(self._make)
        return 0

    async def add(self, connection: AsyncConnection, rows: Rows, position: int) -> None:
        """Write rows by their keys, as of a position."""
        for name, statement in self._statements.items():
            if written := rows.get(name):
                await connection.exec_driver_sql(
                    statement, [tuple(row) for row in written]
                )
        await connection.execute(_REACHED.update().values(position=position))

    async def write(self, rows: Rows, position: int) -> None:
        """The same in a transaction of its own.

        In a file it is written on a thread in one go: whoever appends does not wait for
        this process to get its turn of the processor again and again.
        """
        if self._engine.dialect.name == "sqlite":
            async with self._turn:
                await asyncio.to_thread(self._write_file, rows, position)
            return
        async with self.transaction() as connection:
            await self.add(connection, rows, position)

    def _write_file(self, rows: Rows, position: int) -> None:
        with writing(str(self._engine.url.database)) as connection:
            for name, upserts in self._in_file.items():
                upserts.write(connection, rows.get(name, ()))
            reached = f"UPDATE {_REACHED.name} SET position = ?"  # noqa: S608  our own
            connection.execute(reached, (position,))

    async def differed(self, position: int) -> dict[str, int]:
        """Live rows that are not as the copies say at a position, by table."""
        async with self._engine.connect() as connection:
            return {
                table.name: await _differing(connection, table, copy, position)
                if await connection.run_sync(_has_columns_of, table)
                else await connection.scalar(_counted(copy)) or 0
                for table in self._tables
                for copy in (self._copies[table.name],)
            }

    async def switch(self, connection: AsyncConnection) -> None:
        """Put the copies in the place of the live tables, which are kept aside."""
        await connection.run_sync(self._switch)

    async def counted(self) -> dict[str, int]:
        """Rows in the live tables."""
        async with self._engine.connect() as connection:
            return {
                table.name: await connection.scalar(_counted(table)) or 0
                for table in self._tables
            }

    async def forget_replaced(self) -> None:
        """Drop the tables that were replaced."""
        for table in self._tables:
            await self._drop(_replaced(table))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A short one: in a file nobody else can write meanwhile."""
        async with self._turn, self._engine.connect() as connection:
            with _standing(self._engine):
                await connection.exec_driver_sql(_BEGIN[self._engine.dialect.name])
            try:
                yield connection
            except BaseException:
                await connection.exec_driver_sql("ROLLBACK")
                raise
            await connection.exec_driver_sql("COMMIT")

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """A transaction during which nobody appends, nor reads the live tables."""
        while True:
            async with self.transaction() as connection:
                if await self._is_alone(connection):
                    yield connection
                    return
            await asyncio.sleep(_AGAIN)

    async def _is_alone(self, connection: AsyncConnection) -> bool:
        """Writers are let go on while somebody takes long over reading the tables."""
        if self._engine.dialect.name == "sqlite":
            return True
        names = ", ".join(table.name for table in self._tables)
        await connection.exec_driver_sql("SAVEPOINT before")
        try:
            await connection.exec_driver_sql(_SHORTLY)
            await connection.exec_driver_sql(_CLAIM)
            await connection.exec_driver_sql(
                f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"
            )
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _NOT_AVAILABLE:
                raise
            await connection.exec_driver_sql("ROLLBACK TO before")
            return False
        return True

    async def _drop(self, table: Table) -> None:
        """A table in a file is emptied bit by bit first: dropping it takes long."""
        name = table.name
        if self._engine.dialect.name == "sqlite" and await self._has(name):
            rows, emptied = _EMPTIED, False
            while not emptied:
                async with self.transaction() as connection:
                    begun = time.perf_counter()
                    done = await connection.exec_driver_sql(
                        f"DELETE FROM {name} WHERE rowid IN"  # noqa: S608  our own name
                        f" (SELECT rowid FROM {name} LIMIT {rows})"
                    )
                    emptied = done.rowcount < rows
                quick = time.perf_counter() - begun < _HELD / 2
                rows = rows * 2 if quick else max(rows // 2, _EMPTIED // 4)
                await asyncio.sleep(_GAP)
        async with self.transaction() as connection:
            await connection.execute(DropTable(table, if_exists=True))

    async def _has(self, name: str) -> bool:
        async with self._engine.connect() as connection:
            return await connection.run_sync(lambda c: inspect(c).has_table(name))

    def _reached(self, connection: Connection) -> int | None:
        if not inspect(connection).has_table(_REACHED.name):
            return None
        reached = select(_REACHED.c.position).where(_REACHED.c.tables == self._names)
        return connection.scalar(reached)

    def _make(self, connection: Connection) -> None:
        taken = _indexes(connection)
        connection.execute(DropTable(_REACHED, if_exists=True))
        connection.execute(CreateTable(_REACHED))
        connection.execute(_REACHED.insert(), {"tables": self._names, "position": 0})
        for copy in self._copies.values():
            connection.execute(CreateTable(copy))
            for index in copy.indexes:
                connection.execute(CreateIndex(_named_apart(index, taken)))

    def _switch(self, connection: Connection) -> None:
        for table in self._tables:
            old, copy = _replaced(table), self._copies[table.name]
            for before, after in ((table, old), (copy, table)):
                connection.exec_driver_sql(
                    f"ALTER TABLE {before.name} RENAME TO {after.name}"
                )
        connection.execute(DropTable(_REACHED))


@contextmanager
def _standing(engine: AsyncEngine) -> Iterator[None]:
    """In a file, take turns with whoever appends to it.

    Waiting there holds up this process, so by INVARIANT (one turn) nobody in it stands
    in the doorway who needs its event loop to go on.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with closing(Doorway(str(engine.url.database))) as doorway, doorway.standing():
        yield


def _replaced(table: Table) -> Table:
    return Table(f"{table.name}__replaced", MetaData())


def _indexes(connection: Connection) -> set[str]:
    """The names of all indexes; those of tables kept aside are taken too."""
    found = inspect(connection)
    return {
        str(index["name"])
        for table in found.get_table_names()
        for index in found.get_indexes(table)
    }


def _named_apart(index: Index, taken: set[str]) -> Index:
    base = str(index.name).partition("__")[0]
    names = (f"{base}__{number}" for number in count(1))
    free = next(name for name in names if name not in taken)
    index.name = quoted_name(free, quote=None)
    return index


def _counted(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)


def _has_columns_of(connection: Connection, table: Table) -> bool:
    """Whether the live table is as it was laid out, whatever its rows say."""
    found = inspect(connection)
    if not found.has_table(table.name):
        return False
    names = [column["name"] for column in found.get_columns(table.name)]
    return names == [*table.columns.keys()]


async def _differing(
    connection: AsyncConnection, live: Table, copy: Table, position: int
) -> int:
    """Rows on one side only, but for what moved after the position."""
    stale = except_(select(live).where(live.c.position <= position), select(copy))
    wrong = await connection.scalar(select(func.count()).select_from(stale.subquery()))
    fresh = except_(select(copy), select(live)).subquery()
    moved = exists().where(
        and_(*(live.c[key.name] == fresh.c[key.name] for key in live.primary_key)),
        live.c.position > position,
    )
    missing = await connection.scalar(
        select(func.count()).select_from(fresh).where(~moved)
    )
    return max(wrong or 0, missing or 0)
