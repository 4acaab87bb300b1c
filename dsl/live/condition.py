"""Conditions over ratings as whole numbers: which hold, what guidance expects of them.

The ratings come as a function from a cell to its code, so that live counters and
generated code ask the same questions.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import assert_never

from dsl.framework import FactTest, NotInspected
from dsl.live.plan import (
    COUNTS_ONLY,
    LEFT_OUT,
    NO_RELEVANT_CASES,
    NOT_ANSWERED,
    NOT_INSPECTED,
    PANEL_DECIDES,
    CountedRanks,
    Expectation,
    Test,
)
from dsl.rating.condition import fact_holds, satisfies

CodeOf = Callable[[int], int]

_SILENT = -1
_SPREADING = (
    COUNTS_ONLY,
    PANEL_DECIDES,
    NO_RELEVANT_CASES,
    NOT_INSPECTED,
    NOT_ANSWERED,
)


def spreading(codes: Iterable[int], *, leaving_out: bool) -> int:
    """The code that stands for several: the one least likely to pass first."""
    found = {*codes}
    if leaving_out:
        found.difference_update(LEFT_OUT)
    return next(code for code in _SPREADING if code in found)


def holds(
    test: Test, code: CodeOf, facts: Mapping[str, str], aside: Collection[str]
) -> bool | None:
    """Whether all clauses hold; None while one is not known and none fails."""
    verdict: bool | None = True
    rest: tuple[int, ...] | None = None
    counted = False
    for clause in test:
        match clause:
            case CountedRanks():
                of = rest if clause.of is None else clause.of
                found, missed = _count(clause, of, code)
                if not counted:
                    rest, counted = missed, True
            case NotInspected(domain=domain):
                found = domain in aside
            case FactTest():
                found = fact_holds(clause, facts)
            case _:
                assert_never(clause)
        if found is False:
            return False
        if found is None:
            verdict = None
    return verdict


def expect(
    guidance: Expectation,
    code: CodeOf,
    facts: Mapping[str, str],
    aside: Collection[str],
) -> tuple[int, bool]:
    """The rank guidance expects (-1: silent), and whether the rating departs."""
    if any(code(index) < 0 for index in guidance.reads):
        return _SILENT, False
    for rank, test in guidance.rows:
        found = holds(test, code, facts, aside)
        if found is None:
            break
        if found:
            return rank, 0 <= code(guidance.part) != rank
    return _SILENT, False


def _count(
    clause: CountedRanks, of: tuple[int, ...] | None, code: CodeOf
) -> tuple[bool | None, tuple[int, ...] | None]:
    if of is None:
        return None, None
    codes = {index: code(index) for index in of}
    if any(each < 0 and each not in LEFT_OUT for each in codes.values()):
        return None, None
    rated = {index: each for index, each in codes.items() if each >= 0}
    missed = tuple(index for index, each in rated.items() if each not in clause.ranks)
    matched = len(rated) - len(missed)
    return satisfies(clause.clause, matched, len(rated)), missed
