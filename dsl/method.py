"""How each method rates a part from what is below it, with the reason in one sentence.

Not rated is a result with a reason, never a zero: it spreads upward unless the rule
leaves such parts out, and a missing answer keeps everything above it provisional.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from dsl.banding import band_of, in_proportion, spoken
from dsl.condition import LEFT_OUT, View, judge
from dsl.evidence import Count
from dsl.framework import (
    CountsOnly,
    FirstRule,
    Judgement,
    Lowest,
    Method,
    Percentage,
    Total,
)
from dsl.outcome import Outcome, Unrated
from dsl.wording import are, called, counted, kind_of, listed


@dataclass(frozen=True, slots=True)
class Rated:
    """What a method gives one part, before caps and discretion."""

    reason: str
    rating: str | None = None
    unrated: Unrated | None = None
    provisional: bool = False
    score: int | None = None
    maximum: int | None = None
    decided_by: tuple[str, ...] = ()


def is_judged(method: Method) -> bool:
    """Whether people may say what the rating is, always or where no rule applies."""
    match method:
        case Judgement() | FirstRule(panel_decides=True):
            return True
        case _:
            return False


def domain_of(view: View, part: str) -> str | None:
    """The domain a question or standard belongs to."""
    framework = view.framework
    if part in framework.questions:
        return framework.questions[part].domain
    if part in framework.standards:
        return framework.standards[part].domain
    return None


def rate(part: str, view: View) -> Rated:
    """Rate one part by its method; all parts it reads have their outcomes."""
    domain = domain_of(view, part)
    if domain in view.evidence.not_inspected:
        word = called(view.framework, "domain")
        reason = f"{word} {domain} is not inspected"
        return Rated(reason, unrated=Unrated.NOT_INSPECTED)
    method = view.framework.rates[part].method
    match method:
        case Judgement():
            rated = _judgement(part, method, view)
        case Percentage():
            rated = _percentage(part, method, view)
        case CountsOnly():
            rated = _counts_only(part, view)
        case Lowest():
            rated = _lowest(method, view)
        case Total():
            rated = _total(method, view)
        case FirstRule():
            rated = _first_rule(part, method, view)
        case _:
            assert_never(method)
    return rated


def figures(part: str, view: View) -> tuple[Count | None, int | None]:
    """The count of a question, if there is one, and its whole percentage."""
    count = view.evidence.counts.get(part)
    if count is not None:
        return count, count.percentage
    return None, view.evidence.percentages.get(part)


def _judgement(part: str, method: Judgement, view: View) -> Rated:
    rating = view.evidence.judgements.get(part)
    if rating is not None:
        by = f" by {method.by}" if method.by else ""
        return Rated(f"judged '{rating}'{by}", rating=rating)
    reason = f"{method.by} has not judged it yet" if method.by else "not judged yet"
    return Rated(reason, unrated=Unrated.NOT_ANSWERED, provisional=True)


def _percentage(part: str, method: Percentage, view: View) -> Rated:
    count, percentage = figures(part, view)
    missing = count.missing if count else 0
    if percentage is not None:
        band = band_of(view.framework.bandings[method.banding], percentage)
        share = (
            f"{count.yes} of {counted(count.relevant, 'relevant case')} = {percentage}%"
            if count
            else f"{percentage}% of relevant cases"
        )
        so_far = f", with {counted(missing, 'answer')} missing" if missing else ""
        reason = f"{share}, in {spoken(band)}{so_far}"
        return Rated(reason, rating=band.rating, provisional=missing > 0)
    if count and not missing:
        return Rated("no case is relevant", unrated=Unrated.NO_RELEVANT_CASES)
    reason = (
        f"no answer counts yet and {missing} {are(missing)} missing"
        if missing
        else "it is not answered yet"
    )
    return Rated(reason, unrated=Unrated.NOT_ANSWERED, provisional=True)


def _counts_only(part: str, view: View) -> Rated:
    count, percentage = figures(part, view)
    question = view.framework.questions.get(part)
    asked = question is not None and question.asked_of_cases
    missing = count.missing > 0 if count else asked and percentage is None
    if count:
        reason = f"{count.yes} of {counted(count.relevant, 'relevant case')}, not rated"
    else:
        reason = "by counts only: reported, not rated"
    return Rated(reason, unrated=Unrated.COUNTS_ONLY, provisional=missing)


def _lowest(method: Lowest, view: View) -> Rated:
    outcomes = [view.outcomes[part] for part in method.of]
    provisional = any(outcome.provisional for outcome in outcomes)
    aside = [each for each in outcomes if each.unrated in LEFT_OUT]
    rated = [outcome for outcome in outcomes if outcome.rating is not None]
    open_parts = [each for each in outcomes if each.unrated is Unrated.NOT_ANSWERED]
    if not rated:
        return _unrated(open_parts or outcomes, provisional=provisional)
    stopping = _stopping(outcomes, leaving_out=method.leaving_out, waiting=False)
    if stopping:
        return _unrated(stopping, provisional=provisional)
    lowest = _lowest_of(rated, view)
    noun = kind_of(view.framework, method.of[0])
    so_far = " so far" if open_parts else ""
    reason = (
        f"the lowest of its {noun}s{so_far} {are(len(lowest))}"
        f" {listed([each.part for each in lowest])} at {_standing(lowest[0])}"
        f"{_without(aside, open_parts)}"
    )
    return Rated(
        reason,
        rating=lowest[0].rating,
        provisional=provisional,
        decided_by=tuple(each.part for each in lowest),
    )


def _lowest_of(rated: Sequence[Outcome], view: View) -> list[Outcome]:
    """The worst rated, and among those the lowest percentage; ties together."""

    def standing(outcome: Outcome) -> tuple[int, int]:
        percentage = 101 if outcome.percentage is None else outcome.percentage
        return view.rank(outcome.rating or ""), percentage

    worst = min(standing(outcome) for outcome in rated)
    return [outcome for outcome in rated if standing(outcome) == worst]


def _standing(outcome: Outcome) -> str:
    if outcome.percentage is not None:
        return f"{outcome.percentage}%"
    return f"'{outcome.rating}'"


def _without(aside: Sequence[Outcome], open_parts: Sequence[Outcome]) -> str:
    left_out = f", leaving out {_names(aside)}" if aside else ""
    awaited = (
        f"; {_names(open_parts)} {are(len(open_parts))} awaited" if open_parts else ""
    )
    return f"{left_out}{awaited}"


def _names(outcomes: Iterable[Outcome]) -> str:
    return listed([outcome.part for outcome in outcomes])


def _total(method: Total, view: View) -> Rated:
    framework = view.framework
    outcomes = [view.outcomes[part] for part in method.of]
    provisional = any(outcome.provisional for outcome in outcomes)
    stopping = _stopping(outcomes, leaving_out=method.in_proportion, waiting=True)
    if stopping:
        return _unrated(stopping, provisional=provisional)
    rated = [outcome for outcome in outcomes if outcome.rating is not None]
    if not rated:
        return _unrated(outcomes, provisional=provisional)
    points = {rating.name: rating.score for rating in framework.ratings}
    score = sum(points[outcome.rating or ""] for outcome in rated)
    maximum = max(points.values()) * len(rated)
    banding = framework.bandings[method.banding]
    band = band_of(in_proportion(banding, maximum), score)
    aside = [outcome for outcome in outcomes if outcome.rating is None]
    reason = f"{score} of {maximum}, in {spoken(band)}"
    if banding.percentages:
        share = (200 * score + maximum) // (2 * maximum)
        within = spoken(band_of(banding, share))
        reason = f"{score} of {maximum} = {share}%, in {within}"
    if aside:
        reason += f", leaving out {_names(aside)}"
    return Rated(
        reason,
        rating=band.rating,
        provisional=provisional,
        score=score,
        maximum=maximum,
    )


def _first_rule(part: str, method: FirstRule, view: View) -> Rated:
    outcomes = [view.outcomes[each] for each in method.of]
    provisional = any(outcome.provisional for outcome in outcomes)
    stopping = _stopping(outcomes, leaving_out=False, waiting=True)
    if stopping:
        return _unrated(stopping, provisional=provisional)
    for row in method.rows:
        verdict = judge(row.when, view)
        if verdict.holds is None:
            reason = f"{verdict.because} yet"
            return Rated(reason, unrated=Unrated.NOT_ANSWERED, provisional=True)
        if verdict.holds:
            return Rated(verdict.because, rating=row.rating, provisional=provisional)
    decided = view.evidence.judgements.get(part) if method.panel_decides else None
    if decided is not None:
        reason = f"no rule applies and the panel decided '{decided}'"
        return Rated(reason, rating=decided, provisional=provisional)
    reason = "no rule applies, so the panel decides"
    return Rated(reason, unrated=Unrated.PANEL_DECIDES, provisional=provisional)


def _stopping(
    outcomes: Sequence[Outcome], *, leaving_out: bool, waiting: bool
) -> list[Outcome]:
    """The parts without a rating that keep the part above from having one.

    A state that no answer can mend comes before an answer that is only `waiting`.
    """
    unrated = [outcome for outcome in outcomes if outcome.rating is None]
    lasting = [
        outcome
        for outcome in unrated
        if outcome.unrated is not Unrated.NOT_ANSWERED
        and not (leaving_out and outcome.unrated in LEFT_OUT)
    ]
    if lasting or not waiting:
        return lasting
    return [each for each in unrated if each.unrated is Unrated.NOT_ANSWERED]


def _unrated(outcomes: Sequence[Outcome], *, provisional: bool) -> Rated:
    """Not rated, for the state most of interest among these parts."""
    unrated = spreading([each.unrated for each in outcomes if each.unrated])
    named = [each for each in outcomes if each.unrated is unrated]
    return Rated(
        f"{_names(named)} {are(len(named))} {_STATES[unrated]}",
        unrated=unrated,
        provisional=provisional,
    )


_STATES = {
    Unrated.NOT_INSPECTED: "not inspected",
    Unrated.NO_RELEVANT_CASES: "without relevant cases",
    Unrated.NOT_ANSWERED: "not answered yet",
    Unrated.COUNTS_ONLY: "counted and not rated",
    Unrated.PANEL_DECIDES: "left to the panel",
}

_SPREADING = (
    Unrated.COUNTS_ONLY,
    Unrated.PANEL_DECIDES,
    Unrated.NO_RELEVANT_CASES,
    Unrated.NOT_INSPECTED,
    Unrated.NOT_ANSWERED,
)


def spreading(states: Iterable[Unrated]) -> Unrated:
    """The one state that stands for several: the one least likely to pass first."""
    return min(states, key=_SPREADING.index)
