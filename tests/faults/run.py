"""Faults under writers, one after the other, and a look at the ledger after each."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from events.postgres.errors import LOST
from tests.faults.check import Check
from tests.faults.plan import Fault, Kind, plan
from tests.faults.services import Service, cut_sessions, give_sessions_room
from tests.faults.tally import Tally
from tests.faults.writers import INSPECTION, Acknowledgement, Writer
from tests.postgres import Server
from tests.service.running import created

SERVICES, WRITERS = 3, 16
_LASTS = 0.15  # seconds that a disk stays full
_PATIENCE = 60  # seconds until everybody must be answering again


@dataclass
class Site:
    """What can be broken: services on a ledger, and its server where it has one."""

    services: Sequence[Service]
    server: Server | None
    tally: Tally

    async def strike(self, fault: Fault, writers: Sequence[Writer]) -> None:
        """Break something, and mend it."""
        match fault.kind:
            case Kind.SERVICE_KILLED:
                await self._kill(self.services[fault.member])
            case Kind.ALL_KILLED:
                await self._kill(*self.services)
            case Kind.REQUESTS_CUT:
                for writer in writers:
                    writer.cut()
            case Kind.DISK_FULL:
                await self._give_room(room=False)
                await asyncio.sleep(_LASTS)
                await self._give_room(room=True)
            case Kind.DATABASE_KILLED:
                assert self.server is not None
                await asyncio.to_thread(self.server.stop, kill=True)
                self.tally.kills += 1
                await asyncio.to_thread(self.server.start)
            case Kind.SESSIONS_CUT:
                assert self.server is not None
                await cut_sessions(self.server)

    async def _kill(self, *services: Service) -> None:
        for service in services:
            await service.kill()
            self.tally.kills += 1
        await asyncio.gather(*[service.start() for service in services])

    async def _give_room(self, *, room: bool) -> None:
        if self.server is not None:
            await _when_it_answers(self.server)
            await give_sessions_room(self.server, room=room)
            return
        for service in self.services:
            service.give_room(room=room)


async def fault_run(
    folder: Path,
    tally: Tally,
    *,
    faults: int,
    server: Server | None,
    progress: Callable[[Tally, str], None] = lambda *_: None,
) -> None:
    """Strike this many faults on a new ledger, on PostgreSQL where a server is given.

    They are drawn from the tally's seed and from how many there were before.
    """
    seed = tally.seed + tally.faults.total()
    database = None if server is None else await server.new_database()
    here = database or f"sqlite+aiosqlite:///{folder / 'ledger.db'}"
    chance = random.Random(seed)
    async with _services(folder, database) as services:
        site = Site(services, server, tally)
        await _announce(services[0])
        writers = [
            Writer(number, services, random.Random(f"{seed}/{number}"), tally)
            for number in range(WRITERS)
        ]
        check = Check(here, folder / "signing.key", tally)
        drawn = plan(chance, faults, server=server is not None)
        for fault in drawn:
            async with asyncio.timeout(_PATIENCE):
                await _round(site, writers, fault)
                if server is not None:
                    await _when_it_answers(server)
            await check.look(_acknowledged(writers))
            await _compare_ratings(services, tally)
            progress(tally, fault.kind.value)


async def _round(site: Site, writers: Sequence[Writer], fault: Fault) -> None:
    """Write, break, mend, and write on; then everybody comes to an end."""
    stop = asyncio.Event()
    writing = [asyncio.create_task(writer.write(stop)) for writer in writers]
    try:
        await _further(site.tally, writing, WRITERS)
        await asyncio.sleep(fault.after)
        site.tally.faults[fault.kind] += 1
        await site.strike(fault, writers)
        await _further(site.tally, writing, WRITERS)
    finally:
        stop.set()
    await asyncio.gather(*writing)


async def _further(
    tally: Tally, writing: Sequence["asyncio.Task[None]"], acknowledgements: int
) -> None:
    until = tally.acknowledged + acknowledgements
    while tally.acknowledged < until and not any(task.done() for task in writing):  # noqa: ASYNC110 - it waits for sixteen writers together
        await asyncio.sleep(0.01)


def _acknowledged(writers: Sequence[Writer]) -> dict[str, Acknowledgement]:
    return {
        command: said
        for writer in writers
        for command, said in writer.acknowledged.items()
    }


@asynccontextmanager
async def _services(
    folder: Path, database: str | None
) -> AsyncIterator[Sequence[Service]]:
    services = [Service(folder, database) for _ in range(SERVICES)]
    try:
        await services[0].start()  # it makes the ledger and the vault
        await asyncio.gather(*[service.start() for service in services[1:]])
        yield services
    finally:
        for service in services:
            await service.stop()


async def _when_it_answers(server: Server) -> None:
    """A server that stopped by itself comes back by itself."""
    while True:
        try:
            await (await server.connect()).close()
        except LOST:
            await asyncio.sleep(0.05)
        else:
            return


async def _compare_ratings(services: Sequence[Service], tally: Tally) -> None:
    """Every service shows the same ratings."""
    shown = []
    for service in services:
        assert service.client is not None
        path = f"/v1/inspections/{INSPECTION}/ratings"
        async with service.client.get(path) as response:
            shown.append((response.status, await response.text()))
    if shown[0][0] != 200 or any(each != shown[0] for each in shown):
        tally.wrong.append(f"after fault {tally.checks}: services show {shown}")


async def _announce(service: Service) -> None:
    assert service.client is not None
    inspection = {
        "inspection": INSPECTION,
        "service": "A service",
        "programme": "single",
        "framework": "youth-2018",
        "fieldwork_starts_on": "2019-08-05",
    }
    await created(service.client, "/v1/inspections", inspection)
    for number in range(WRITERS):
        case = {
            "case": f"C-{number}",
            "sample": "court disposals",
            "facts": {"safety is a factor": "yes"},
        }
        await created(service.client, f"/v1/inspections/{INSPECTION}/cases", case)
