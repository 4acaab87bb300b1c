"""Clauses that count ratings, and what they cannot tell yet."""

from dataclasses import replace
from typing import Any

import pytest

from dsl.evidence import Count, Evidence
from dsl.framework import Clause, Counted, FactTest, NotInspected, Quantity
from dsl.rating.condition import View, judge
from dsl.rating.evaluate import evaluate
from tests.dsl.small_framework import G, I, O, R, small

PARTS = ("1.1", "1.2", "1.3", "1.4", "2.1")
FRAMEWORK = small({"2.1": 1}, judged=PARTS[:4])


def view(*ratings: str | None, **changes: Any) -> View:
    """The judged standards rated so; 2.1 has no relevant cases."""
    given = zip(PARTS, ratings, strict=False)
    evidence = Evidence(
        counts={"2.1.1": Count(0, 0)},
        judgements={part: rating for part, rating in given if rating},
    )
    assessment = evaluate(FRAMEWORK, evidence)
    evidence = replace(evidence, **changes)
    return View(FRAMEWORK, evidence, assessment.standards)


def counted(
    quantity: Quantity,
    *ratings: str,
    of: tuple[str, ...] | None = PARTS,
    number: int | None = None,
) -> Counted:
    return Counted(quantity, number, of, frozenset(ratings))


@pytest.mark.parametrize(
    ("clause", "holds", "because"),
    [
        (counted(Quantity.ALL, G, O), False, "2 of 4 standards are 'Good' or better"),
        (counted(Quantity.ALL, I, R, G, O), True, "4 of 4 standards"),
        (counted(Quantity.NONE, O), True, "0 of 4 standards are 'Outstanding'"),
        (counted(Quantity.NONE, I, R), False, "2 of 4 standards are 'Requires impro"),
        (counted(Quantity.MORE_THAN_HALF, G), False, "not more than half"),
        (counted(Quantity.MORE_THAN_HALF, R, G), True, "3 of 4 standards are"),
        (counted(Quantity.FEWER_THAN_HALF, G), False, "not fewer than half"),
        (counted(Quantity.FEWER_THAN_HALF, R), True, "1 of 4 standards is"),
        (counted(Quantity.OR_MORE, G, number=2), True, "2 of 4"),
        (counted(Quantity.OR_MORE, G, number=3), False, "not 3 or more"),
        (counted(Quantity.OR_FEWER, G, number=2), True, "2 of 4"),
        (counted(Quantity.OR_FEWER, G, number=1), False, "not 1 or fewer"),
        (counted(Quantity.ALL, I, G), False, "'Inadequate' or 'Good', not all"),
        (counted(Quantity.ALL, G, of=("2.1",)), True, "0 of 0 parts are 'Good'"),
    ],
)
def test_a_count_takes_only_what_is_rated(
    *, clause: Counted, holds: bool, because: str
) -> None:
    verdict = judge((clause,), view(G, I, R, G))

    assert verdict.holds is holds
    assert because in verdict.because


def test_the_rest_is_what_missed_the_first_count() -> None:
    first = counted(Quantity.OR_MORE, O, number=2)
    rest = counted(Quantity.ALL, G, of=None)

    assert judge((first, rest), view(O, O, G, G)).holds
    assert judge((first, rest), view(O, O, G, I)).holds is False
    assert judge((first, rest), view(O, O, O, O)).holds


def test_a_count_waits_for_what_is_not_answered() -> None:
    verdict = judge((counted(Quantity.NONE, I),), view(G, G, G, None))

    assert (verdict.holds, verdict.because) == (None, "1.4 is not rated yet")


def test_the_rest_of_what_is_not_known_is_not_known() -> None:
    first = counted(Quantity.OR_MORE, O, number=2)
    rest = counted(Quantity.OR_MORE, G, of=None, number=1)

    assert judge((first, rest), view(O, O, G, None)).holds is None


BREACH = FactTest("breach", frozenset({"yes"}), negated=False)
NO_BREACH = FactTest("breach", frozenset({"yes"}), negated=True)


@pytest.mark.parametrize(
    ("clauses", "facts", "holds"),
    [
        ((BREACH,), {"breach": "yes"}, True),
        ((BREACH,), {"breach": "no"}, False),
        ((BREACH,), {}, None),
        ((NO_BREACH,), {"breach": "yes"}, False),
        ((NO_BREACH,), {"breach": "no"}, True),
        ((NO_BREACH,), {}, None),
        ((NotInspected("2"), BREACH), {"breach": "yes"}, True),
        ((NotInspected("1"), BREACH), {}, False),  # one that fails decides
        ((NotInspected("2"), BREACH), {}, None),
    ],
)
def test_all_clauses_must_hold(
    *, clauses: tuple[Clause, ...], facts: dict[str, str], holds: bool | None
) -> None:
    looked_at = view(G, not_inspected=frozenset({"2"}), facts=facts)

    assert judge(clauses, looked_at).holds is holds


def test_a_domain_is_named_as_inspected_or_not() -> None:
    looked_at = view(G, not_inspected=frozenset({"2"}))

    assert judge((NotInspected("2"),), looked_at).because == "domain 2 is not inspected"
    assert judge((NotInspected("1"),), looked_at).because == "domain 1 is inspected"
