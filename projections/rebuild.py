"""Rebuild the read models from the ledger alone, and say what differed.

The ledger is folded first, with writers free to go on; only the last few events and the
exchange of rows happen while they wait.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.framework import CATEGORY
from events.store import EventStore, Row, Rows
from projections.inline import RatingModels
from projections.shelf import Shelf
from projections.tables import TABLES

_PAGE = 5_000
_STOP_WRITERS = {  # they wait until the transaction ends
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": ("BEGIN", "SELECT id FROM log_head FOR UPDATE"),
}
_KEPT = tuple[object, ...]


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a rebuild read, wrote and found."""

    events: int
    rows: dict[str, int]  # table → rows now in it
    differed: dict[str, int]  # table → rows that were wrong, missing or too many


class _Fold:
    """Every row the ledger makes, by table and primary key."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._shelf = Shelf()
        self._models = RatingModels(self._shelf)
        self.position = 0
        self.rows: dict[str, dict[_KEPT, Row]] = {table.name: {} for table in TABLES}
        self._keys = {table.name: len(table.primary_key) for table in TABLES}

    async def catch_up(self, progress: Callable[[int], None]) -> None:
        while page := await self._store.read_all(after=self.position, limit=_PAGE):
            for recorded in page:
                if recorded.stream.category == CATEGORY:
                    self._shelf.place(recorded)
                self._keep(self._models.fold(recorded).rows)
            self.position = page[-1].position
            progress(self.position)

    def _keep(self, rows: Rows) -> None:
        for name, written in rows.items():
            table, width = self.rows[name], self._keys[name]
            for row in written:
                table[row[:width]] = row


async def rebuild(
    store: EventStore,
    engine: AsyncEngine,
    progress: Callable[[int], None],
    *,
    tables: Sequence[Table] = TABLES,
) -> Rebuilt:
    """Replace the rows of the read models by those the ledger makes.

    `engine` must be able to write; `progress` is told the position reached.
    """
    fold = _Fold(store)
    await fold.catch_up(progress)
    by_hand = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with by_hand.connect() as connection:
        for statement in _STOP_WRITERS[connection.dialect.name]:
            await connection.exec_driver_sql(statement)
        try:
            await fold.catch_up(progress)
            differed = {
                table.name: await _exchange(connection, table, fold.rows[table.name])
                for table in tables
            }
        except BaseException:
            await connection.exec_driver_sql("ROLLBACK")
            raise
        await connection.exec_driver_sql("COMMIT")
    return Rebuilt(
        events=fold.position,
        rows={name: len(fold.rows[name]) for name in differed},
        differed=differed,
    )


async def _exchange(
    connection: AsyncConnection, table: Table, fresh: Mapping[_KEPT, Row]
) -> int:
    width = len(table.primary_key)
    old = {
        tuple(row)[:width]: tuple(row)
        for row in await connection.execute(select(table))
    }
    differed = sum(old.get(key) != row for key, row in fresh.items())
    differed += len(old.keys() - fresh.keys())
    if differed:
        await connection.execute(delete(table))
        names = table.columns.keys()
        if fresh:
            await connection.execute(
                insert(table),
                [dict(zip(names, row, strict=True)) for row in fresh.values()],
            )
    return differed
