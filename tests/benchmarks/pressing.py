"""A process that answers one question after the other and notes how long each took.

    python -m tests.benchmarks.pressing DATABASE INSPECTION

It works on an inspection of this name until its input ends; then it prints how many
answers it gave, and the longest, the median and the 99th of a hundred, in milliseconds.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

from service.records.records import open_records
from tests.benchmarks.flat import Place

_PAUSE = 0.002


async def main(database: str, inspection: str) -> None:
    """Answer until the input ends."""
    async with open_records(database, lambda: datetime.now(UTC)) as records:
        place = Place(records, inspection)
        await place.begin()
        for _ in range(50):
            await place.answer()
        print("ready", flush=True)
        ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        taken: list[float] = []
        while not ended.done():
            begun = time.perf_counter()
            await place.answer()
            taken.append(1000 * (time.perf_counter() - begun))
            await asyncio.sleep(_PAUSE)
        await ended
    ordered = sorted(taken)
    worst = {
        "answers": len(taken),
        "longest": ordered[-1],
        "p99": ordered[int(0.99 * len(ordered))],
        "median": ordered[len(ordered) // 2],
    }
    print(json.dumps(worst), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
