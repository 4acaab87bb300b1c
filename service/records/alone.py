"""Of several services that start at once on nothing, one makes the keys."""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_PAUSE = 0.01  # seconds
_PATIENCE = 1_000  # pauses


@asynccontextmanager
async def alone_in(folder: Path) -> AsyncIterator[None]:
    """Have others who ask for the same folder wait until the block is done.

    Where there is no such folder, or its file system has no locks, nobody waits:
    whatever is done inside says so in its own words.
    """
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        await _locked(opened)
        yield
    finally:
        os.close(opened)  # and so unlocks it


async def _locked(opened: int) -> None:
    for _ in range(_PATIENCE):
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno != errno.EWOULDBLOCK:
                return
            await asyncio.sleep(_PAUSE)
        else:
            return
