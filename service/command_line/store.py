"""The ledger a command asks about: it must be there already."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from events.ledger import Ledger
from events.open_store import open_store
from events.sqlite_store import SqliteStorage
from events.store import StoreError
from projections import TABLES
from service.command_line.ending import UNREACHABLE, Trouble
from service.command_line.surroundings import Surroundings
from service.config import Settings


@asynccontextmanager
async def existing_store(
    settings: Settings, surroundings: Surroundings
) -> AsyncIterator[Ledger[SqliteStorage]]:
    """Open the ledger, or end with exit 3; asking never makes a new one."""
    if (missing := _missing(settings.database)) is not None:
        raise Trouble(
            "no-such-store",
            f"there is no ledger at `{missing}`",
            "name one with --database or ADJUDGE_DATABASE",
            exit_code=UNREACHABLE,
        )
    try:
        store = await open_store(settings.database, surroundings.now, tables=TABLES)
        try:
            yield store
        finally:
            await store.close()
    except StoreError as error:
        raise unusable(error) from error


def unusable(error: StoreError) -> Trouble:
    """What to say of a store that cannot be opened, read or written."""
    return Trouble(
        "store-unavailable",
        str(error),
        "see deploy/README.md, Watch",
        exit_code=UNREACHABLE,
    )


def _missing(url: str) -> Path | None:
    """The file that an SQLite address names, if it is not there."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None  # opening it says what is wrong
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return None
    file = Path(parsed.database)
    return None if file.exists() else file
