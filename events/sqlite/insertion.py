"""Rows written many at a time.

At each step of SQLite the driver lets go of the interpreter's lock and must get it back
afterwards; in a busy process that takes longer than the row. So a step writes as many
rows as fit, and whoever holds the file's lock meanwhile holds it shortly. The few rows
of a batch that somebody waits for are quicker one by one: their statements stay
prepared.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from events.store import Row

_VALUES = 999  # of one statement, that any SQLite takes
_MOST = 64  # rows of one statement


@dataclass(frozen=True, slots=True)
class Insertion:
    """A statement that writes rows: up to `VALUES`, one row, and what comes after."""

    into: str
    row: str
    then: str = ""

    def write(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Write rows in their order."""
        if not rows:
            return
        at_once = max(1, min(_MOST, _VALUES // len(rows[0])))
        for begin in range(0, len(rows), at_once):
            some = rows[begin : begin + at_once]
            connection.execute(self.of(len(some)), tuple(chain.from_iterable(some)))

    def of(self, rows: int) -> str:
        """The statement for so many rows."""
        return _text(self, rows)


@cache
def _text(insertion: Insertion, rows: int) -> str:
    values = ", ".join([insertion.row] * rows)
    return f"{insertion.into} VALUES {values} {insertion.then}"
