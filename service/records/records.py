"""A ledger opened with everything that reads it: the records of the inspectorate."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from events.open_store import open_store, open_to_prove, open_to_read
from events.pack.export import StoredStreams
from events.proof.sql import SqlProofs
from events.proof.store import ProofStore
from events.proof.tables import PROOF_TABLES
from events.sql.pages import SqlPages
from events.store import ServedStore
from projections import (
    ACTIVITY,
    CHANGES,
    FOLLOWER_TABLES,
    PARTS,
    TABLES,
    RatingModels,
    Shelf,
)
from service.access_log.table import ACCESS_TABLES
from service.choices import CHOICES, Choices
from service.desk import Desk
from service.records.layout import is_new, layout_table
from service.sign_in.session_table import SESSION_TABLES
from service.spans import NO_SPANS, Spans
from service.webhooks.tables import WEBHOOK_TABLES

LAID_OUT = (
    *TABLES,
    *FOLLOWER_TABLES,
    CHANGES,
    ACTIVITY,
    PARTS,
    *PROOF_TABLES,
    *SESSION_TABLES,
    *ACCESS_TABLES,
    *WEBHOOK_TABLES,
)
"""Every table beside the ledger's own."""


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record, and the desk where it is added to."""

    store: ServedStore
    engine: AsyncEngine  # reads the read models
    shelf: Shelf
    desk: Desk
    pages: StoredStreams  # the rows of the ledger as they lie
    proofs: ProofStore  # its tree and its checkpoints
    writing: AsyncEngine  # for what lies beside the ledger, such as sessions


@dataclass(frozen=True, slots=True)
class Lying:
    """A store as it lies on disk, for those who check it."""

    pages: StoredStreams
    proofs: ProofStore
    engine: AsyncEngine


@asynccontextmanager
async def lying_open(database: str) -> AsyncIterator[Lying]:
    """Open a store without laying out, checking or writing anything."""
    engine = open_to_read(database)
    try:
        yield Lying(SqlPages(engine), SqlProofs(engine), engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_records(
    database: str,
    now: Callable[[], datetime],
    *,
    choices: Choices = CHOICES,
    spans: Spans = NO_SPANS,
) -> AsyncIterator[Records]:
    """Open the ledger a URL names; at the end all that was accepted is written.

    Raises StoreError where it cannot be opened.
    """
    shelf = Shelf()
    models = RatingModels(shelf)
    await is_new(database)  # or laid out as this program needs it, or refused
    laid_out = (*LAID_OUT, layout_table())
    store = await open_store(database, now, models, tables=laid_out)
    writing = open_to_prove(database)
    try:
        await store.caught_up()  # what is adopted from here on, the store passes on
        await shelf.read(store)
        engine = store.storage.engine
        yield Records(
            store=store,
            engine=engine,
            shelf=shelf,
            desk=Desk(store, models, choices=choices, spans=spans),
            pages=SqlPages(engine),
            proofs=SqlProofs(writing),
            writing=writing,
        )
    finally:
        await writing.dispose()
        await store.close()
