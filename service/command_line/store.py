"""The ledger a command asks about: it must be there already."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from events.store import StoreError
from service.choices import choices_of
from service.command_line.ending import UNREACHABLE, Trouble
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.records.lost_files import sqlite_file_of
from service.records.records import Records, open_records


@asynccontextmanager
async def existing_records(
    settings: Settings, surroundings: Surroundings
) -> AsyncIterator[Records]:
    """Open the ledger, or end with exit 3; asking never makes a new one."""
    require_existing(settings)
    try:
        async with open_records(
            settings.database, surroundings.now, choices=choices_of(settings)
        ) as records:
            yield records
    except StoreError as error:
        raise unusable(error) from error
    except DBAPIError as error:
        raise Trouble(
            "store-unavailable",
            f"the read models cannot be read: {error.orig}",
            "make them anew with `adjudge rebuild`",
            exit_code=UNREACHABLE,
        ) from error


def require_existing(settings: Settings) -> None:
    """End with exit 3 where there is no file of that name."""
    if (missing := _missing(settings.database)) is not None:
        raise Trouble(
            "no-such-store",
            f"there is no ledger at `{missing}`",
            "name one with --database or ADJUDGE_DATABASE",
            exit_code=UNREACHABLE,
        )


def unusable(error: StoreError) -> Trouble:
    """What to say of a store that cannot be opened, read or written."""
    return Trouble(
        "store-unavailable",
        str(error),
        "see `Watch` in deploy/README.md",
        exit_code=UNREACHABLE,
    )


def _missing(url: str) -> Path | None:
    """The file that an SQLite address names, if it is not there."""
    file = sqlite_file_of(url)
    return None if file is None or file.exists() else file
