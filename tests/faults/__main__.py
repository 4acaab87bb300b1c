"""Hundreds of faults under 16 writers in three services, repeatable by seed.

    python -m tests.faults [sqlite|postgresql] [--faults N] [--seed N]

Services and the database are killed, connections cut and disks filled as drawn from the
seed; the exact moments are the machine's. After each fault every acknowledged answer
must be in the ledger once and as it was acknowledged, the chain whole, and the ratings
those of a rebuild. Target: nothing lost, doubled or wrong in hundreds of faults. Exit 0
where that holds, else 1; the tally is printed.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.run import fault_run
from tests.faults.tally import Tally
from tests.postgres import server


def main() -> int:
    """Run on the databases named; both where none is."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults")
    arguments.add_argument("databases", nargs="*", metavar="sqlite|postgresql")
    arguments.add_argument("--faults", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=2024)
    asked = arguments.parse_args()
    good = True
    for database in asked.databases or ["sqlite", "postgresql"]:
        begun = time.monotonic()
        tally = _run(database, asked.seed, asked.faults)
        print(
            f"{database}, {time.monotonic() - begun:,.0f} s", *tally.lines(), sep="\n"
        )
        good = good and not tally.wrong and not tally.lost
    return 0 if good else 1


def _run(database: str, seed: int, faults: int) -> Tally:
    def progress(said: str) -> None:
        print(said, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        if database == "sqlite":
            return asyncio.run(
                fault_run(
                    here, seed=seed, faults=faults, server=None, progress=progress
                )
            )
        with server(fsync="on", full_page_writes="on") as started:
            return asyncio.run(
                fault_run(
                    here, seed=seed, faults=faults, server=started, progress=progress
                )
            )


if __name__ == "__main__":
    sys.exit(main())
