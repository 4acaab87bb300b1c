"""Rows written many at a time.

At each step of SQLite the driver lets go of the interpreter's lock and must get it back
afterwards; in a busy process that takes longer than the row. So a step writes as many
rows as fit, and whoever holds the file's lock meanwhile holds it shortly.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from events.store import Row

_VALUES = 999  # of one statement, that any SQLite takes
_LARGEST = 64  # rows of one statement; the others are halves of it, so they are few


@dataclass(frozen=True, slots=True)
class Insertion:
    """A statement that writes rows: up to `VALUES`, one row, and what comes after."""

    into: str
    row: str
    then: str = ""

    def write(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Write rows in their order."""
        begin, at_once = 0, _LARGEST
        while begin < len(rows):
            while at_once > 1 and (
                begin + at_once > len(rows) or at_once * len(rows[0]) > _VALUES
            ):
                at_once //= 2
            some = rows[begin : begin + at_once]
            connection.execute(self.of(at_once), tuple(chain.from_iterable(some)))
            begin += at_once

    def of(self, rows: int) -> str:
        """The statement for so many rows."""
        return _text(self, rows)


@cache
def _text(insertion: Insertion, rows: int) -> str:
    values = ", ".join([insertion.row] * rows)
    return f"{insertion.into} VALUES {values} {insertion.then}"
