"""Counting combinations: by class, and yet exact."""

from itertools import product

import pytest

from dsl.check import combinations
from dsl.check.combinations import TooManyWays, tally
from dsl.framework import (
    OVERALL,
    Condition,
    Counted,
    FirstRule,
    NotInspected,
    Quantity,
)
from tests.dsl.framework_of import framework

_CQC = framework("cqc-adult-social-care")


def _rows() -> list[Condition]:
    method = _CQC.rates[OVERALL].method
    assert isinstance(method, FirstRule)
    return [row.when for row in method.rows]


def test_the_published_principles_leave_240_of_1024_combinations_to_the_panel() -> None:
    found = tally(_rows(), _CQC.ratings, _CQC.facts)

    assert found.combinations == 4**5
    assert found.uncovered == 240


def test_the_published_principles_overlap_where_the_file_assumes_an_order() -> None:
    found = tally(_rows(), _CQC.ratings, _CQC.facts)

    assert sum(found.applied) - sum(found.applied_first) == 80 + 26


def test_classes_give_what_every_combination_gives() -> None:
    scale = [rating.name for rating in _CQC.ratings]
    found = tally(_rows()[:1], _CQC.ratings, _CQC.facts)

    plain = [
        ratings
        for ratings in product(scale, repeat=5)
        if ratings.count("Inadequate") >= 2
    ]

    assert found.applied == (len(plain),)


def test_facts_and_domains_are_combined_with_ratings() -> None:
    rules = framework("youth-2021")
    clause = Counted(Quantity.ALL, None, ("1.1",), frozenset({"Good"}))

    found = tally([(clause, NotInspected("2"))], rules.ratings, rules.facts)

    assert found.combinations == 8
    assert found.applied == (1,)


@pytest.mark.parametrize(
    ("quantity", "number", "applied"),
    [
        (Quantity.ALL, None, 1),
        (Quantity.NONE, None, 27),
        (Quantity.MORE_THAN_HALF, None, 10),
        (Quantity.FEWER_THAN_HALF, None, 54),
        (Quantity.OR_MORE, 1, 37),
        (Quantity.OR_FEWER, 1, 54),
    ],
)
def test_a_quantity_counts_exactly(
    quantity: Quantity, number: int | None, applied: int
) -> None:
    of = ("1", "2", "3")
    clause = Counted(quantity, number, of, frozenset({"Good"}))

    assert tally([(clause,)], _CQC.ratings, {}).applied == (applied,)


def test_too_many_ways_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "LIMIT", 10)

    with pytest.raises(TooManyWays):
        tally(_rows(), _CQC.ratings, _CQC.facts)
