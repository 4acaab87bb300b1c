"""What SQLite says went wrong, as one sentence about the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from events.store import Overloaded, StoreError


@contextmanager
def plain_errors(path: str) -> Iterator[None]:
    """Turn what the driver raises into one sentence about this file."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise _plain(cause, path) from error


def _plain(error: object, path: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StoreError(f"no space is left to write `{path}`")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Overloaded(f"another process keeps `{path}` locked")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreError(f"`{path}` is not a database")
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"`{path}` is damaged: {error}")
    return StoreError(f"`{path}` cannot be used: {error}")
