"""Mutated rule files: always an answer, in time, and never a place outside the file.

`python -m tests.dsl.fuzz --mutants 50000` tries as many as it is told, spread over the
packaged frameworks and those of the bad examples, and names what went wrong with the
seed that gives it again. Exit 1 if anything did. A few thousand take a minute.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

from dsl.diagnostic import Diagnostic
from dsl.load import load
from dsl.packaged import packaged_ids, packaged_source
from dsl.render import render
from dsl.source import SourceFile
from dsl.text.decode import decode
from tests.dsl.golden_files import rule_files, source

MOST_SECONDS = 1.0
_BATCH = 250
_STRAY = (
    *('"', "'", "“", "’", "«", "`", "\t", "#", ">", "%", "–", "/", ":", "(", "{"),  # noqa: RUF001 - what gets pasted
    *("0", "9999999", "1/5/2018", "\x00", "é", "ŵ", "\u00a0", "\u00ad", "\u200b"),
    *("\r", "\ufeff", "\u2028", "\U0001f600", "  ", "\n", "\n  "),
)
_WORDS = (
    *("replace", "remove", "rate", "2.1", "'Good'", '"harm cases"', "to", "all"),
    *("and", "of", "is", "when", "overall", "not", "based on", "test", "50%"),
)


def mutated(text: str, random: Random) -> str:
    """The text with one to four changes of a kind that hands and programs make."""
    lines = text.split("\n")
    for _ in range(random.randint(1, 4)):
        _change(lines, random)
    return "\n".join(lines)


def _change(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    line = lines[at]
    cut = random.randint(0, len(line))
    other = random.randrange(len(lines))
    match random.randrange(12):
        case 0 if len(lines) > 1:
            lines.pop(at)
        case 1:
            lines.insert(other, line)
        case 2:
            lines[at] = line[:cut] + random.choice(_STRAY) + line[cut:]
        case 3:
            lines[at] = line[:cut] + line[cut + 1 :]
        case 4:
            lines[at] = line[:cut]
        case 5:
            lines[at] = f"{line[:cut]} {random.choice(_WORDS)} {line[cut:]}"
        case 6:
            lines[at] = line.lstrip() if line[:1] == " " else f"  {line}"
        case 7:
            lines[at], lines[other] = lines[other], line
        case 8:
            lines[at] = line.swapcase()
        case 9:
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        case 10:
            lines[at : at + random.randint(1, 40)] = [line]
        case _:
            lines[at] = line[cut:] + line[:cut]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What must not happen, and how to see it again."""

    file: str
    seed: str
    what: str


def check(file: SourceFile) -> str | None:
    """What is wrong with the answer to a file; None if nothing is."""
    loaded = load(file, packaged_source)
    lines = {each.name: each.text.split("\n") for each in (file, *loaded.files)}
    for found in loaded.diagnostics:
        span = found.span
        here = lines[span.file]
        inside = (
            1 <= span.line <= span.end_line <= len(here)
            and 1 <= span.column <= len(here[span.line - 1]) + 1
            and span.end_column <= len(here[span.end_line - 1]) + 2
        )
        if not inside:
            return f"{found.code} is told outside the file, at {span}"
        if not found.help:
            return f"{found.code} shows no way out"
        if not render(found, loaded.files):
            return f"{found.code} is shown as nothing"
    return None


def tried(file: SourceFile, seed: str) -> tuple[float, str | None]:
    """How long one mutant took, and what was wrong with the answer."""
    random = Random(seed)
    text = mutated(file.text, random)
    begun = time.process_time()  # not the wall clock: others share the machine
    try:
        if random.random() < 0.02:
            read = decode(file.name, text.encode(random.choice(_CODECS), "replace"))
            wrong = None if isinstance(read, Diagnostic) else check(read)
        else:
            wrong = check(SourceFile(file.name, text))
    except Exception as error:  # noqa: BLE001 - anything that escapes is what is sought
        wrong = f"{type(error).__name__}: {error}"
    took = time.process_time() - begun
    if wrong is None and took > MOST_SECONDS:
        wrong = f"took {took:.2f} s"
    return took, wrong


_CODECS = ("utf-16", "utf-8-sig", "latin-1", "cp1252")


def sound() -> list[SourceFile]:
    """The packaged frameworks."""
    packaged = [packaged_source(id_) for id_ in packaged_ids()]
    return [file for file in packaged if file is not None]


def faulty() -> list[SourceFile]:
    """Files that have mistakes already."""
    return [source(path) for path in rule_files("bad")]


def _batch(seeds: Sequence[int]) -> tuple[list[float], list[Trouble]]:
    times, troubles = [], []
    known = sound(), faulty()
    for seed in seeds:
        half, place = seed % 2, seed // 2
        file = known[half][place % len(known[half])]
        took, wrong = tried(file, f"mutant {seed}")
        times.append(took)
        if wrong is not None:
            troubles.append(Trouble(file.name, f"mutant {seed}", wrong))
    return times, troubles


def _batches(first: int, mutants: int) -> Iterator[range]:
    for start in range(first, first + mutants, _BATCH):
        yield range(start, min(start + _BATCH, first + mutants))


def main(arguments: Sequence[str]) -> int:
    """Try so many mutants; 1 if any got no proper answer."""
    parser = argparse.ArgumentParser(prog="python -m tests.dsl.fuzz")
    parser.add_argument("--mutants", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    times: list[float] = []
    troubles: list[Trouble] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for some, wrong in pool.map(_batch, _batches(options.first, options.mutants)):
            times += some
            troubles += wrong
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    print(  # noqa: T201 - what the command is for
        f"{len(times):,} mutants: {len(troubles)} in trouble; median "
        f"{1000 * ordered[len(ordered) // 2]:.0f} ms, p99 {1000 * p99:.0f} ms, "
        f"slowest {1000 * ordered[-1]:.0f} ms"
    )
    for what, number in Counter(each.what for each in troubles).most_common():
        seen = next(each for each in troubles if each.what == what)
        print(f"{number} x {what} ({seen.file}, {seen.seed})")  # noqa: T201 - as above
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
