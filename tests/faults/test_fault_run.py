"""A short fault run on each database; `python -m tests.faults` is the long one."""

import random
from pathlib import Path

import pytest

from tests.faults.plan import Kind, plan
from tests.faults.run import fault_run
from tests.faults.tally import Tally
from tests.postgres import server

FILE_SEED = 0  # draws a full disk
SERVER_SEED = 6  # draws a killed server and a killed service


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_acknowledged_is_lost_whatever_breaks(
    tmp_path: Path, database: str
) -> None:
    tally = Tally(FILE_SEED if database == "sqlite" else SERVER_SEED)
    if database == "sqlite":
        await fault_run(tmp_path, tally, faults=1, server=None)
    else:
        with server() as started:
            await fault_run(tmp_path, tally, faults=2, server=started)

    assert tally.wrong == []
    assert (tally.lost, tally.doubled) == (0, 0)
    assert tally.acknowledged > 30
    assert tally.checks == tally.faults.total()


def test_a_seed_draws_the_same_faults_again() -> None:
    drawn = [[*plan(random.Random(7), 40, server=True)] for _ in range(2)]

    assert drawn[0] == drawn[1]
    assert {fault.kind for fault in drawn[0]} == set(Kind)
