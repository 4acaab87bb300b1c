"""No count that is shown tells of a few, by itself or beside another."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.disclosure import Tally, disclosed

TALLIES = st.integers(0, 40).flatmap(
    lambda relevant: st.tuples(st.integers(0, relevant), st.just(relevant))
)
COUNTS = st.dictionaries(st.text("abc", min_size=1, max_size=4), TALLIES, max_size=12)


@given(COUNTS, st.integers(0, 6))
def test_nothing_shown_tells_of_a_few(counts: Mapping[str, Tally], least: int) -> None:
    shown = disclosed(counts, least=least)

    assert shown.items() <= counts.items()
    assert all(least <= yes <= of - least for yes, of in shown.values())
    for (_, one), (_, other) in combinations(shown.values(), 2):
        assert one == other or abs(one - other) >= least


@given(COUNTS)
def test_from_nought_everything_is_shown(counts: Mapping[str, Tally]) -> None:
    assert disclosed(counts, least=0) == counts


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": (3, 6)}, {"a"}),
        ({"a": (2, 6)}, set()),
        ({"a": (4, 6)}, set()),  # what is left is 2
        ({"a": (0, 6)}, set()),
        ({"a": (10, 31), "b": (10, 30)}, {"a"}),  # one case is not relevant to b
        ({"a": (10, 31), "b": (12, 31), "c": (10, 28)}, {"a", "b", "c"}),
        ({"a": (29, 31), "b": (10, 30)}, {"b"}),  # a is not shown: nothing to take from
    ],
)
def test_a_count_is_withheld_from_three_down(
    counts: Mapping[str, Tally], shown: set[str]
) -> None:
    assert {*disclosed(counts, least=3)} == shown
