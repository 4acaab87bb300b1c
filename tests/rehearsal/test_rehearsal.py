"""A few orders of a day without a network; the module itself tries hundreds."""

from pathlib import Path

from tests.rehearsal.run import rehearse


async def test_a_day_without_a_network_ends_the_same_in_any_order(
    tmp_path: Path,
) -> None:
    said: list[str] = []

    tally = await rehearse(
        tmp_path, orders=10, seed=1, progress=said.append, orders_of_a_day=5
    )

    assert (tally.orders, tally.days, len(said)) == (10, 2, 10)
    assert tally.surfaced > tally.orders
    assert tally.cuts.total() > tally.orders
    assert "10 orders of 2 days" in tally.lines()[0]
