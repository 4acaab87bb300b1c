"""Turns of the processes that write one file: who waits goes before who just wrote.

SQLite lets a process try its lock again and again, and one that writes without a pause
can keep another out until that gives up. So whoever wants the lock stands in a doorway
first, and keeps standing there until the lock is theirs: the one who writes must pass
the same doorway to write again. The doorway is a lock on the folder, so that no file is
needed for it; where a file system has none, SQLite's own waiting remains.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.store import Overloaded

_PATIENCE = 5.0  # seconds; as long as SQLite waits for its own lock
_PAUSE = 0.001


class Doorway:
    """The doorway of one file's writers, as one of them sees it."""

    def __init__(self, path: str, *, patience: float = _PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._folder = os.open(Path(path).parent, os.O_RDONLY)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Stand in the doorway; raises Overloaded where others do for too long."""
        locked = self._wait()
        try:
            yield
        finally:
            if locked:
                fcntl.flock(self._folder, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._folder)

    def _wait(self) -> bool:
        """Whether the doorway is ours; False where this file system has none."""
        gives_up = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > gives_up:
                    raise Overloaded(
                        f"too many other processes are writing to `{self._path}`"
                    ) from None
                time.sleep(_PAUSE)
            except OSError:
                return False
            else:
                return True
