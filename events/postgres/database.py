"""A PostgreSQL database as a ledger: laying it out, refusing one that is damaged.

Several processes may open an empty database at once: one lays it out, the others wait.
"""

from collections.abc import Iterable
from typing import cast

import asyncpg
from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, CreateTable

from events.chain import START, follow
from events.postgres.text import ADD_HEAD, DIALECT, PAGE, TAIL
from events.postgres.writer import tail_of
from events.sql.tables import METADATA, first_rows
from events.store import StoreError
from events.stored import StoredRow

_CHECKED = 1000  # events at the end of the chain followed on opening; `verify`: all

LOCK = "SELECT pg_advisory_xact_lock(1094995285)"  # "ADJU": whoever changes the layout
_OURS = """
SELECT to_regclass('log_head') IS NOT NULL, to_regclass('events') IS NOT NULL
"""


async def lay_out(
    driver: asyncpg.Connection, name: str, tables: Iterable[Table]
) -> None:
    """Make a database a ledger that can be relied upon, or refuse it untouched."""
    async with driver.transaction():
        await driver.execute(LOCK)
        ours, occupied = await driver.fetchrow(_OURS) or (False, False)
        if occupied and not ours:
            raise StoreError(f"`{name}` has tables of its own, but is not a ledger")
        if not ours:
            await _define(driver, METADATA.sorted_tables)
            await driver.execute(ADD_HEAD, 0, START, 0, 0)
        await _define(driver, tables)
        if not ours:
            for row in first_rows(tables, DIALECT):
                await driver.execute(row)
    async with driver.transaction(isolation="repeatable_read", readonly=True):
        try:
            await _check_end(driver)
        except StoreError as error:
            raise StoreError(f"`{name}` is damaged: {error}") from error


async def _define(driver: asyncpg.Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        created = CreateTable(table, if_not_exists=True)
        await driver.execute(str(created.compile(dialect=DIALECT)))
        for index in table.indexes:
            indexed = CreateIndex(index, if_not_exists=True)
            await driver.execute(str(indexed.compile(dialect=DIALECT)))


async def _check_end(driver: asyncpg.Connection) -> None:
    """The end of the chain, and that the head is where the chain ends."""
    tail = tail_of(await driver.fetchrow(TAIL))
    after = max(0, tail.position - _CHECKED)
    read = await driver.fetch(PAGE, max(0, after - 1), _CHECKED + 2)
    events = cast("list[StoredRow]", read)
    previous = START
    if after:
        previous, events = events[0][-1] if events else START, events[1:]
    hash_ = follow(previous, events, after=after)
    if after + len(events) != tail.position:
        raise StoreError(
            f"the head is at {tail.position}, the last event at {after + len(events)}"
        )
    if hash_ != tail.hash:
        raise StoreError("the head does not carry the hash of the last event")
