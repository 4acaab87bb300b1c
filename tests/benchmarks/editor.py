"""From an edit to its diagnostics, over the wire, beside an edit of one small rule.

    python -m tests.benchmarks.editor [EDITS]

A server process over standard input and output; each edit is one typed character, sent
as the whole text, after a pause: quick typing waits for its end by design, and what is
measured then is the time after that. Every other edit is a comment, so that the file
has no mistake and everything is checked. Aim: p95 under 100 ms.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from dsl import packaged_source
from service.editor.server import PAUSE
from tests.service.editor.editor import Editor, editor

SMALL = 'framework "Small"\n\ndocument "Report" is "A report"\n'


async def main(edits: int) -> None:
    """Print the latency of edits to both frameworks, and how it stands to the least."""
    chance = random.Random(2021)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small.rules").write_text(SMALL)
        for id_ in ("youth-2018", "youth-2020", "youth-2021"):
            source = packaged_source(id_)
            assert source is not None
            (folder / source.name).write_text(source.text)
        async with editor(folder) as person:
            least = await _timed(person, "small.rules", edits, chance)
            alone = await _timed(person, "youth-2018.rules", edits, chance)
            later = await _timed(person, "youth-2021.rules", edits, chance)
            both = await _timed(person, "youth-2018.rules", edits, chance)
            burst = await _burst(person, "youth-2018.rules")
    _print("small.rules", least, least)
    _print("youth-2018, alone", alone, least)
    _print("youth-2021", later, least)
    _print("youth-2018, with youth-2021 open", both, least)
    print(f"20 edits in a row: shown {burst * 1000:.0f} ms after the last of them")


async def _timed(
    person: Editor, name: str, edits: int, chance: random.Random
) -> list[float]:
    """Seconds from each edit to what is shown of it."""
    if person.uri(name) not in person.opened:
        await person.open(name)
    original = person.text(name)
    times = []
    for number in range(edits):
        at = chance.randrange(len(original))
        typed = original[:at] + chance.choice("ae 1'\"") + original[at:]
        if number % 2:
            typed = f"{original}# {number}\n"
        await asyncio.sleep(PAUSE * 1.2)
        began = time.perf_counter()
        person.type(name, typed)
        await person.shown(name)
        times.append(time.perf_counter() - began)
    await asyncio.sleep(PAUSE * 1.2)
    person.type(name, original)
    await person.shown(name)
    return times


async def _burst(person: Editor, name: str) -> float:
    original = person.text(name)
    for number in range(20):
        person.type(name, original + f"# {number}\n")
        await asyncio.sleep(0.03)
    began = time.perf_counter()
    await person.shown(name)
    return time.perf_counter() - began


def _print(name: str, times: list[float], least: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    print(
        f"{name:34} median {median * 1000:5.1f} ms, p95 {p95 * 1000:5.1f} ms, "
        f"worst {max(times) * 1000:5.1f} ms; "
        f"{median / statistics.median(least):4.1f} times the small one"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
