"""A short fault run on each database; `python -m tests.faults` is the long one."""

import random
from pathlib import Path

import pytest

from tests.faults.plan import Kind, plan
from tests.faults.run import fault_run
from tests.postgres import server

FILE_SEED = 0  # draws a full disk
SERVER_SEED = 6  # draws a killed server and a killed service


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_acknowledged_is_lost_whatever_breaks(
    tmp_path: Path, database: str
) -> None:
    if database == "sqlite":
        tally = await fault_run(tmp_path, seed=FILE_SEED, faults=1, server=None)
    else:
        with server() as started:
            tally = await fault_run(
                tmp_path, seed=SERVER_SEED, faults=2, server=started
            )

    assert tally.wrong == []
    assert (tally.lost, tally.doubled) == (0, 0)
    assert tally.acknowledged > 30
    assert tally.checks == tally.faults.total()


def test_a_seed_draws_the_same_faults_again() -> None:
    drawn = [[*plan(random.Random(7), 40, server=True)] for _ in range(2)]

    assert drawn[0] == drawn[1]
    assert {fault.kind for fault in drawn[0]} == set(Kind)
