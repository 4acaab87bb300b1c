"""The ledger on both databases, beside the bare drivers and two libraries, in turns.

    python -m tests.benchmarks.ledger [ROUNDS]

PostgreSQL is started for it, as the tests start theirs, but syncs every commit.

All take turns within a round, so that a slow moment of the machine hits all of them;
the ratios of a round are what counts. Figures to reach are beside each row. What the
machine itself varied by, doing the same work each round, is printed at the end.

Rebuild and answers to HTTP follow; `rebuild` and `answers` measure them alone.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.benchmarks import answers, rebuild
from tests.benchmarks.contender import Contender
from tests.benchmarks.libraries import EventsourcePy, Eventsourcing
from tests.benchmarks.on_postgres import (
    PostgresEventsourcePy,
    PostgresEventsourcing,
    PostgresFloor,
)
from tests.benchmarks.ours_and_floor import Floor, Ours
from tests.postgres import Postgres, server

SECONDS, EVENTS = 1.5, 100_000
_TARGETS = {
    "SQLite": "must: 0.55 of floor, p99 12 ms; aim: 0.7 of floor, 2.5 x the peer",
    "PostgreSQL": "must: 0.45 of floor, p99 8 ms; aim: 0.65, 11 x the peer, p99 4 ms",
}

Makes = Callable[[], Contender]
ON_SQLITE: Sequence[Makes] = (Ours, Floor, Eventsourcing, EventsourcePy)


def on_postgres(running: Postgres) -> Sequence[Makes]:
    """The same on a server."""
    kinds = (Ours, PostgresFloor, PostgresEventsourcing, PostgresEventsourcePy)
    return [partial(kind, running) for kind in kinds]


@dataclass
class Measured:
    """What one contender reached in one row, round by round."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)  # seconds, all rounds

    def at(self, share: float) -> float:
        """The time that this share stayed under, in milliseconds."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


Row = dict[str, Measured]


@dataclass
class Noise:
    """What the machine itself takes for the same work, time and again."""

    syncs: list[float] = field(default_factory=list)  # milliseconds
    sums: list[float] = field(default_factory=list)

    def listen(self) -> None:
        """Sync a file a few times, and add some numbers up."""
        self.syncs.append(_sync())
        begun = time.perf_counter()
        sum(range(2_000_000))
        self.sums.append(1000 * (time.perf_counter() - begun))

    def __str__(self) -> str:
        told = []
        for what, took in (("one sync", self.syncs), ("one sum", self.sums)):
            low, middle, high = _spread(took)
            told.append(f"{what} {middle:.2f} ms ({low:.2f} to {high:.2f})")
        return f"the machine, {len(self.sums)} times: {', '.join(told)}"


async def main(rounds: int) -> None:
    """Print rates, latencies and ratios."""
    noise = Noise()
    await _measure("SQLite", rounds, ON_SQLITE, noise)
    with server(fsync="on", full_page_writes="on") as running:
        await _measure("PostgreSQL", rounds, on_postgres(running), noise)
    await rebuild.main(50_000)
    noise.listen()
    await answers.main(rounds)
    noise.listen()
    print(f"\n{noise}")


async def _measure(
    where: str, rounds: int, contenders: Sequence[Makes], noise: Noise
) -> None:
    many, one, replay = _row(contenders), _row(contenders), _row(contenders)
    for _ in range(rounds):
        noise.listen()
        for make in contenders:
            await _append(make(), 16, many)
        for make in contenders:
            await _append(make(), 1, one)
    _print_appends(f"append on {where}, 16 writers", many)
    print(f"  {_TARGETS[where]}\n")
    _print_appends(f"append on {where}, 1 writer", one)
    print("  must: p50 0.6 ms on SQLite, 0.8 ms on PostgreSQL; aim: 0.4 ms on SQLite\n")
    await _replay(rounds, contenders, replay)
    print(f"replay on {where}, decoded, {EVENTS:,} events")
    _print_rates(replay)
    print("  must: 100,000/s; aim: 140,000/s\n")


def _row(contenders: Sequence[Makes]) -> Row:
    return {make().name: Measured() for make in contenders}


async def _append(contender: Contender, writers: int, row: Row) -> None:
    measured = row[contender.name]
    with tempfile.TemporaryDirectory() as folder:
        await contender.open(Path(folder))
        await contender.append(writers, 0.2)  # warming up
        begun = time.perf_counter()
        took = await contender.append(writers, SECONDS)
        measured.rates.append(len(took) / (time.perf_counter() - begun))
        measured.took.extend(took)
        await contender.close()


async def _replay(rounds: int, makes: Sequence[Makes], row: Row) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contenders = [make() for make in makes]
        for contender in contenders:
            await contender.open(Path(folder))
            await contender.fill(EVENTS)
        for _ in range(rounds):
            for contender in contenders:
                begun = time.perf_counter()
                count = await contender.replay()
                seconds = time.perf_counter() - begun
                assert count == EVENTS
                row[contender.name].rates.append(count / seconds)
        for contender in contenders:
            await contender.close()


def _print_appends(title: str, row: Row) -> None:
    print(title)
    _print_rates(row)
    for name, measured in row.items():
        print(
            f"  {name:16} p50 {measured.at(0.5):6.2f} ms   p99 {measured.at(0.99):6.2f}"
            f" ms   max {measured.at(1):7.1f} ms"
        )


def _print_rates(row: Row) -> None:
    ours = row[Ours.name].rates
    for name, measured in row.items():
        low, middle, high = _spread(measured.rates)
        line = f"  {name:16} {middle:9,.0f}/s ({low:,.0f} to {high:,.0f})"
        if name != Ours.name:
            pairs = zip(ours, measured.rates, strict=True)
            low, middle, high = _spread([mine / theirs for mine, theirs in pairs])
            line += f"   adjudge is {middle:.2f} x ({low:.2f} to {high:.2f})"
        print(line)


def _spread(figures: Sequence[float]) -> tuple[float, float, float]:
    return min(figures), statistics.median(figures), max(figures)


def _sync() -> float:
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
