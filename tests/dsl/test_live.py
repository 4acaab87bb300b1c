"""Live ratings are those of a full evaluation, whatever happens to an inspection."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.evidence import Count
from dsl.framework import OVERALL, Framework
from dsl.live.ratings import LiveRatings
from dsl.live.shift import Figures, Moved, Shift
from dsl.outcome import Assessment, DiscretionState, GuidanceOutcome, Outcome
from dsl.packaged import packaged, packaged_ids
from tests.dsl.intricate_framework import intricate
from tests.dsl.live_inspection import begun, steps


def framework_of(name: str) -> Framework:
    framework = intricate() if name == "intricate" else packaged(name).framework
    assert framework is not None
    return framework


@pytest.mark.parametrize("name", [*packaged_ids(), "intricate"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_live_ratings_are_those_of_a_full_evaluation(
    name: str, data: st.DataObject
) -> None:
    framework = framework_of(name)
    live = begun(framework, data.draw(st.randoms(use_true_random=False)))
    before = live.assessment()

    for step in data.draw(st.lists(steps(framework), min_size=5, max_size=40)):
        shifts = step(live)
        after = live.assessment()

        _assert_equal(live, after)
        assert list(shifts) == _differences(framework, before, after)
        before = after


def _assert_equal(live: LiveRatings, assessment: Assessment) -> None:
    for part, outcome in _outcomes(assessment).items():
        assert live.rating(part) == outcome.rating, part
        assert live.figures(part) == _figures(assessment, part), part
    for part, count in assessment.prompts.items():
        figures = live.figures(part)
        counted = (figures.yes, figures.relevant, figures.missing)
        assert counted == (count.yes, count.relevant, count.missing), part


def _outcomes(assessment: Assessment) -> dict[str, Outcome]:
    overall = {OVERALL: assessment.overall} if assessment.overall else {}
    return {**assessment.questions, **assessment.standards, **overall}


def _figures(assessment: Assessment, part: str) -> Figures:
    outcome = _outcomes(assessment)[part]
    if part in assessment.questions:
        count = outcome.count or Count(0, 0)
        return Figures(count.yes, count.relevant, count.missing, count.percentage)
    lowest = next(iter(outcome.decided_by), None)
    counted = Figures()
    if lowest is not None and lowest in assessment.questions:
        counted = _figures(assessment, lowest)
    return Figures(
        yes=counted.yes,
        relevant=counted.relevant,
        missing=counted.missing,
        percentage=counted.percentage,
        score=outcome.score,
        maximum=outcome.maximum,
        decided_by=outcome.decided_by,
        grounds=outcome.discretion.grounds if outcome.discretion else (),
    )


def _differences(
    framework: Framework, before: Assessment, after: Assessment
) -> list[Shift]:
    """What any two assessments differ in, worked out without the live counters."""
    below = [*framework.questions, *framework.standards]
    return [
        *(
            _rating(before, after, part)
            for part in below
            if _moved(before, after, part)
        ),
        *(
            _discretion(framework, before, after, part)
            for part in framework.discretion
            if _state(before, part) != _state(after, part)
        ),
        *(
            _rating(before, after, OVERALL)
            for overall in [after.overall]
            if overall and _moved(before, after, OVERALL)
        ),
        *(
            _guidance(before.guidance[part], after.guidance[part])
            for part in framework.guidance
            if _expected(before, part) != _expected(after, part)
        ),
    ]


def _moved(before: Assessment, after: Assessment, part: str) -> bool:
    old, new = _outcomes(before)[part], _outcomes(after)[part]
    was = (old.rating, old.unrated, old.provisional)
    return was != (new.rating, new.unrated, new.provisional)


def _rating(before: Assessment, after: Assessment, part: str) -> Shift:
    was, outcome = _outcomes(before)[part], _outcomes(after)[part]
    return Shift(
        part=part,
        kind=Moved.RATING,
        before=was.rating,
        after=outcome.rating,
        figures_before=_figures(before, part),
        figures_after=_figures(after, part),
        reason_after=outcome.unrated,
        provisional=outcome.provisional,
        rule=outcome.rule,
        provisional_before=was.provisional,
        reason_before=was.unrated,
    )


def _state(assessment: Assessment, part: str) -> DiscretionState:
    found = assessment.standards[part].discretion
    assert found is not None
    return found.state


def _discretion(
    framework: Framework, before: Assessment, after: Assessment, part: str
) -> Shift:
    return Shift(
        part=part,
        kind=Moved.DISCRETION,
        before=_state(before, part),
        after=_state(after, part),
        figures_before=_figures(before, part),
        figures_after=_figures(after, part),
        reason_after=None,
        provisional=after.standards[part].provisional,
        rule=framework.discretion[part].rule,
        provisional_before=before.standards[part].provisional,
    )


def _expected(assessment: Assessment, part: str) -> tuple[str | None, bool]:
    found = assessment.guidance[part]
    return found.expects, found.departed


def _guidance(before: GuidanceOutcome, after: GuidanceOutcome) -> Shift:
    return Shift(
        part=after.part,
        kind=Moved.GUIDANCE,
        before=before.expects,
        after=after.expects,
        figures_before=Figures(),
        figures_after=Figures(),
        reason_after=None,
        provisional=False,
        rule=after.rule,
        departed_before=before.departed,
        departed_after=after.departed,
    )
