"""Hundreds of faults under 16 writers in three services, repeatable by seed.

    python -m tests.faults [sqlite|postgresql] [--faults N] [--seed N]

Services and the database are killed, connections cut and disks filled as drawn from the
seed; the exact moments are the machine's. After each fault every acknowledged answer
must be in the ledger once and as it was acknowledged, the chain whole, the proofs
intact and extending the checkpoint shown before, and the ratings those of a rebuild.
Every 40 faults a new ledger is begun, so that a look at it stays quick. Target: nothing
lost, doubled or wrong in hundreds of faults. Exit 0 where that holds, else 1; the tally
is printed.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.faults.run import fault_run
from tests.faults.tally import Tally
from tests.postgres import server

_LEDGER = 40  # faults


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
    """On one ledger after the other."""
    tally = Tally(seed)
    with ExitStack() as stack:
        started = None
        if database == "postgresql":
            started = stack.enter_context(server(fsync="on", full_page_writes="on"))
        for begun in range(0, faults, _LEDGER):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            run = fault_run(
                Path(folder),
                tally,
                faults=min(_LEDGER, faults - begun),
                server=started,
                progress=partial(_progress, database, faults),
            )
            asyncio.run(run)
    return tally


def _progress(database: str, faults: int, tally: Tally, said: str) -> None:
    done = f"{database} {tally.faults.total()}/{faults} {said}"
    so_far = f"{tally.acknowledged:,} acknowledged, {len(tally.wrong)} wrong"
    print(f"{done}: {so_far}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
