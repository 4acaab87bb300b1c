"""The rules language: reading rules, rating with them, one answer at a time.

    python -m tests.benchmarks.language [ROUNDS]

Each figure is printed beside its target with the ratio of the two (under 1 is within).
The first line is a loop of the interpreter alone, which tells one machine from another
and a quiet moment from a busy one.
"""

import sys
from collections.abc import Callable, Sequence

from tests.benchmarks.language_live import live_rows
from tests.benchmarks.language_rating import rating_rows
from tests.benchmarks.language_reading import reading_rows
from tests.benchmarks.language_what_if import what_if_rows
from tests.benchmarks.timing import Row, timed


def main(rounds: int) -> None:
    """Print every row."""
    loop = timed(lambda: sum(range(100_000)), rounds)
    print(f"the interpreter alone, adding up 100,000 numbers: {loop.median:.2f} ms")
    groups: Sequence[tuple[str, Callable[[int], Sequence[Row]]]] = (
        ("reading rules", reading_rows),
        ("rating", rating_rows),
        ("one answer, live", live_rows),
        ("what would change", what_if_rows),
    )
    for title, rows in groups:
        print(f"\n{title}")
        for row in rows(rounds):
            print(row)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
