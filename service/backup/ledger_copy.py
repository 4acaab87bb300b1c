"""A ledger taken from one database to another, whatever keeps either.

What is copied is every table that a database laid out by this program has, read at one
moment while others go on writing. The target is laid out and filled in one transaction,
and its chain followed before that ends: it is whole, or as empty as it was.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, create_engine, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from events.chain import START, follow
from events.sql.tables import EVENTS, LOG_HEAD, STREAMS
from events.store import Head, StoreError
from events.stored import StoredEvent
from service.records.layout import Unready, lay_out_filled, missing_steps

_PAGE = 1000
_VERSIONS = "alembic_version"  # the target has its own


async def copy_to_file(database: str, file: Path) -> Head:
    """Copy a ledger on a server into a new SQLite file; where it then ended.

    Raises StoreError where it cannot be read, or another program laid it out.
    """
    if await missing_steps(database):
        raise Unready("the database is no ledger of this program's; migrate it first")
    source = create_async_engine(database)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        async with source.connect() as reading:
            snapshot = await reading.execution_options(**options)
            return await snapshot.run_sync(_into_file, file)
    except (DBAPIError, OSError) as error:
        raise StoreError(f"`{source.url.database}` cannot be read") from error
    finally:
        await source.dispose()


async def copy_to_server(file: Path, database: str) -> Head:
    """Copy a ledger in a SQLite file into an empty database on a server."""
    source = create_engine(f"sqlite:///{file}")
    try:
        with source.connect() as reading:
            return await lay_out_filled(
                database, lambda writing: copy_rows(reading, writing)
            )
    finally:
        source.dispose()


def copy_rows(source: Connection, target: Connection) -> Head:
    """Copy every row of every table there is in the target; refuses a broken chain."""
    theirs, ours = MetaData(), MetaData()
    theirs.reflect(source)
    ours.reflect(target)
    tables = [table for table in ours.sorted_tables if table.name != _VERSIONS]
    target.execute(LOG_HEAD.delete())  # that of an empty ledger
    for table in tables:
        for page in _pages(source, theirs.tables[table.name]):
            target.execute(insert(table), page)
        if target.dialect.name == "postgresql":
            _count_on(target, table)
    return _whole(target)


def _into_file(source: Connection, file: Path) -> Head:
    target = create_engine(f"sqlite:///{file}")
    try:
        with target.begin() as writing:
            return copy_rows(source, writing)
    finally:
        target.dispose()


def _pages(source: Connection, table: Table) -> Iterator[Sequence[dict[str, object]]]:
    key = table.primary_key.columns
    rows = source.execution_options(yield_per=_PAGE).execute(
        select(table).order_by(*key)
    )
    for page in rows.mappings().partitions():
        yield [dict(row) for row in page]


def _count_on(target: Connection, table: Table) -> None:
    """Let numbers that the database gives go on after those that were copied."""
    for column in table.primary_key.columns:
        if column.server_default is None:
            continue
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        last = func.max(column)
        target.execute(select(func.setval(sequence, last)).having(last.is_not(None)))


def _whole(target: Connection) -> Head:
    """The end of the ledger, once its chain was followed to there; StoreError."""
    columns = [EVENTS.c[name] for name in StoredEvent._fields if name != "stream"]
    columns.insert(1, STREAMS.c.name)
    rows = target.execution_options(yield_per=_PAGE).execute(
        select(*columns).join(STREAMS).order_by(EVENTS.c.position)
    )
    position, hash_ = 0, START
    for page in rows.partitions():
        hash_ = follow(hash_, [tuple(row) for row in page], after=position)
        position += len(page)
    end = target.execute(select(LOG_HEAD.c.position, LOG_HEAD.c.hash)).one()
    if (position, hash_) != tuple(end):
        raise StoreError(f"the copy ends at {position}, its head is at {end.position}")
    return Head(position, hash_)
