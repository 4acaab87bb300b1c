"""What generated code calls where a state is rare or takes more than an index."""

from collections.abc import Callable, Mapping, Sequence

from dsl.live.condition import holds, spreading
from dsl.live.opening import FEW_CASES, NEAR_BOUNDARY, ONE_CASE
from dsl.live.plan import (
    LEFT_OUT,
    NOT_ANSWERED,
    PANEL_DECIDES,
    ByFirstRule,
    ByTotal,
)
from dsl.what_if.compiled_source import LowestRule

ONE_CASE_NOT_KNOWN, FEW_CASES_NOT_KNOWN = 8, 16
"""Grounds that percentages without counts cannot tell."""

_NONE = -1
_NO_PERCENTAGE = 101


def lowest(codes: Sequence[int], leaving_out: int) -> int:
    """The lowest of codes of which at least one is no rating."""
    rated = [code for code in codes if code >= 0]
    stopped = any(
        code < 0 and code != NOT_ANSWERED and not (leaving_out and code in LEFT_OUT)
        for code in codes
    )
    if rated and not stopped:
        return min(rated)
    if not rated and NOT_ANSWERED in codes:
        return NOT_ANSWERED
    return spreading(codes, leaving_out=bool(leaving_out and rated))


def total(way: ByTotal, codes: Sequence[int]) -> tuple[int, int, int]:
    """Code, score and maximum where at least one of the codes is no rating."""
    rated = [code for code in codes if code >= 0]
    score = sum(way.points[code] for code in rated)
    return summed(way, score, len(rated), [code for code in codes if code < 0])


def summed(
    way: ByTotal, score: int, rated: int, others: Sequence[int]
) -> tuple[int, int, int]:
    """Code, score and maximum of so many rated parts beside those that are not."""
    stopped = any(not (way.leaving_out and code in LEFT_OUT) for code in others)
    if stopped or not rated:
        leaving_out = way.leaving_out and stopped
        return spreading(others, leaving_out=leaving_out), _NONE, _NONE
    return way.ranks[rated][score], score, max(way.points) * rated


def first(
    way: ByFirstRule,
    codes: Sequence[int] | Mapping[int, int],
    judged: int,
    facts: Mapping[str, str],
    aside: frozenset[str],
) -> tuple[int, int]:
    """The rank of the first rule that holds, and whether one is not known yet."""
    below = [codes[index] for index in way.of]
    if any(code < 0 for code in below):
        return spreading(below, leaving_out=False), 0
    for rank, test in way.rows:
        found = holds(test, codes.__getitem__, facts, aside)
        if found is None:
            return NOT_ANSWERED, 1
        if found:
            return rank, 0
    return (judged if way.panel_decides and judged >= 0 else PANEL_DECIDES), 0


def grounds(  # noqa: PLR0913, PLR0917 - called by generated code, by place
    rule: LowestRule,
    again: Callable[..., int],
    c: list[int],
    p: Sequence[int],
    y: Sequence[int],
    r: Sequence[int],
    *rest: object,
) -> int:
    """The grounds that hold for a rated standard, and those not known, as bits."""
    lowest = min(
        (p[index] for index, _, _ in rule.questions if p[index] >= 0),
        default=_NO_PERCENTAGE,
    )
    found = 0
    for index, ranks, near in rule.questions:
        if p[index] != lowest:
            continue
        if near[lowest]:
            found |= NEAR_BOUNDARY
        relevant = r[index]
        if relevant < 0:
            found |= ONE_CASE_NOT_KNOWN * rule.one_case
            found |= FEW_CASES_NOT_KNOWN * (rule.few_cases >= 0)
            continue
        if relevant <= rule.few_cases:
            found |= FEW_CASES
        if rule.one_case and not found & ONE_CASE:
            code = c[index]
            for yes in (y[index] + 1, y[index] - 1):
                if 0 <= yes <= relevant:
                    c[index] = ranks[(200 * yes + relevant) // (2 * relevant)]
                    if again(c, *rest) != c[rule.cell]:
                        found |= ONE_CASE
            c[index] = code
    if found & ONE_CASE:
        found &= ~ONE_CASE_NOT_KNOWN
    if found & FEW_CASES:
        found &= ~FEW_CASES_NOT_KNOWN
    return found
