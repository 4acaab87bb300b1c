"""The services and the database that a fault run breaks and mends."""

import subprocess
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

from aiohttp import ClientSession

from tests.postgres import OWNER, Server
from tests.service.running import Running, running

_NO_ROOM = "1:"  # bytes a file may have from now on; what is there stays readable
_ROOM = "unlimited:"


@dataclass
class Service:
    """One of several services on one ledger; it may be gone for a while."""

    folder: Path
    database: str | None
    client: ClientSession | None = None
    _running: Running | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Return when it answers."""
        self._running = await self._stack.enter_async_context(
            running(self.folder, database=self.database, ADJUDGE_CHECKPOINT_SECONDS="1")
        )
        self.client = await self._stack.enter_async_context(self._running.client())

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._running is not None
        self.client = None
        await self._running.kill()
        await self._stack.aclose()

    async def stop(self) -> None:
        """End it as an administrator would."""
        self.client = None
        await self._stack.aclose()

    def give_room(self, *, room: bool) -> None:
        """Take the space to write away, or give it back."""
        assert self._running is not None
        _limit_files(self._running.process.pid, room=room, owner=None)


async def give_sessions_room(server: Server, *, room: bool) -> None:
    """The same for the sessions that write the ledger in a database server.

    Those that end of it come back with room.
    """
    direct = await server.connect()
    try:
        found = await direct.fetch(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'adjudge'"
        )
    finally:
        await direct.close()
    for (pid,) in found:
        _limit_files(pid, room=room, owner=OWNER)


async def cut_sessions(server: Server) -> None:
    """End every session of the services."""
    direct = await server.connect()
    try:
        await direct.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    finally:
        await direct.close()


def _limit_files(pid: int, *, room: bool, owner: int | None) -> None:
    """Only the owner of a process may set its limits; a process that ended has none."""
    program = which("prlimit")
    assert program is not None, "prlimit is missing: it is in Debian's util-linux"
    subprocess.run(  # noqa: S603  found on the path
        [program, f"--pid={pid}", f"--fsize={_ROOM if room else _NO_ROOM}"],
        check=False,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=owner,
        group=owner,
        extra_groups=None if owner is None else [],
    )
