"""When a standard is open to discretion, and whether a panel's decision may stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dsl.evidence import Count, Decision
from dsl.framework import Banding, Discretion, Percentage
from dsl.outcome import DiscretionOutcome, DiscretionState, Ground, Outcome
from dsl.rating.banding import lower_edges
from dsl.rating.condition import View
from dsl.rating.wording import counted

CLOSED = DiscretionOutcome(DiscretionState.CLOSED, open=False, grounds=(), not_known=())

Recompute = Callable[[str, Count], str | None]
"""The standard's computed rating if one question had another count."""


class NotAllowed(Exception):
    """A decision that the rules do not admit.

    `code` is one of no-discretion, not-open, no-move, out-of-bounds and
    unknown-rating; `reason` is one sentence.
    """

    def __init__(self, part: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Finding:
    """Whether one ground holds (None: percentages alone cannot tell), and why."""

    holds: bool | None
    because: str = ""


def openness(
    rule: Discretion, computed: str | None, view: View, recompute: Recompute
) -> DiscretionOutcome:
    """Every ground that holds, and those that percentages alone leave not known."""
    lowest = _lowest_questions(rule.standard, view)
    if computed is None or not lowest:
        return CLOSED
    findings: dict[Ground, _Finding] = {}
    if rule.near_points is not None:
        findings[Ground.NEAR_BOUNDARY] = _near_boundary(rule.near_points, lowest, view)
    if rule.one_case:
        findings[Ground.ONE_CASE] = _one_case(computed, lowest, recompute)
    if rule.few_cases is not None:
        findings[Ground.FEW_CASES] = _few_cases(rule.few_cases, lowest)
    grounds = tuple(ground for ground, found in findings.items() if found.holds)
    not_known = tuple(
        ground for ground, found in findings.items() if found.holds is None
    )
    if grounds:
        state, is_open = DiscretionState.OPEN, True
    elif not_known:
        state, is_open = DiscretionState.NOT_KNOWN, None
    else:
        state, is_open = DiscretionState.CLOSED, False
    because = tuple(findings[ground].because for ground in grounds)
    return DiscretionOutcome(state, is_open, grounds, not_known, because)


def _lowest_questions(standard: str, view: View) -> list[Outcome]:
    """The questions rated by the lowest whole percentage; ties together."""
    rated = [
        view.outcomes[question]
        for question in view.framework.standards[standard].questions
        if view.outcomes[question].rating is not None
        and _banding(question, view) is not None
    ]
    lowest = min((each.percentage or 0 for each in rated), default=0)
    return [outcome for outcome in rated if outcome.percentage == lowest]


def _banding(question: str, view: View) -> Banding | None:
    """The banding that rates a question; None where it is rated another way."""
    match view.framework.rates[question].method:
        case Percentage(banding=name):
            return view.framework.bandings[name]
        case _:
            return None


def _near_boundary(points: int, lowest: Sequence[Outcome], view: View) -> _Finding:
    for outcome in lowest:
        percentage, banding = outcome.percentage or 0, _banding(outcome.part, view)
        for edge in lower_edges(banding) if banding else ():
            if abs(percentage - edge) <= points:
                return _Finding(
                    holds=True,
                    because=f"{outcome.part} at {percentage}% is within"
                    f" {counted(points, 'point')} of the boundary at {edge}",
                )
    return _Finding(holds=False)


def _one_case(
    computed: str, lowest: Sequence[Outcome], recompute: Recompute
) -> _Finding:
    for outcome in lowest:
        count = outcome.count
        if count is None:
            continue
        for change, judged in ((1, "sufficient"), (-1, "not sufficient")):
            yes = count.yes + change
            if not 0 <= yes <= count.relevant:
                continue
            rating = recompute(outcome.part, replace(count, yes=yes))
            if rating != computed:
                return _Finding(
                    holds=True,
                    because=f"one case more judged {judged} on {outcome.part}"
                    f" would make it '{rating}'",
                )
    return _Finding(holds=_none_uncounted(lowest))


def _few_cases(limit: int, lowest: Sequence[Outcome]) -> _Finding:
    for outcome in lowest:
        if outcome.count is not None and outcome.count.relevant <= limit:
            return _Finding(
                holds=True,
                because=f"{outcome.part} rests on"
                f" {counted(outcome.count.relevant, 'case')}, at most {limit}",
            )
    return _Finding(holds=_none_uncounted(lowest))


def _none_uncounted(lowest: Sequence[Outcome]) -> bool | None:
    return None if any(outcome.count is None for outcome in lowest) else False


def admit(rule: Discretion, decision: Decision, computed: Outcome, view: View) -> None:
    """Refuse a decision that is not open, names no rating or goes too far.

    A standard whose openness is not known is admitted: percentages cannot refuse it.
    """
    part = rule.standard
    if computed.rating is None or not _may_be_open(computed):
        reason = f"`{part}` is not open to discretion: {computed.reason}"
        raise NotAllowed(part, "not-open", reason)
    if not decision.applied:
        return
    if decision.rating not in [each.name for each in view.framework.ratings]:
        reason = f"`{decision.rating}` is no rating of this framework"
        raise NotAllowed(part, "unknown-rating", reason)
    bands = abs(view.rank(decision.rating) - view.rank(computed.rating))
    if bands == 0:
        reason = f"`{part}` is already rated '{computed.rating}'"
        raise NotAllowed(part, "no-move", reason)
    if bands > rule.most_bands:
        reason = (
            f"`{part}` can move at most {counted(rule.most_bands, 'band')} from"
            f" '{computed.rating}', and '{decision.rating}' is {bands} away"
        )
        raise NotAllowed(part, "out-of-bounds", reason)


def _may_be_open(computed: Outcome) -> bool:
    return computed.discretion is not None and computed.discretion.open is not False
