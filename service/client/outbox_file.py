"""The file of an outbox: one SQLite database, readable by its owner only.

Every change is one transaction that is on disk before the call returns, so that the
tool, the laptop or the network may fail between any two. What is deleted is
overwritten.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from service.client.evidence import Seal, check, proof_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
  format INTEGER NOT NULL, person TEXT NOT NULL, proof BLOB
);
CREATE TABLE IF NOT EXISTS known (
  inspection TEXT, "case" TEXT, kind TEXT, name TEXT,
  version INTEGER NOT NULL, value TEXT,
  PRIMARY KEY (inspection, "case", kind, name)
);
CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
  inspection TEXT NOT NULL, "case" TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, value TEXT, observed_at TEXT NOT NULL, state TEXT NOT NULL,
  base INTEGER, follows TEXT, version INTEGER, position INTEGER,
  problem TEXT, sealed BLOB
);
CREATE INDEX IF NOT EXISTS entries_by_place
  ON entries (inspection, "case", kind, name, number);
CREATE INDEX IF NOT EXISTS entries_by_state ON entries (state, inspection, number);
CREATE TABLE IF NOT EXISTS theirs (
  inspection TEXT, "case" TEXT, kind TEXT, name TEXT,
  version INTEGER NOT NULL, value TEXT, actor TEXT,
  recorded_at TEXT, observed_at TEXT,
  PRIMARY KEY (inspection, "case", kind, name)
);
"""
_FORMAT = 1


class OutboxError(Exception):
    """The outbox cannot be used so; the message says why."""


class OutboxFile:
    """Transactions on the file, one at a time."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """All of the block's changes are on disk afterwards, or none is made."""
        async with self._turn:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                await self._connection.commit()
            except BaseException:
                # also where its caller is cancelled: the next one finds nothing begun
                await asyncio.shield(self._connection.rollback())
                raise


@asynccontextmanager
async def open_file(path: Path, person: str, seal: Seal) -> AsyncIterator[OutboxFile]:
    """The outbox of one person; raises OutboxError or WrongKey.

    A new one is made for its owner alone, and an existing one is made so again.
    """
    _keep_to_owner(path)
    connection = await aiosqlite.connect(path, isolation_level=None, timeout=30)
    try:
        await _begin(connection, path, person, seal)
        yield OutboxFile(connection)
    finally:
        await connection.close()


def _keep_to_owner(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise OutboxError(f"`{path}` cannot be kept: {error.strerror}") from error


async def _begin(
    connection: aiosqlite.Connection, path: Path, person: str, seal: Seal
) -> None:
    try:
        await connection.execute("PRAGMA secure_delete = ON")
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.executescript(_SCHEMA)
        rows = await connection.execute_fetchall("SELECT * FROM outbox")
    except sqlite3.DatabaseError as error:
        raise OutboxError(f"`{path}` is not an outbox ({error})") from error
    for format_, owner, proof in rows:
        if format_ != _FORMAT:
            raise OutboxError(f"`{path}` was written by a later version of this client")
        if owner != person:
            raise OutboxError(f"`{path}` is the outbox of `{owner}`, not of `{person}`")
        check(seal, proof)
        if proof is None and proof_of(seal) is not None:
            await connection.execute("UPDATE outbox SET proof = ?", (proof_of(seal),))
        return
    await connection.execute(
        "INSERT INTO outbox VALUES (?, ?, ?)", (_FORMAT, person, proof_of(seal))
    )
