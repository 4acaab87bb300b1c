"""Rebuild the read models from the ledger alone, while everybody goes on working.

The ledger is folded into tables beside the live ones, page by page. When the copies
have caught up they are compared with the live tables and put in their place; writers
wait only for the last few events and the exchange of names.
"""

import time
from collections.abc import Callable, Sequence

from msgspec import Struct
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import framework, inspection
from events.recorded import RecordedEvent
from events.store import EventStore, Row, Rows
from projections.beside import Beside
from projections.inline import RatingModels
from projections.shelf import Shelf
from projections.tables import TABLES

PAGE = 2_000
"""Events whose rows are written at a time: in a file, writers wait that long."""

_FEW = 100  # events that may be left for when writers wait


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a rebuild read, wrote and found."""

    events: int
    rows: dict[str, int]  # table → rows now in it
    differed: dict[str, int]  # table → rows that were wrong, missing or too many
    resumed_from: int  # the position an interrupted run had reached; 0 for a new one
    writers_waited_ms: int  # how long the exchange kept appends waiting


Progress = Callable[[int, int], None]
"""Told the position reached and the last position there is."""


async def rebuild(
    store: EventStore,
    engine: AsyncEngine,
    progress: Progress,
    *,
    tables: Sequence[Table] = TABLES,
    page: int = PAGE,
) -> Rebuilt:
    """Replace the rows of the read models by those the ledger makes.

    `engine` must be able to write. The tables replaced are kept until they are dropped
    with `Beside.forget_replaced`, or by the next rebuild. Interrupted, the next call
    goes on from the last page written.
    """
    beside = Beside(engine, tables)
    resumed_from = await beside.begin()
    fold = _Fold(store, resumed_from, page)

    async def fill(end: int) -> None:
        while fold.position < end and (rows := await fold.page()) is not None:
            async with beside.transaction() as connection:
                await beside.add(connection, rows, fold.position)
            progress(fold.position, max(end, fold.position))

    await fill((await store.head()).position)
    differed = await beside.differed(fold.position)
    while (end := (await store.head()).position) - fold.position > _FEW:
        await fill(end)
    begun = time.perf_counter()
    async with beside.alone() as connection:
        await _catch_up(fold, beside, connection)
        await beside.switch(connection)
    waited = time.perf_counter() - begun
    return Rebuilt(
        events=fold.position,
        rows=await beside.counted(),
        differed=differed,
        resumed_from=resumed_from,
        writers_waited_ms=round(1000 * waited),
    )


async def _catch_up(fold: "_Fold", beside: Beside, connection: AsyncConnection) -> None:
    while rows := await fold.page():
        await beside.add(connection, rows, fold.position)


class _Fold:
    """The rows the ledger makes, a page of events at a time."""

    def __init__(self, store: EventStore, position: int, size: int) -> None:
        self._store = store
        self._size = size
        self._shelf = Shelf()
        self._models = RatingModels(self._shelf)
        self.position = position
        self._begun_at = position

    async def page(self) -> Rows | None:
        """The rows of the next events, each key's last one; None at the end."""
        page = await self._store.read_all(after=self.position, limit=self._size)
        if not page:
            return None
        rows: dict[str, dict[Row, Row]] = {table.name: {} for table in TABLES}
        for recorded in page:
            await self._prepare(recorded)
            for name, written in self._models.fold(recorded).rows.items():
                width = _WIDTHS[name]
                rows[name].update((row[:width], row) for row in written)
        self.position = page[-1].position
        return {name: tuple(kept.values()) for name, kept in rows.items()}

    async def _prepare(self, recorded: RecordedEvent) -> None:
        """Have at hand what was recorded before this run, where it goes on."""
        stream = recorded.stream
        if stream.category == framework.CATEGORY:
            self._shelf.place(recorded)
        elif stream.category != inspection.CATEGORY or not self._begun_at:
            return
        elif self._models.book(stream) is None:
            if not self._shelf.ids():
                await self._shelf.read(self._store)
            until = min(self._begun_at, recorded.position - 1)
            past = await self._store.read(stream, until=until)
            self._models.load(stream, past)


_WIDTHS = {table.name: len(table.primary_key) for table in TABLES}
