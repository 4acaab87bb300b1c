"""Writing a SQLite file in one go, on a thread.

Whoever appends to the file waits for the rows alone, and not for this process to get
its turn of the processor between one statement and the next.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from events.sqlite.doorway import Doorway


@contextmanager
def writing(path: str, *, synced: bool = True) -> Iterator[sqlite3.Connection]:
    """A transaction that takes turns with appends; undone where the block raises.

    What is not `synced` may be lost in a power cut, as a whole and the latest first.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if not synced:
            connection.execute("PRAGMA synchronous = NORMAL")
        with closing(Doorway(path)) as doorway, doorway.standing():
            connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
