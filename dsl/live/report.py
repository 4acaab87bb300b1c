"""Cells put into the words of the framework: figures, and what moved between two."""

from collections.abc import Iterable, Mapping, Sequence

from dsl.framework import OVERALL, Framework, Rule
from dsl.live.board import (
    CAPPED_BY,
    CODE,
    COMPUTED,
    GROUNDS,
    MAXIMUM,
    MISSING,
    PERCENTAGE,
    PROVISIONAL,
    RELEVANT,
    SCORE,
    STATE,
    YES,
    Cell,
)
from dsl.live.opening import FEW_CASES, NEAR_BOUNDARY, ONE_CASE
from dsl.live.plan import UNRATED, ByLowest, Plan
from dsl.live.shift import Figures, Moved, Shift
from dsl.outcome import DiscretionState, Ground
from dsl.rating.order import parts_read

STATES = tuple(DiscretionState)
_APPLIED = STATES.index(DiscretionState.APPLIED)

_GROUNDS = (
    (NEAR_BOUNDARY, Ground.NEAR_BOUNDARY),
    (ONE_CASE, Ground.ONE_CASE),
    (FEW_CASES, Ground.FEW_CASES),
)
_NO_PERCENTAGE = 101
_RATED = slice(CODE, PROVISIONAL + 1)
_STATE = slice(STATE, STATE + 1)

Cells = Sequence[Cell]
Expected = tuple[int, bool]
"""The rank that guidance expects (-1: silent), and whether the rating departs."""


def figures_of(framework: Framework, plan: Plan, cells: Cells, index: int) -> Figures:
    """The numbers of one part; those of the first question that decided a standard."""
    cell = cells[index]
    if index < plan.questions:
        return Figures(
            yes=cell[YES],
            relevant=cell[RELEVANT],
            missing=cell[MISSING],
            percentage=_number(cell[PERCENTAGE]),
        )
    decided_by = _decided_by(framework, plan, cells, index)
    lowest = plan.cell[decided_by[0]] if decided_by else index
    is_question = lowest < plan.questions
    counted = figures_of(framework, plan, cells, lowest) if is_question else Figures()
    return Figures(
        yes=counted.yes,
        relevant=counted.relevant,
        missing=counted.missing,
        percentage=counted.percentage,
        score=_number(cell[SCORE]),
        maximum=_number(cell[MAXIMUM]),
        decided_by=decided_by,
        grounds=tuple(ground for bit, ground in _GROUNDS if cell[GROUNDS] & bit),
    )


def shifts_between(
    framework: Framework, plan: Plan, before: Cells, after: Cells
) -> tuple[Shift, ...]:
    """What moved, of questions, standards, discretion and the overall rating."""

    questions = range(plan.questions)
    standards = [plan.cell[part] for part in framework.standards]
    overall = [plan.cell[OVERALL]] if OVERALL in plan.cell else []
    discretion = [plan.cell[part] for part in framework.discretion]

    def moved(indexes: Iterable[int], what: slice) -> list[int]:
        return [
            index
            for index in indexes
            # a cell is replaced only by another, so most need no second look
            if before[index] is not after[index]
            and before[index][what] != after[index][what]
        ]

    view = (framework, plan, before, after)
    return (
        *(_rating_shift(*view, index) for index in moved(questions, _RATED)),
        *(_rating_shift(*view, index) for index in moved(standards, _RATED)),
        *(_discretion_shift(*view, index) for index in moved(discretion, _STATE)),
        *(_rating_shift(*view, index) for index in moved(overall, _RATED)),
    )


def guidance_shifts(
    framework: Framework,
    before: Mapping[str, Expected],
    after: Mapping[str, Expected],
) -> tuple[Shift, ...]:
    """Every part whose expected rating moved, or that began or ceased to depart."""
    return tuple(
        Shift(
            part=part,
            kind=Moved.GUIDANCE,
            before=_name(framework, before[part][0]),
            after=_name(framework, expected),
            figures_before=Figures(),
            figures_after=Figures(),
            reason_after=None,
            provisional=False,
            rule=framework.guidance[part].rule,
            departed_before=before[part][1],
            departed_after=departed,
        )
        for part, (expected, departed) in after.items()
        if before[part] != (expected, departed)
    )


def _rating_shift(
    framework: Framework, plan: Plan, before: Cells, after: Cells, index: int
) -> Shift:
    code, was = after[index][CODE], before[index][CODE]
    return Shift(
        part=plan.cells[index],
        kind=Moved.RATING,
        before=_name(framework, was),
        after=_name(framework, code),
        figures_before=figures_of(framework, plan, before, index),
        figures_after=figures_of(framework, plan, after, index),
        reason_after=UNRATED[-1 - code] if code < 0 else None,
        provisional=bool(after[index][PROVISIONAL]),
        rule=_rule(framework, plan, after, index),
        provisional_before=bool(before[index][PROVISIONAL]),
        reason_before=UNRATED[-1 - was] if was < 0 else None,
    )


def _discretion_shift(
    framework: Framework, plan: Plan, before: Cells, after: Cells, index: int
) -> Shift:
    part = plan.cells[index]
    return Shift(
        part=part,
        kind=Moved.DISCRETION,
        before=STATES[before[index][STATE]],
        after=STATES[after[index][STATE]],
        figures_before=figures_of(framework, plan, before, index),
        figures_after=figures_of(framework, plan, after, index),
        reason_after=None,
        provisional=bool(after[index][PROVISIONAL]),
        provisional_before=bool(before[index][PROVISIONAL]),
        rule=framework.discretion[part].rule,
    )


def _name(framework: Framework, code: int) -> str | None:
    return framework.ratings[code].name if code >= 0 else None


def _number(number: int) -> int | None:
    return number if number >= 0 else None


def _rule(framework: Framework, plan: Plan, cells: Cells, index: int) -> Rule:
    """The rule that gave the rating: a panel's move is by the rule of discretion."""
    if index >= plan.questions and cells[index][STATE] == _APPLIED:
        return framework.discretion[plan.cells[index]].rule
    if index >= plan.questions and cells[index][CAPPED_BY] >= 0:
        return framework.caps[cells[index][CAPPED_BY]].rule
    return framework.rates[plan.cells[index]].rule


def _decided_by(
    framework: Framework, plan: Plan, cells: Cells, index: int
) -> tuple[str, ...]:
    cell = cells[index]
    if cell[CAPPED_BY] >= 0:
        return parts_read(framework.caps[cell[CAPPED_BY]].when)
    way = plan.ways[index]
    if not isinstance(way, ByLowest) or cell[COMPUTED] < 0:
        return ()
    standings = {
        each: _standing(plan, cells, each) for each in way.of if cells[each][CODE] >= 0
    }
    lowest = min(standings.values())
    return tuple(
        plan.cells[each] for each, standing in standings.items() if standing == lowest
    )


def _standing(plan: Plan, cells: Cells, index: int) -> tuple[int, int]:
    """Rank, then percentage: the lowest of these decides."""
    percentage = cells[index][PERCENTAGE] if index < plan.questions else -1
    return cells[index][CODE], percentage if percentage >= 0 else _NO_PERCENTAGE
