"""No reader misses an event; a plain sequence shows that the probe would see it."""

import pytest

from tests.benchmarks.gap_probe import probe
from tests.postgres import Postgres

_ROUNDS = 5  # chances for a sequence to lose something


async def test_no_reader_of_the_ledger_misses_an_event(postgres: Postgres) -> None:
    place = await postgres.new_database()

    found = await probe("adjudge", place, postgres, processes=3, seconds=1.5)

    assert found.appended > 0
    assert (found.lost, found.disordered) == (0, 0)


async def test_readers_of_a_plain_sequence_miss_some(postgres: Postgres) -> None:
    for _ in range(_ROUNDS):
        place = await postgres.new_database()
        found = await probe("sequence", place, postgres, processes=3, seconds=1.0)
        if found.lost:
            return
    pytest.fail("the probe finds nothing where there is something to find")
