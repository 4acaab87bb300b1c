"""A ledger opened with everything that reads it: the records of the inspectorate."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from events.open_store import open_store
from events.store import EventStore
from projections import FOLLOWER_TABLES, TABLES, RatingModels, Shelf
from service.desk import Desk
from service.layout import is_new, mark_ready


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record, and the desk where it is added to."""

    store: EventStore
    engine: AsyncEngine  # reads the read models
    shelf: Shelf
    desk: Desk


@asynccontextmanager
async def open_records(
    database: str, now: Callable[[], datetime]
) -> AsyncIterator[Records]:
    """Open the ledger a URL names; at the end all that was accepted is written.

    Raises StoreError where it cannot be opened.
    """
    shelf = Shelf()
    models = RatingModels(shelf)
    new = await is_new(database)
    store = await open_store(database, now, models, tables=(*TABLES, *FOLLOWER_TABLES))
    try:
        if new:
            await mark_ready(database)
        await store.caught_up()  # what is adopted from here on, the store passes on
        await shelf.read(store)
        yield Records(store, store.storage.engine, shelf, Desk(store, models))
    finally:
        await store.close()
