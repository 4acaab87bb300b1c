"""Rebuilding ratings and history from the ledger, beside reading the events alone.

    python -m tests.benchmarks.rebuild [EVENTS]

Inspections of 50 cases are answered and corrected under youth-2020. Nobody else
rebuilds ratings with their history, so the floor is the same events, read and decoded.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from dsl import packaged
from events.inspection import AnswerGiven, CaseAdded, FactRecorded
from events.recorded import NewEvent, Origin, StreamName
from events.store import Append, EventStore
from projections import rebuild
from service.adoption import adopt
from service.inspection import about
from service.records import Records, open_records
from tests.projections.recording import announced

CASES, ANSWERS, PAGE, ROUNDS = 50, 2_000, 500, 5
FRAMEWORK, SAMPLE = "youth-2020", "court disposals"
ORIGIN = Origin(actor="rosa", observed_at=datetime(2020, 10, 5, tzinfo=UTC))


async def main(events: int) -> None:
    """Print both rates and their ratio, round by round."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'ledger.db'}"
        async with open_records(url, lambda: datetime.now(UTC)) as records:
            await _fill(records, events)
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
    print(f"{position:,} events, {rows:,} rows of history")
    for what, rates in (("rebuilt", ours), ("read and decoded", floor)):
        print(
            f"{what}: {statistics.median(rates):,.0f} events/s "
            f"({min(rates):,.0f} to {max(rates):,.0f})"
        )
    print(
        f"ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}); must: 50,000/s, aim: 100,000/s, "
        f"where reading does 182,000/s"
    )


async def _timed_reading(store: EventStore) -> float:
    begun = time.perf_counter()
    after = 0
    while page := await store.read_all(after=after, limit=5_000):
        after = page[-1].position
    return time.perf_counter() - begun


async def _fill(records: Records, events: int) -> None:
    loaded = packaged(FRAMEWORK)
    await adopt(records.store, records.shelf, loaded, ORIGIN, reviewer="ruth")
    chance = random.Random(2020)
    for number in range(max(1, events // (ANSWERS + 4 * CASES))):
        stream = StreamName("inspection", f"measured-{number}")
        facts = [*_inspection(chance)]
        for first in range(0, len(facts), PAGE):
            page = tuple(facts[first : first + PAGE])
            told = partial(tuple[NewEvent, ...], page)
            await records.store.append(
                Append(stream=stream, origin=ORIGIN, decide=told)
            )


def _inspection(chance: random.Random) -> Iterator[NewEvent]:
    yield NewEvent(announced(FRAMEWORK))
    known = {"safety is a factor": "yes", "risk of serious harm, judged": "medium"}
    for number in range(CASES):
        case = f"C-{number}"
        yield NewEvent(CaseAdded(case=case, sample=SAMPLE), about.case(case))
        for fact, value in known.items():
            recorded = FactRecorded(case=case, fact=fact, value=value)
            yield NewEvent(recorded, about.fact(case, fact))
    for _ in range(ANSWERS):
        case = f"C-{chance.randrange(CASES)}"
        question = f"2.{chance.randint(1, 3)}.{chance.randint(1, 3)}"
        answer = chance.choice(("Yes", "Yes", "No", "Not applicable"))
        given = AnswerGiven(case=case, question=question, answer=answer)
        yield NewEvent(given, about.answer(case, question))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
