"""The rating of every part as whole numbers, each worked out from the cells below it.

This is a second statement of what `dsl.rating.method` defines, without the words; the
two are tested for equality over random inspections.
"""

from collections.abc import Iterable
from typing import assert_never

from dsl.live.cases import Cases
from dsl.live.condition import expect, holds, spreading
from dsl.live.plan import (
    COUNTS_ONLY,
    LEFT_OUT,
    NO_RELEVANT_CASES,
    NOT_ANSWERED,
    NOT_INSPECTED,
    PANEL_DECIDES,
    ByCount,
    ByFirstRule,
    ByJudgement,
    ByLowest,
    ByTotal,
    Expectation,
    Plan,
    Test,
)

Cell = tuple[int, ...]
"""A question: code, provisional, yes, relevant, missing, percentage (-1: none).

Any other part: code, provisional, computed code, discretion state, grounds as bits, the
number of the cap that lowered it (-1: none), score, maximum (-1: none).
"""

CODE, PROVISIONAL = 0, 1
YES, RELEVANT, MISSING, PERCENTAGE = 2, 3, 4, 5
COMPUTED, STATE, GROUNDS, CAPPED_BY, SCORE, MAXIMUM = 2, 3, 4, 5, 6, 7
NONE = -1

Verdict = tuple[int, bool, int, int]
"""Code, provisional, score and maximum of one part."""


class Board:
    """The cells of one inspection, over its cases, judgements and domains."""

    __slots__ = ("aside", "cases", "cells", "judgements", "plan")

    def __init__(self, plan: Plan, cases: Cases) -> None:
        self.plan = plan
        self.cases = cases
        self.cells: list[Cell] = [(NOT_ANSWERED, 1, 0, 0, 0, NONE, NONE, NONE)] * len(
            plan.cells
        )
        self.judgements: dict[int, int] = {}
        self.aside: set[str] = set()  # domains that are not inspected

    def question(self, index: int) -> Cell:
        """The cell of a question, from its counts."""
        cases = self.cases
        yes = cases.yes[index]
        relevant = cases.relevant[index]
        missing = cases.missing[index]
        percentage = (200 * yes + relevant) // (2 * relevant) if relevant else NONE
        code, provisional = self._question_code(index, percentage, missing)
        return (code, provisional, yes, relevant, missing, percentage)

    def _question_code(
        self, index: int, percentage: int, missing: int
    ) -> tuple[int, bool]:
        if self.aside and self.plan.domains[index] in self.aside:
            return NOT_INSPECTED, False
        way = self.plan.ways[index]
        if not isinstance(way, ByCount):
            return self.rate(index)[:2]
        if way.ranks is None:
            absent = not self.cases.asked[index]
            return COUNTS_ONLY, way.asked if absent else missing > 0
        if percentage >= 0:
            return way.ranks[percentage], missing > 0
        if missing or not self.cases.asked[index]:
            return NOT_ANSWERED, True
        return NO_RELEVANT_CASES, False

    def rate(self, index: int) -> Verdict:
        """A part by its method, from the cells below it; caps come after."""
        if self.plan.domains[index] in self.aside:
            return NOT_INSPECTED, False, NONE, NONE
        way = self.plan.ways[index]
        match way:
            case ByLowest():
                code, provisional = self._lowest(way)
                return code, provisional, NONE, NONE
            case ByTotal():
                return self._total(way)
            case ByJudgement():
                judged = self.judgements.get(index, NOT_ANSWERED)
                return judged, judged < 0, NONE, NONE
            case ByFirstRule():
                code, provisional = self._first_rule(index, way)
                return code, provisional, NONE, NONE
            case ByCount():
                # a standard has no count of its own
                return COUNTS_ONLY, False, NONE, NONE
            case _:
                assert_never(way)

    def cap(self, index: int, code: int) -> tuple[int, bool, int, int]:
        """The capped code, whether a cap is awaited, the ceiling, the cap's number."""
        top = len(self.plan.ranks)
        ceiling, capped_by, awaited = top, NONE, False
        for each in self.plan.ceilings[index]:
            holds = self.holds(each.when)
            if holds:
                ceiling = min(ceiling, each.rank)
            if code > each.rank:
                awaited = awaited or holds is None
                if holds:
                    code, capped_by = each.rank, each.number
        return code, awaited, ceiling, capped_by

    def _lowest(self, way: ByLowest) -> tuple[int, bool]:
        cells = self.cells
        lowest = NONE
        provisional = awaited = stopped = False
        for index in way.of:
            code, unsure = cells[index][:2]
            if unsure:
                provisional = True
            if code >= 0:
                if lowest < 0 or code < lowest:
                    lowest = code
            elif code == NOT_ANSWERED:
                awaited = True
            elif not (way.leaving_out and code in LEFT_OUT):
                stopped = True
        if lowest >= 0 and not stopped:
            return lowest, provisional
        if lowest < 0 and awaited:
            return NOT_ANSWERED, provisional
        leaving_out = way.leaving_out and lowest >= 0
        return self._spreading(way.of, leaving_out=leaving_out), provisional

    def _spreading(self, of: Iterable[int], *, leaving_out: bool) -> int:
        codes = [self.cells[index][CODE] for index in of]
        return spreading(codes, leaving_out=leaving_out)

    def _total(self, way: ByTotal) -> Verdict:
        score = rated = 0
        provisional = stopped = False
        for index in way.of:
            code, unsure = self.cells[index][:2]
            provisional = provisional or bool(unsure)
            if code >= 0:
                score += way.points[code]
                rated += 1
            elif not (way.leaving_out and code in LEFT_OUT):
                stopped = True
        if stopped or not rated:
            leaving_out = way.leaving_out and stopped
            code = self._spreading(way.of, leaving_out=leaving_out)
            return code, provisional, NONE, NONE
        maximum = max(way.points) * rated
        return way.ranks[rated][score], provisional, score, maximum

    def _first_rule(self, index: int, way: ByFirstRule) -> tuple[int, bool]:
        provisional = any(self.cells[each][PROVISIONAL] for each in way.of)
        if any(self.cells[each][CODE] < 0 for each in way.of):
            return self._spreading(way.of, leaving_out=False), provisional
        for rank, test in way.rows:
            holds = self.holds(test)
            if holds is None:
                return NOT_ANSWERED, True
            if holds:
                return rank, provisional
        if way.panel_decides:
            return self.judgements.get(index, PANEL_DECIDES), provisional
        return PANEL_DECIDES, provisional

    def holds(self, test: Test) -> bool | None:
        """Whether all clauses hold; None while one is not known and none fails."""
        cells = self.cells
        return holds(
            test, lambda index: cells[index][CODE], self.cases.facts, self.aside
        )

    def expect(self, guidance: Expectation) -> tuple[int, bool]:
        """The rank guidance expects (-1: silent), and whether the rating departs."""
        cells = self.cells
        return expect(
            guidance, lambda index: cells[index][CODE], self.cases.facts, self.aside
        )
