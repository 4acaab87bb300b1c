"""How long it takes to read rules."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial

from dsl import SourceFile, load, packaged_source
from dsl.load import _assembled  # what is kept would hide what is measured
from dsl.text.parse import _whole, parse
from dsl.text.parser import parser
from dsl.text.split import split
from tests.benchmarks.timing import Row, Took, timed

_READY = """
from time import perf_counter
began = perf_counter()
from pathlib import Path
import sys
from dsl import keep_in, packaged, packaged_ids
from dsl.text.parser import parser
imported = perf_counter()
keep_in(Path(sys.argv[1]) if sys.argv[1:] else None)
assert all(packaged(each).framework for each in packaged_ids())
ready = perf_counter()
keep_in(Path(sys.argv[1]) if sys.argv[1:] else None)
again = perf_counter()
parser()
built = perf_counter()
print(imported - began, built - again, ready - imported)
"""


def reading_rows(rounds: int) -> Sequence[Row]:
    """Parsing, checking and being ready to rate."""
    youth = _source("youth-2018")
    return (
        Row("parse youth-2018, every block", _parse(youth, rounds), 30),
        Row("its largest single block", _largest(youth, rounds), 5),
        Row("load and check youth-2018", _load("youth-2018", rounds), 50),
        Row(
            "load and check youth-2021, its bases kept",
            _load("youth-2021", rounds),
            100,
        ),
        Row(
            "load and check cqc-adult-social-care",
            _load("cqc-adult-social-care", rounds),
            50,
        ),
        *_ready(rounds),
    )


def _source(framework: str) -> SourceFile:
    source = packaged_source(framework)
    assert source is not None
    return source


def _forget() -> None:
    _assembled.cache_clear()
    parse.cache_clear()
    _whole.cache_clear()


def _parse(source: SourceFile, rounds: int) -> Took:
    return timed(lambda: parse(source), rounds, _forget)


def _largest(source: SourceFile, rounds: int) -> Took:
    blocks, _ = split(source)
    took = [timed(partial(parser().parse, block.text), rounds) for block in blocks]
    return max(took, key=lambda each: each.median)


def _load(framework: str, rounds: int) -> Took:
    source = _source(framework)
    bases = load(source, packaged_source).files[1:]

    def before() -> None:
        _forget()
        if bases:
            load(bases[0], packaged_source)

    return timed(lambda: load(source, packaged_source), rounds, before)


def _ready(rounds: int) -> Sequence[Row]:
    with tempfile.TemporaryDirectory() as folder:
        cold = _in_new_processes(rounds, [])
        kept = _in_new_processes(rounds + 1, [folder])
    return (
        Row("all packaged frameworks ready, cold", Took([e[2] for e in cold]), 1000),
        Row("  of it building the parser", Took([e[1] for e in cold])),
        Row(
            "all packaged frameworks ready, kept from the last run",
            Took([e[2] for e in kept[1:]]),
            60,
        ),
        Row("reading the parser's tables", Took([e[1] for e in kept[1:]])),
        Row("importing the package before that", Took([e[0] for e in cold])),
    )


def _in_new_processes(rounds: int, arguments: Sequence[str]) -> list[list[float]]:
    return [
        [
            1000 * float(each)
            for each in subprocess.run(  # noqa: S603 - our own text
                [sys.executable, "-c", _READY, *arguments],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()
        ]
        for _ in range(rounds)
    ]
