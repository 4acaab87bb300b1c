"""The one connection that writes a SQLite ledger; it lives on the writer's thread.

Statements are the driver's own, many rows at a time: SQLAlchemy gives the connection
and the tables, and costs nothing a row.
"""

import sqlite3
from collections.abc import Sequence
from typing import cast

from sqlalchemy import URL, NullPool, Table, create_engine

from events.sqlite.begin import begin_file
from events.sqlite.doorway import Doorway
from events.sqlite.file import lay_out, tail_of
from events.sqlite.text import (
    ADD_EVENT,
    ADD_REQUEST,
    ADD_STREAM,
    COMMANDS,
    LAST,
    MOVE_HEAD,
    PAGE,
    REQUEST,
    STREAM,
    TOUCH,
    upsert,
)
from events.stored import Batch, StoredRequest, StoredRow, StoredStream, Tail


class SqliteWriter:
    """Writes batches, and reads what the appender must know exactly."""

    def __init__(self, path: str, tables: Sequence[Table]) -> None:
        begin_file(path)
        self._engine = create_engine(
            URL.create("sqlite", database=path),
            poolclass=NullPool,
            connect_args={"isolation_level": None},  # we begin and commit
        )
        self._doorway = Doorway(path)
        self._upserts = {table.name: upsert(table) for table in tables}
        self._pooled = self._engine.raw_connection()
        self._connection = cast("sqlite3.Connection", self._pooled.driver_connection)
        try:
            with self._doorway.standing():
                lay_out(self._connection, path, tables)
        except BaseException:
            self.close()
            raise

    def tail(self) -> Tail:
        return tail_of(self._connection)

    def news(self, after: int, limit: int) -> Sequence[StoredRow]:
        return self._connection.execute(PAGE, (after, limit)).fetchall()

    def load(self, stream: str) -> StoredStream:
        events = self._connection.execute(STREAM, (stream, 0, LAST)).fetchall()
        commands = self._connection.execute(COMMANDS, (stream,)).fetchall()
        known = "SELECT 1 FROM streams WHERE name = ?"
        return StoredStream(
            exists=self._connection.execute(known, (stream,)).fetchone() is not None,
            events=events,
            commands=dict(commands),
        )

    def answered(self, commands: Sequence[tuple[str, str]]) -> Sequence[StoredRequest]:
        found = [self._connection.execute(REQUEST, one).fetchone() for one in commands]
        return [StoredRequest._make(row) for row in found if row is not None]

    def claim(self) -> Tail:
        """Keep others from writing until the next write, or `release`."""
        self._begin()
        return self.tail()

    def release(self) -> None:
        """Let others write, if they were kept from it."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def write(self, batch: Batch) -> bool:
        if batch.after == batch.before:
            return self.tail().writes == batch.before.writes
        try:
            if not self._connection.in_transaction:
                self._begin()
            if self.tail().writes != batch.before.writes:
                return False
            self._write(batch)
            self._connection.execute("COMMIT")
        finally:
            self.release()
        return True

    def touch(self) -> None:
        self._begin()
        try:
            self._connection.executemany(TOUCH, [(1,), (-1,)])
            self._connection.execute("COMMIT")
        finally:
            self.release()

    def checkpoint(self) -> None:
        """Fold the WAL into the file as far as no reader needs it."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        self._pooled.close()
        self._engine.dispose()
        self._doorway.close()

    def _begin(self) -> None:
        with self._doorway.standing():
            self._connection.execute("BEGIN IMMEDIATE")

    def _write(self, batch: Batch) -> None:
        connection = self._connection
        write = connection.executemany
        write(ADD_STREAM.of(1), [(name,) for name in batch.streams])
        write(ADD_EVENT.of(1), batch.events)
        write(ADD_REQUEST.of(1), batch.requests)
        for table, rows in batch.rows.items():
            write(self._upserts[table].of(1), rows)
        end = batch.after
        connection.execute(
            MOVE_HEAD, (end.position, end.hash, end.recorded_at, end.writes)
        )
