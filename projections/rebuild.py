"""Rebuild the read models from the ledger alone, while everybody goes on working.

The ledger is folded into tables beside the live ones, range by range. When the copies
have caught up they are compared with the live tables and put in their place; writers
wait only for the last few events and the exchange of names.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sql.tables import LOG_HEAD
from events.store import EventStore
from projections.beside import Beside
from projections.folding import Folding, fitting, folding
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


async def rebuild(  # noqa: PLR0913 - what is rebuilt, and how, each by its name
    store: EventStore,
    engine: AsyncEngine,
    progress: Progress,
    *,
    tables: Sequence[Table] = TABLES,
    page: int = PAGE,
    processes: int | None = None,
) -> Rebuilt:
    """Replace the rows of the read models by those the ledger makes.

    `engine` must be able to write. The tables replaced are kept until they are dropped
    with `Beside.forget_replaced`, or by the next rebuild. Interrupted, the next call
    goes on from the last page written. As many `processes` fold as it takes if it is
    not said how many.
    """
    beside = Beside(engine, tables)
    resumed_from = await beside.begin()
    end = (await store.head()).position
    processes = processes or fitting(end - resumed_from)
    async with folding(engine, resumed_from, page=page, processes=processes) as fold:
        async with _meanwhile(beside.forget_replaced()):
            await _fill(beside, fold, end, progress)
        differed = await beside.differed(fold.position)
        while (end := (await store.head()).position) - fold.position > _FEW:
            await _fill(beside, fold, end, progress)
        begun = time.perf_counter()
        async with beside.alone() as connection:
            # not the store's: its writer may be waiting for this very transaction
            end = await connection.scalar(select(LOG_HEAD.c.position)) or 0
            async for position, rows in fold.up_to(end):
                await beside.add(connection, rows, position)
            await beside.switch(connection)
        waited = time.perf_counter() - begun
    return Rebuilt(
        events=fold.position,
        rows=await beside.counted(),
        differed=differed,
        resumed_from=resumed_from,
        writers_waited_ms=round(1000 * waited),
    )


async def _fill(beside: Beside, fold: Folding, end: int, progress: Progress) -> None:
    async for position, rows in fold.up_to(end):
        await beside.write(rows, position)
        progress(position, end)


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Have something done beside; even where the rest fails it comes to its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        await asyncio.wait([task])
    task.result()
