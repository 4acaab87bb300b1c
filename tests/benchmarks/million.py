"""A million events: whether costs stay flat, and a rebuild while a writer goes on.

    python -m tests.benchmarks.million [sqlite|postgresql] [--events N] [--blocks N]

Targets: append and answer, reads as of a position and history within 1.5 times what
they cost at 1,000 events, as paired medians; the longest wait of a writer in another
process under 100 ms while everything is rebuilt, at 50,000 events a second or more.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from events.open_store import open_store
from projections import Rebuilt, rebuild
from service.records.records import open_records
from tests.benchmarks.filling import fill
from tests.benchmarks.flat import Cost, Place, costs
from tests.postgres import server

SMALL = 1_000
CASES, ANSWERS = 50, 650  # of an inspection: one of them makes the small ledger


@dataclass(frozen=True)
class UnderLoad:
    """A rebuild, and what a writer in another process felt of it, in milliseconds."""

    rebuilt: Rebuilt
    seconds: float
    writer: Mapping[str, float]
    alone: Mapping[str, float]  # the same writer when nothing is rebuilt


async def flat(small: str, large: str, *, events: int, blocks: int) -> dict[str, Cost]:
    """Fill both ledgers and compare what the same work costs."""
    now = lambda: datetime.now(UTC)  # noqa: E731  a clock in one line
    async with open_records(small, now) as few, open_records(large, now) as many:
        await fill(few, SMALL, cases=CASES, answers=ANSWERS)
        begun = time.perf_counter()
        await fill(many, events, cases=CASES, answers=ANSWERS, progress=_progress)
        seconds = time.perf_counter() - begun
        sizes = [(await each.store.head()).position for each in (few, many)]
        print(f"{sizes[0]:,} and {sizes[1]:,} events, filled at", end=" ")
        print(f"{sizes[1] / seconds:,.0f} events/s")
        return dict(await costs(Place(few), Place(many), blocks=blocks))


async def rebuilt_under_load(database: str, *, alone: float = 5) -> UnderLoad:
    """Rebuild every read model while another process answers.

    Before that, it answers alone for some seconds: what it waits then is the machine's.
    """
    writer = await _pressing(database)
    await asyncio.sleep(alone)
    undisturbed = await _stopped(writer)
    writer = await _pressing(database, "again")
    store = await open_store(database, lambda: datetime.now(UTC))
    engine = create_async_engine(database)
    begun = time.perf_counter()
    rebuilt = await rebuild(store, engine, lambda at, _: _progress(at))
    seconds = time.perf_counter() - begun
    pressed = await _stopped(writer)
    await engine.dispose()
    await store.close()
    return UnderLoad(rebuilt, seconds, pressed, undisturbed)


async def _pressing(
    database: str, inspection: str = "pressed"
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.benchmarks.pressing", database, inspection),
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _stopped(process: asyncio.subprocess.Process) -> Mapping[str, float]:
    printed, _ = await process.communicate(b"")
    said: dict[str, float] = json.loads(printed)
    return said


def told(found: UnderLoad) -> list[str]:
    """The lines to print."""
    rebuilt, rate = found.rebuilt, found.rebuilt.events / found.seconds
    rows, differed = sum(rebuilt.rows.values()), sum(rebuilt.differed.values())
    made = f"rebuilt {rebuilt.events:,} events into {rows:,} rows"
    took = f"in {found.seconds:.1f} s, {rate:,.0f} events/s, {differed} differed"
    return [
        f"{made} {took}, the exchange {rebuilt.writers_waited_ms} ms",
        _felt("alone", found.alone),
        _felt("meanwhile", found.writer),
    ]


def _felt(when: str, said: Mapping[str, float]) -> str:
    waits = ", ".join(
        f"{name} {said[name]:.1f} ms" for name in ("median", "p99", "longest")
    )
    return f"a writer {when}: {said['answers']:,} answers, {waits}"


def _progress(position: int) -> None:
    print(f"{position:,}", end="\r", file=sys.stderr, flush=True)


async def measure(small: str, large: str, *, events: int, blocks: int) -> None:
    """Print everything about one kind of database."""
    for name, cost in (await flat(small, large, events=events, blocks=blocks)).items():
        print(f"{name}: {cost}", flush=True)
    print(*told(await rebuilt_under_load(large)), sep="\n", flush=True)


def main() -> None:
    """Measure on the databases named; on both where none is."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks.million")
    arguments.add_argument("databases", nargs="*", default=[])
    arguments.add_argument("--events", type=int, default=1_000_000)
    arguments.add_argument("--blocks", type=int, default=40)
    asked = arguments.parse_args()
    for database in asked.databases or ["sqlite", "postgresql"]:
        print(database)
        with ExitStack() as stack:
            if database == "sqlite":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                places = [f"sqlite+aiosqlite:///{folder / n}.db" for n in ("s", "l")]
            else:
                started = stack.enter_context(server(fsync="on"))
                places = [asyncio.run(started.new_database()) for _ in range(2)]
            asyncio.run(measure(*places, events=asked.events, blocks=asked.blocks))


if __name__ == "__main__":
    main()
