"""A SQLite file as a vault: opening it, laying it out, leaving no trace in it.

`keys` holds each data key wrapped by the master key, or its name alone once destroyed.
`state` is one row: `epoch` moves whenever a key is destroyed or wrapped anew, so that
every process notices; `position` and `hash` are the furthest the ledger was seen.
"""

import sqlite3
from contextlib import closing

from events.sqlite.errors import plain_errors
from events.store import Overloaded
from events.vault.vault import VaultError

FORMAT = 2
APPLICATION = 0x41444A4B  # "ADJK"

_SETTINGS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # a destroyed key is overwritten, not unlinked
    "PRAGMA temp_store = MEMORY",  # a vacuum must not leave keys in a temporary file
)
_KEYS = """
CREATE TABLE keys (
    name TEXT PRIMARY KEY, master TEXT NOT NULL, wrapped BLOB
) WITHOUT ROWID
"""
_STATE = """
CREATE TABLE state (
    id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, master TEXT NOT NULL,
    position INTEGER NOT NULL, hash BLOB NOT NULL
)
"""


def lay_out(connection: sqlite3.Connection, path: str, master: str) -> None:
    """Make an open file a vault under this master key, or refuse it untouched."""
    _is_new(connection, path)
    for setting in _SETTINGS:
        connection.execute(setting)
    connection.execute("BEGIN IMMEDIATE")
    if _is_new(connection, path):
        connection.execute(_KEYS)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
    if _pragma(connection, "user_version") < FORMAT:
        connection.execute(_STATE)
        row = connection.execute("SELECT master FROM keys LIMIT 1").fetchone()
        known = master if row is None else row[0]
        add = "INSERT INTO state VALUES (1, 0, ?, 0, x'')"
        connection.execute(add, (known,))
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def master_of(path: str) -> str | None:
    """The id of the master key that opens a vault file; None if it does not say yet."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        if _is_new(connection, path):
            return None
        table = "keys" if _pragma(connection, "user_version") == 1 else "state"
        row = connection.execute(f"SELECT master FROM {table} LIMIT 1").fetchone()  # noqa: S608  one of two names of ours
        return None if row is None else str(row[0])
    finally:
        connection.close()


def holds_keys(path: str) -> bool:
    """Whether anything was ever sealed with a vault file, or erased in it."""
    with plain_errors(path), closing(sqlite3.connect(path)) as connection:
        if _is_new(connection, path):
            return False
        return connection.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is not None


def leave_no_trace(connection: sqlite3.Connection, path: str) -> None:
    """Take what was overwritten out of free pages and out of the write-ahead file.

    SQLite promises to overwrite what is deleted, and nothing about copies left by rows
    that moved between pages, so the file is written anew.
    """
    connection.execute("VACUUM")
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Overloaded(f"another process keeps `{path}-wal` from being emptied")


def _is_new(connection: sqlite3.Connection, path: str) -> bool:
    """Nothing is in the file yet; refuses one that is not ours to read."""
    if _pragma(connection, "schema_version") == 0:
        return True
    if _pragma(connection, "application_id") != APPLICATION:
        raise VaultError(f"`{path}` is a database, but not a vault")
    if _pragma(connection, "user_version") > FORMAT:
        raise VaultError(f"`{path}` was written by a newer version of this program")
    return False


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
