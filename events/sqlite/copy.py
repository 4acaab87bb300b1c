"""A copy of a SQLite file as it stands at one moment, while others go on using it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from events.sqlite.errors import plain_errors
from events.store import StoreError


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy with SQLite's own means: what lies in the write-ahead file comes along."""
    if not source.is_file():
        raise StoreError(f"there is no database `{source}`")
    with (
        plain_errors(str(source)),
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
    with target.open("rb") as file:
        os.fsync(file.fileno())
