"""When the panel may look again, and what it may then decide."""

from dataclasses import replace

import pytest

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Cap, Discretion, FactTest, Framework, Judgement
from dsl.outcome import DiscretionState, Ground, Outcome
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from tests.dsl.small_framework import RULE, G, I, O, R, small, with_method

NEAR, ONE, FEW = Ground
FAR = Count(10, 100)


def framework_with(
    *, near: int | None = None, one: bool = False, few: int | None = None
) -> Framework:
    rule = Discretion("2.1", near, one, few, 1, "the ratings panel", (), RULE)
    return replace(
        small({"2.1": 3}), hash=f"{near}{one}{few}", discretion={"2.1": rule}
    )


ALL_GROUNDS = framework_with(near=5, one=True, few=5)


def standard(
    framework: Framework,
    counts: tuple[Count, Count, Count],
    decision: Decision | None = None,
) -> Outcome:
    evidence = Evidence(
        counts=dict(zip(("2.1.1", "2.1.2", "2.1.3"), counts, strict=True)),
        judgements={"1.1": G},
        decisions={"2.1": decision} if decision else {},
    )
    return evaluate(framework, evidence).standards["2.1"]


def grounds(framework: Framework, *counts: Count) -> tuple[Ground, ...]:
    first, second, third = counts
    found = standard(framework, (first, second, third)).discretion
    assert found is not None
    return found.grounds


@pytest.mark.parametrize(
    ("percentage", "near"),
    [
        (0, False),  # the lowest band has no boundary below it
        (5, False),
        (44, False),
        (45, True),
        (50, True),
        (55, True),
        (56, False),
        (59, False),
        (60, True),
        (70, True),
        (71, False),
        (74, False),
        (75, True),
        (85, True),
        (86, False),
    ],
)
def test_near_a_boundary_is_five_points_either_way(
    *, percentage: int, near: bool
) -> None:
    counts = (Count(percentage, 100), Count(100, 100), Count(100, 100))

    assert grounds(framework_with(near=5), *counts) == ((NEAR,) if near else ())


def test_the_rounded_percentage_is_compared_with_the_boundary() -> None:
    counts = (Count(49, 110), Count(1, 1), Count(1, 1))  # 44.5, so 45

    assert grounds(framework_with(near=5), *counts) == (NEAR,)


@pytest.mark.parametrize(
    ("counts", "open_"),
    [
        ((Count(3, 8), Count(5, 8), Count(4, 8)), True),  # up, Trafford 2.1
        ((Count(5, 8), Count(7, 8), Count(7, 8)), True),  # up, two bands
        ((Count(4, 8), Count(7, 8), Count(7, 8)), True),  # down
        ((Count(3, 8), Count(3, 8), Count(7, 8)), False),  # the other holds it down
        ((Count(4, 8), Count(4, 8), Count(7, 8)), True),  # one of two falls
        ((Count(3, 8), Count(2, 5), Count(7, 8)), False),  # 2.1.2 is just above
        ((Count(0, 8), Count(8, 8), Count(8, 8)), False),
        ((Count(8, 8), Count(8, 8), Count(8, 8)), False),  # 7 of 8 is still 88
    ],
)
def test_one_case_changes_the_rating_of_the_standard(
    *, counts: tuple[Count, Count, Count], open_: bool
) -> None:
    assert grounds(framework_with(one=True), *counts) == ((ONE,) if open_ else ())


@pytest.mark.parametrize(("relevant", "few"), [(4, True), (5, True), (6, False)])
def test_few_cases_are_those_of_a_lowest_question(*, relevant: int, few: bool) -> None:
    counts = (Count(0, relevant), Count(1, 1), Count(1, 1))

    assert grounds(framework_with(few=5), *counts) == ((FEW,) if few else ())


def test_questions_that_tie_for_the_lowest_count_together() -> None:
    counts = (Count(0, 20), Count(0, 5), Count(20, 20))

    assert grounds(framework_with(few=5), *counts) == (FEW,)


def test_every_ground_is_given_with_its_sentence() -> None:
    found = standard(ALL_GROUNDS, (Count(2, 4), Count(4, 6), Count(6, 6))).discretion

    assert found is not None
    assert found.grounds == (NEAR, ONE, FEW)
    assert found.because == (
        "2.1.1 at 50% is within 5 points of the boundary at 50",
        "one case more judged sufficient on 2.1.1 would make it 'Good'",
        "2.1.1 rests on 4 cases, at most 5",
    )


def test_a_cap_keeps_one_case_from_changing_anything() -> None:
    breach = FactTest("breach", frozenset({"yes"}), negated=False)
    framework = replace(
        framework_with(one=True), caps=(Cap("2.1", I, (breach,), RULE),)
    )
    evidence = Evidence(
        counts=dict.fromkeys(("2.1.1", "2.1.2", "2.1.3"), Count(4, 8)),
        facts={"breach": "yes"},
    )

    found = evaluate(framework, evidence).standards["2.1"].discretion

    assert found is not None
    assert found.open is False


def test_percentages_alone_leave_numbers_of_cases_not_known() -> None:
    far = dict.fromkeys(("2.1.1", "2.1.2", "2.1.3"), 10)

    found = evaluate(ALL_GROUNDS, Evidence(percentages=far)).standards["2.1"].discretion

    assert found is not None
    assert (found.state, found.open) == (DiscretionState.NOT_KNOWN, None)
    assert (found.grounds, found.not_known) == ((), (ONE, FEW))


def test_a_counted_question_that_ties_can_still_open_a_standard() -> None:
    evidence = Evidence(
        counts={"2.1.1": Count(1, 5)}, percentages={"2.1.2": 20, "2.1.3": 90}
    )

    found = evaluate(ALL_GROUNDS, evidence).standards["2.1"].discretion

    assert found is not None
    assert (found.open, found.grounds, found.not_known) == (True, (FEW,), (ONE,))


def test_a_standard_without_a_rating_is_closed() -> None:
    found = evaluate(ALL_GROUNDS, Evidence()).standards["2.1"].discretion

    assert found is not None
    assert (found.state, found.open) == (DiscretionState.CLOSED, False)


def test_a_question_that_is_judged_has_no_percentage_to_be_lowest() -> None:
    framework = with_method(ALL_GROUNDS, "2.1.1", Judgement(None))
    evidence = Evidence(counts={"2.1.2": FAR, "2.1.3": FAR}, judgements={"2.1.1": I})

    found = evaluate(framework, evidence).standards["2.1"].discretion

    assert found is not None
    assert found.grounds == ()


TRAFFORD = (Count(5, 8), Count(3, 8), Count(4, 8))


def test_a_move_keeps_the_answers_and_the_computed_rating() -> None:
    decision = Decision(applied=True, rating=R, because="its history was reviewed")

    outcome = standard(ALL_GROUNDS, TRAFFORD, decision)

    assert (outcome.rating, outcome.computed) == (R, I)
    assert outcome.decided_by == ("2.1.2",)
    assert outcome.reason == (
        "moved by the ratings panel from 'Inadequate': its history was reviewed"
    )
    assert outcome.computed_reason == "the lowest of its questions is 2.1.2 at 38%"
    assert outcome.discretion is not None
    assert outcome.discretion.state is DiscretionState.APPLIED
    assert outcome.discretion.open


def test_declining_leaves_the_rating_and_says_so() -> None:
    outcome = standard(ALL_GROUNDS, TRAFFORD, Decision(applied=False, rating=I))

    assert (outcome.rating, outcome.computed) == (I, I)
    assert outcome.discretion is not None
    assert outcome.discretion.state is DiscretionState.DECLINED


def test_the_score_counts_the_moved_rating() -> None:
    evidence = Evidence(
        counts=dict(zip(("2.1.1", "2.1.2", "2.1.3"), TRAFFORD, strict=True)),
        judgements={"1.1": G},
    )
    decided = replace(evidence, decisions={"2.1": Decision(applied=True, rating=R)})

    before, after = evaluate(ALL_GROUNDS, evidence), evaluate(ALL_GROUNDS, decided)

    assert before.overall is not None
    assert after.overall is not None
    assert (before.overall.score, after.overall.score) == (2, 3)


@pytest.mark.parametrize(
    ("counts", "decision", "code"),
    [
        ((FAR, FAR, FAR), Decision(applied=True, rating=R), "not-open"),
        ((FAR, FAR, FAR), Decision(applied=False, rating=I), "not-open"),
        ((Count(0, 0),) * 3, Decision(applied=True, rating=R), "not-open"),
        (TRAFFORD, Decision(applied=True, rating=G), "out-of-bounds"),
        (TRAFFORD, Decision(applied=True, rating=I), "no-move"),
        (TRAFFORD, Decision(applied=True, rating="Fair"), "unknown-rating"),
    ],
)
def test_a_decision_beyond_the_rules_is_not_allowed(
    counts: tuple[Count, Count, Count], decision: Decision, code: str
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        standard(ALL_GROUNDS, counts, decision)

    assert (refusal.value.part, refusal.value.code) == ("2.1", code)


def test_a_move_may_go_down() -> None:
    outcome = standard(
        ALL_GROUNDS, (Count(4, 5),) * 3, Decision(applied=True, rating=G)
    )

    assert (outcome.computed, outcome.rating) == (O, G)


def test_a_move_is_admitted_where_openness_is_not_known() -> None:
    evidence = Evidence(
        percentages=dict.fromkeys(("2.1.1", "2.1.2", "2.1.3"), 10),
        decisions={"2.1": Decision(applied=True, rating=R)},
    )

    outcome = evaluate(ALL_GROUNDS, evidence).standards["2.1"]

    assert outcome.rating == R
    assert outcome.reason == "moved by the ratings panel from 'Inadequate'"


@pytest.mark.parametrize("part", ["1.1", OVERALL, "9.9"])
def test_a_part_without_a_rule_for_discretion_cannot_be_moved(part: str) -> None:
    evidence = Evidence(decisions={part: Decision(applied=True, rating=R)})

    with pytest.raises(NotAllowed) as refusal:
        evaluate(ALL_GROUNDS, evidence)

    assert refusal.value.code == "no-discretion"
