"""Beginning a SQLite file that only its owner may read, and not taking an empty one."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from events.sqlite.errors import plain_errors
from events.store import StoreError


def begin_file(path: str) -> None:
    """See that there is a file with something in it; a new one appears as a whole.

    A file of no length is what a lost one leaves behind, so it is refused. Raises
    StoreError.
    """
    file = Path(path)
    if not file.exists():
        with plain_errors(path):
            _make(file)
    elif file.stat().st_size == 0:
        raise StoreError(
            f"`{path}` is empty; restore it from its backup, or remove it to begin anew"
        )


def _make(file: Path) -> None:
    """Another process may do the same: the file of the first one is kept."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # this writes a first page
        with suppress(FileExistsError):
            os.link(new, file)
    except OSError as error:
        raise StoreError(f"`{file}` cannot be made: {error.strerror}") from error
    finally:
        new.unlink(missing_ok=True)
