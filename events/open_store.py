"""The store that a database URL names; only the composition root calls this."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from events.ledger import Ledger
from events.postgres_store import PostgresStorage, open_postgres
from events.sqlite_store import SqliteStorage, open_sqlite
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
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the database URL cannot be read") from error
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
