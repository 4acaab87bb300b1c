"""One inspection's evidence under other rules: what the panel decided, what moved.

Both sides hold the same evidence, each as far as its framework knows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsl.framework import OVERALL, Rule
from dsl.live.ratings import LiveRatings
from dsl.live.shift import Figures, Moved, Shift
from dsl.outcome import Assessment, DiscretionState, GuidanceOutcome, Outcome
from dsl.rating.discretion import NotAllowed

NOT_IN_FRAMEWORK = "not-in-framework"
"""Why a part has no rating that only the other framework rates."""


def carry_decisions(before: LiveRatings, after: LiveRatings) -> None:
    """Let the panel's decisions stand where their figures did not move; others lapse.

    The figures are the counts of the standard's questions and the rating they give.
    """
    was, now = before.assessment().standards, after.assessment().standards
    decisions = before.evidence().decisions
    for part in was:
        if part not in now or now[part].discretion is None:
            continue
        if part in decisions:
            stands = was[part].computed == now[part].computed
            if stands and _counts(before, part) == _counts(after, part):
                try:
                    after.decide(part, decisions[part])
                except NotAllowed:
                    after.lapse(part)
            else:
                after.lapse(part)
        elif _state(was[part]) is DiscretionState.LAPSED:
            after.lapse(part)


def shifts_across(before: LiveRatings, after: LiveRatings) -> tuple[Shift, ...]:
    """Everything that the same evidence is worth otherwise, part by part."""
    was, now = _sides(before), _sides(after)
    parts = [*now.ratings, *(part for part in was.ratings if part not in now.ratings)]
    return (
        *_ratings(was, now, [part for part in parts if part != OVERALL]),
        *_discretion(was, now, [part for part in parts if part != OVERALL]),
        *_ratings(was, now, [part for part in parts if part == OVERALL]),
        *_guidance(was.guidance, now.guidance),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    live: LiveRatings
    ratings: Mapping[str, Outcome]
    guidance: Mapping[str, GuidanceOutcome]

    def figures(self, part: str) -> Figures:
        return self.live.figures(part) if part in self.ratings else Figures()

    def rating(self, part: str) -> tuple[str | None, str | None, bool]:
        """The rating, why there is none, and whether it is provisional."""
        outcome = self.ratings.get(part)
        if outcome is None:
            return None, NOT_IN_FRAMEWORK, False
        return outcome.rating, outcome.unrated, outcome.provisional

    def rule(self, part: str) -> Rule:
        return self.ratings[part].rule


def _sides(live: LiveRatings) -> _Side:
    assessment: Assessment = live.assessment()
    overall = {} if assessment.overall is None else {OVERALL: assessment.overall}
    rated = {**assessment.questions, **assessment.standards, **overall}
    return _Side(live, rated, assessment.guidance)


def _ratings(was: _Side, now: _Side, parts: list[str]) -> Iterator[Shift]:
    for part in parts:
        before, after = was.rating(part), now.rating(part)
        if before != after:
            yield Shift(
                part=part,
                kind=Moved.RATING,
                before=before[0],
                after=after[0],
                figures_before=was.figures(part),
                figures_after=now.figures(part),
                reason_after=after[1],
                provisional=after[2],
                rule=(now if part in now.ratings else was).rule(part),
                provisional_before=before[2],
                reason_before=before[1],
            )


def _discretion(was: _Side, now: _Side, parts: list[str]) -> Iterator[Shift]:
    for part in parts:
        before, after = _state(was.ratings.get(part)), _state(now.ratings.get(part))
        if before != after:
            framework = (was if after is None else now).live.framework
            yield Shift(
                part=part,
                kind=Moved.DISCRETION,
                before=before,
                after=after,
                figures_before=was.figures(part),
                figures_after=now.figures(part),
                reason_after=None,
                provisional=now.rating(part)[2],
                rule=framework.discretion[part].rule,
                provisional_before=was.rating(part)[2],
            )


def _guidance(
    was: Mapping[str, GuidanceOutcome], now: Mapping[str, GuidanceOutcome]
) -> Iterator[Shift]:
    for part in {**now, **was}:
        before, after = was.get(part), now.get(part)
        expected = None if before is None else before.expects
        expects = None if after is None else after.expects
        departed = before is not None and before.departed
        departs = after is not None and after.departed
        here = after or before
        if here is not None and (expected, departed) != (expects, departs):
            yield Shift(
                part=part,
                kind=Moved.GUIDANCE,
                before=expected,
                after=expects,
                figures_before=Figures(),
                figures_after=Figures(),
                reason_after=None,
                provisional=False,
                rule=here.rule,
                departed_before=departed,
                departed_after=departs,
            )


def _state(outcome: Outcome | None) -> DiscretionState | None:
    if outcome is None or outcome.discretion is None:
        return None
    return outcome.discretion.state


def _counts(live: LiveRatings, standard: str) -> Mapping[str, tuple[int | None, ...]]:
    figures = {
        part: live.figures(part)
        for part, question in live.framework.questions.items()
        if question.standard == standard
    }
    return {
        part: (each.yes, each.relevant, each.missing) for part, each in figures.items()
    }
