"""Rebuilding ratings and history from the ledger, beside reading the events alone.

    python -m tests.benchmarks.rebuild [EVENTS]

Inspections of 50 cases are answered and corrected under youth-2020. Nobody else
rebuilds ratings with their history, so the floor is the same events, read and decoded.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from events.store import EventStore
from projections import rebuild
from service.records.records import open_records
from tests.benchmarks.filling import fill
from tests.postgres import server

ROUNDS = 5


async def main(events: int) -> None:
    """Print both rates and their ratio, round by round, on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'ledger.db'}"
        await _measure("SQLite", url, events)
    with server(fsync="on", full_page_writes="on") as started:
        await _measure("PostgreSQL", await started.new_database(), events)


async def _measure(where: str, url: str, events: int) -> None:
    async with open_records(url, lambda: datetime.now(UTC)) as records:
        await fill(records, events)
        position = (await records.store.head()).position
        engine = create_async_engine(url)
        floor, ours, rows = [], [], 0
        for _ in range(ROUNDS):
            floor.append(position / await _timed_reading(records.store))
            begun = time.perf_counter()
            done = await rebuild(records.store, engine, lambda *_: None)
            ours.append(position / (time.perf_counter() - begun))
            rows = done.rows["rating_history"]
        await engine.dispose()
    ratios = [mine / theirs for mine, theirs in zip(ours, floor, strict=True)]
    print(f"rebuild on {where}, {position:,} events, {rows:,} rows of history")
    for what, rates in (("rebuilt", ours), ("read and decoded", floor)):
        print(
            f"  {what:16} {statistics.median(rates):9,.0f}/s "
            f"({min(rates):,.0f} to {max(rates):,.0f})"
        )
    print(
        f"  ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}); must: 50,000/s, aim: 100,000/s, "
        f"where reading does 182,000/s\n"
    )


async def _timed_reading(store: EventStore) -> float:
    begun = time.perf_counter()
    after = 0
    while page := await store.read_all(after=after, limit=5_000):
        after = page[-1].position
    return time.perf_counter() - begun


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
