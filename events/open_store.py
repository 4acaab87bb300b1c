"""The store that a database URL names; only the composition root calls this."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import URL, Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.ledger import Ledger
from events.postgres.store import PostgresStorage, open_postgres
from events.sqlite.store import SqliteStorage, open_sqlite, reading_engine
from events.store import InlineProjection, StoreError


async def open_store(
    url: str,
    clock: Callable[[], datetime],
    projection: InlineProjection | None = None,
    *,
    tables: Sequence[Table] = (),
) -> Ledger[SqliteStorage] | Ledger[PostgresStorage]:
    """Open `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`, or say why not.

    `tables` are those the projection writes. `store.storage.engine` reads the database.
    """
    parsed = _parsed(url)
    match parsed.drivername:
        case "sqlite+aiosqlite" if parsed.database not in {None, "", ":memory:"}:
            return await open_sqlite(
                str(parsed.database), clock, projection, tables=tables
            )
        case "sqlite+aiosqlite":
            raise StoreError("a ledger needs a file: `sqlite+aiosqlite:///adjudge.db`")
        case "postgresql+asyncpg":
            return await open_postgres(parsed, clock, projection, tables=tables)
        case other:
            raise StoreError(
                f"a `{other}` database cannot hold a ledger;"
                " use `sqlite+aiosqlite:///adjudge.db` or `postgresql+asyncpg://…`"
            )


def open_to_read(url: str) -> AsyncEngine:
    """An engine over a ledger that is taken as it lies: for those who check it."""
    parsed = _parsed(url)
    if parsed.drivername == "sqlite+aiosqlite":
        return reading_engine(str(parsed.database))
    return create_async_engine(parsed)


def open_to_prove(url: str) -> AsyncEngine:
    """An engine that may write: for the tree, beside and never through the ledger's."""
    return create_async_engine(_parsed(url))


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the database URL cannot be read") from error
