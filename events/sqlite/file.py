"""A SQLite file as a ledger: opening it, laying it out, refusing one that is damaged.

An acknowledged event is on disk: WAL with `synchronous=FULL` syncs every commit. The
file carries its format in `user_version` and whose it is in `application_id`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from events.chain import START, follow
from events.sql.tables import METADATA, first_rows
from events.sqlite.text import ADD_HEAD, PAGE, TAIL
from events.store import StoreError
from events.stored import Tail

FORMAT = 1
APPLICATION = 0x41444A55  # "ADJU"

_CHECKED = 1000  # events at the end of the chain followed on opening; `verify`: all
_DIALECT = sqlite.dialect()

_SETTINGS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 4000",  # pages; the storage also does it when idle
    "PRAGMA cache_size = -65536",
)


def lay_out(connection: sqlite3.Connection, path: str, tables: Iterable[Table]) -> None:
    """Make an open file a ledger that can be relied upon, or refuse it untouched."""
    _is_new(connection, path)
    for setting in _SETTINGS:
        connection.execute(setting)
    with _transaction(connection, "BEGIN IMMEDIATE"):
        _create(connection, path, tables)
    with _transaction(connection, "BEGIN"):  # others may go on writing meanwhile
        _check(connection, path)


def tail_of(connection: sqlite3.Connection) -> Tail:
    """Where the ledger ends."""
    row = connection.execute(TAIL).fetchone()
    if row is None:
        raise StoreError("the ledger has no head")
    position, hash_, recorded_at, writes = row
    return Tail(position=position, hash=hash_, recorded_at=recorded_at, writes=writes)


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_new(connection: sqlite3.Connection, path: str) -> bool:
    """Nothing is in the file yet; refuses one that is not ours to read."""
    if _pragma(connection, "schema_version") == 0:
        return True
    if _pragma(connection, "application_id") != APPLICATION:
        raise StoreError(f"`{path}` is a database, but not a ledger")
    if _pragma(connection, "user_version") > FORMAT:
        raise StoreError(f"`{path}` was written by a newer version of this program")
    return False


def _create(connection: sqlite3.Connection, path: str, tables: Iterable[Table]) -> None:
    new = _is_new(connection, path)
    if new:
        _define(connection, METADATA.sorted_tables)
        connection.execute(ADD_HEAD, (0, START, 0, 0))
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    _define(connection, tables)
    if new:
        for row in first_rows(tables, _DIALECT):
            connection.execute(row)


def _define(connection: sqlite3.Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        created = CreateTable(table, if_not_exists=True)
        connection.execute(str(created.compile(dialect=_DIALECT)))
        for index in table.indexes:
            indexed = CreateIndex(index, if_not_exists=True)
            connection.execute(str(indexed.compile(dialect=_DIALECT)))


def _check(connection: sqlite3.Connection, path: str) -> None:
    """Every page (some 2 s a GB), the end of the chain, and the head where it ends."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(f"`{path}` is damaged: {found.splitlines()[-1]}")
    try:
        _check_end(connection)
    except StoreError as error:
        raise StoreError(f"`{path}` is damaged: {error}") from error


def _check_end(connection: sqlite3.Connection) -> None:
    tail = tail_of(connection)
    after = max(0, tail.position - _CHECKED)
    last = (max(0, after - 1), _CHECKED + 2)
    events = connection.execute(PAGE, last).fetchall()
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


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
