"""Does a reader that tails a ledger to its end miss an event?

    python -m tests.benchmarks.gap_probe [SECONDS] [NAME ...]

Several processes write to one PostgreSQL for so long; meanwhile two readers tail, and
unrelated transactions stay open. At the end the readers read on until nothing comes.
What was acknowledged and never seen is lost for good: no later read asks for it. Names:
`adjudge`, `sequence` (a plain sequence), and those of `gap_probe_peers`.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import count, pairwise
from pathlib import Path
from random import Random
from typing import Protocol

import asyncpg
from msgspec import Struct
from sqlalchemy import make_url

from events.open_store import open_store
from tests.events.asking import TALLY, Tally, answer, ask
from tests.postgres import Postgres, server

PROCESSES, WRITERS, READERS = 4, 4, 2
_PAGE = 500


class Probed(Protocol):
    """One way to keep events where many processes write and others tail."""

    async def open(self, url: str, *, new: bool) -> None:
        """Connect; lay out a new place."""
        ...

    async def append(self, writer: int) -> int:
        """Append some events in one transaction; how many."""
        ...

    async def page(self, after: int) -> Sequence[int]:
        """The positions of events after one, as its readers get them."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


class Adjudge:
    """The ledger, as the service opens it."""

    async def open(self, url: str, *, new: bool) -> None:
        del new  # it sees for itself
        clock = lambda: datetime.now(UTC)  # noqa: E731  a clock in one line
        self._store = await open_store(url, clock, Tally(), tables=[TALLY])

    async def append(self, writer: int) -> int:
        appended = await self._store.append(ask(*[answer()] * (1 + writer % 3)))
        return len(appended.events)

    async def page(self, after: int) -> Sequence[int]:
        events = await self._store.read_all(after=after, limit=_PAGE)
        return [event.position for event in events]

    async def close(self) -> None:
        await self._store.close()


class PlainSequence:
    """A table with a sequence, and readers that go by it: what many begin with."""

    async def open(self, url: str, *, new: bool) -> None:
        plain = make_url(url).set(drivername="postgresql")
        dsn = plain.render_as_string(hide_password=False)
        self._pool = await asyncpg.create_pool(dsn, min_size=1, max_size=WRITERS + 1)
        if new:
            await self._pool.execute(
                "CREATE TABLE plain (position bigserial PRIMARY KEY, n int)"
            )

    async def append(self, writer: int) -> int:
        many = 1 + writer % 3
        async with self._pool.acquire() as connection, connection.transaction():
            for number in range(many):
                await connection.execute("INSERT INTO plain (n) VALUES ($1)", number)
        return many

    async def page(self, after: int) -> Sequence[int]:
        wanted = "SELECT position FROM plain WHERE position > $1 ORDER BY 1 LIMIT $2"
        return [row[0] for row in await self._pool.fetch(wanted, after, _PAGE)]

    async def close(self) -> None:
        await self._pool.close()


OWN: Mapping[str, Callable[[], Probed]] = {
    "adjudge": Adjudge,
    "sequence": PlainSequence,
}


def methods() -> Mapping[str, Callable[[], Probed]]:
    """All there are; the peers must be installed for it."""
    peers: Mapping[str, Callable[[], Probed]] = import_module(
        "tests.benchmarks.gap_probe_peers"
    ).PEERS
    return {**OWN, **peers}


def method_named(name: str) -> Probed:
    """One way to keep events."""
    return (OWN if name in OWN else methods())[name]()


class Found(Struct, frozen=True):
    """What was acknowledged, and how much of it the luckiest reader never saw."""

    appended: int
    lost: int
    disordered: int  # positions seen after a later one


async def probe(
    name: str, place: str, running: Postgres, *, processes: int, seconds: float
) -> Found:
    """Write from several processes, tail in this one, and count."""
    method = method_named(name)
    await method.open(place, new=True)
    done = asyncio.Event()
    reading = [asyncio.create_task(_tail(method, done)) for _ in range(READERS)]
    holding = asyncio.create_task(_hold(running, place, done))
    writing = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.gap_probe"),
            *("--write", name, place, str(seconds)),
            stdout=PIPE,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(processes)
    ]
    said = [(await process.communicate())[0] for process in writing]
    appended = sum(map(int, said))
    done.set()
    seen = [await reader for reader in reading]
    await holding
    await method.close()
    return Found(
        appended,
        lost=max(appended - len(set(positions)) for positions in seen),
        disordered=sum(
            later < earlier
            for positions in seen
            for earlier, later in pairwise(positions)
        ),
    )


async def _tail(method: Probed, done: asyncio.Event) -> list[int]:
    """Every position a reader gets that asks for what comes after the last."""
    seen: list[int] = []
    while True:
        last_look = done.is_set()
        page = await method.page(seen[-1] if seen else 0)
        seen.extend(page)
        if not page:
            if last_look:
                return seen
            await asyncio.sleep(0.001)


async def _hold(running: Postgres, place: str, done: asyncio.Event) -> None:
    """Unrelated transactions that write and stay open for a while."""
    connection = await running.connect(place)
    await connection.execute("CREATE TABLE unrelated (n int)")
    while not done.is_set():
        async with connection.transaction():
            await connection.execute("INSERT INTO unrelated VALUES (1)")
            await asyncio.sleep(0.2)
    await connection.close()


async def write(name: str, place: str, seconds: float) -> int:
    """What one process appends in so many seconds, from all of its writers."""
    method = method_named(name)
    await method.open(place, new=False)
    until = asyncio.get_running_loop().time() + seconds
    chance = Random(name)

    async def one(writer: int) -> int:
        appended = 0
        for _ in count():
            if asyncio.get_running_loop().time() > until:
                break
            appended += await method.append(writer)
            if chance.random() < 0.01:
                await asyncio.sleep(0.005)
        return appended

    total = sum(await asyncio.gather(*[one(writer) for writer in range(WRITERS)]))
    await method.close()
    return total


async def main(seconds: float, names: Sequence[str]) -> None:
    """Probe each and print."""
    print(
        f"{PROCESSES} processes of {WRITERS} writers, {seconds:g} s, {READERS} readers"
    )
    with server() as started:
        for name in names:
            place = await started.new_database()
            found = await probe(
                name, place, started, processes=PROCESSES, seconds=seconds
            )
            print(
                f"  {name:24} appended {found.appended:8,}   lost {found.lost:6,}"
                f"   out of order {found.disordered:4,}"
            )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--write", named, at, how_long]:
            print(asyncio.run(write(named, at, float(how_long))))
        case [how_long, *chosen]:
            asyncio.run(main(float(how_long), chosen or [*methods()]))
        case _:
            asyncio.run(main(10.0, [*methods()]))
