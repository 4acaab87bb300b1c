"""A day without a network, rehearsed in hundreds of orders, repeatable by seed.

    python -m tests.rehearsal [--orders N] [--seed N]

Three people record answers, facts, corrections and withdrawals on the same cases with
no network. In the evening they sync in any order, each more than once; requests and
replies are cut in the middle, the client is cancelled and the service killed, as drawn
from the seed; the exact moments are the machine's. Whoever was not first is shown what
is theirs and settles it. Afterwards nothing may be lost, doubled or overwritten unseen,
and the state and the ratings of a day must be the same whatever the order. Exit 0 where
that holds; the figures are printed.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.rehearsal.run import rehearse


def main() -> int:
    """Run, and print what was tried."""
    arguments = argparse.ArgumentParser(prog="python -m tests.rehearsal")
    arguments.add_argument("--orders", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=5)
    asked = arguments.parse_args()
    begun = time.monotonic()

    def progress(said: str) -> None:
        print(said, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(
            rehearse(
                Path(folder), orders=asked.orders, seed=asked.seed, progress=progress
            )
        )
    print(*tally.lines(), f"{time.monotonic() - begun:,.0f} s", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
