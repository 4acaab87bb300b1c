"""What live ratings keep, count and tell, step by step."""

from dataclasses import replace

import pytest

from dsl.evidence import Count, Decision
from dsl.framework import OVERALL, FactTest, Framework, Group
from dsl.live.ratings import LiveRatings
from dsl.live.shift import Moved
from dsl.outcome import DiscretionState, Unrated
from dsl.rating.discretion import NotAllowed
from tests.dsl.small_framework import RULE, G, I, O, R, small

SMALL = small()
UP = Decision(applied=True, rating=R)


def begun(framework: Framework = SMALL, cases: str = "abcd") -> LiveRatings:
    """Cases of the court sample with everything about them recorded."""
    live = LiveRatings(framework)
    for case in cases:
        live.add_case(case, "court")
        live.record_fact(case, "safety is a factor", "yes")
    return live


def answered(framework: Framework = SMALL, *, yes: int = 1) -> LiveRatings:
    """Four cases; `yes` of them sufficient for every question, 1.1 is 'Good'."""
    live = begun(framework)
    live.judge("1.1", G)
    for number, case in enumerate("abcd"):
        for question in framework.questions:
            live.answer(case, question, "Yes" if number < yes else "No")
    return live


def test_the_first_answer_tells_what_it_moved_in_order() -> None:
    live = begun(cases="a")

    shifts = live.answer("a", "2.1.1", "Yes")

    assert [(each.part, each.kind, each.before, each.after) for each in shifts] == [
        ("2.1.1", Moved.RATING, None, O),
        ("2.1", Moved.RATING, None, O),
        ("2.1", Moved.DISCRETION, DiscretionState.CLOSED, DiscretionState.OPEN),
    ]
    assert shifts[1].provisional
    assert shifts[1].figures_after.decided_by == ("2.1.1",)
    assert shifts[0].figures_before.missing == 1
    assert shifts[0].figures_after.percentage == 100


def test_figures_that_move_without_a_rating_are_no_shift() -> None:
    live = answered(yes=0)

    assert live.answer("a", "2.1.1", "Not applicable") == ()
    assert live.figures("2.1.1").relevant == 3


def test_a_rating_lost_says_why() -> None:
    live = begun(cases="a")
    live.answer("a", "2.1.1", "Yes")

    question, *_ = live.answer("a", "2.1.1", "Not applicable")

    assert (question.after, question.reason_after) == (None, Unrated.NO_RELEVANT_CASES)


def test_an_answer_can_be_withdrawn() -> None:
    live = begun(cases="a")
    live.answer("a", "2.1.1", "Yes")

    live.answer("a", "2.1.1", None)

    assert live.rating("2.1.1") is None
    assert live.outstanding()["2.1.1"] == 1


def test_a_prompt_is_counted_and_moves_nothing() -> None:
    live = begun(cases="a")

    assert live.answer("a", "2.1.1.a", "Yes") == ()
    assert live.figures("2.1.1.a").percentage == 100
    assert live.assessment().prompts["2.1.1.a"] == Count(1, 1)


def test_before_any_case_nothing_is_answered() -> None:
    live = LiveRatings(SMALL)

    assert live.evidence().counts == {}
    assert live.assessment().questions["2.1.1"].unrated is Unrated.NOT_ANSWERED


def test_a_fact_decides_whether_an_answer_counts() -> None:
    live = LiveRatings(SMALL)
    live.add_case("a", "court")
    live.answer("a", "2.1.2", "Yes")
    unknown = live.standing("a", "2.1.2")

    live.record_fact("a", "safety is a factor", "yes")
    counts = live.standing("a", "2.1.2")
    live.record_fact("a", "safety is a factor", "no")
    irrelevant = live.standing("a", "2.1.2")

    assert unknown.counted is None
    assert unknown.reason == (
        '"safety is a factor" is not known, and 2.1.2 is for group "safety cases"'
    )
    assert (counts.counted, counts.reason) == (True, "it counts")
    assert irrelevant.counted is False
    assert irrelevant.reason == (
        '"safety is a factor" is no, and 2.1.2 is for group "safety cases"'
    )
    assert live.figures("2.1.2").relevant == 0


def test_while_a_fact_is_not_known_the_slot_is_missing() -> None:
    live = begun(cases="a")
    live.answer("a", "2.1.2", "Yes")

    live.record_fact("a", "safety is a factor", None)

    assert live.figures("2.1.2").missing == 1
    assert live.rating("2.1.2") is None


def test_a_fact_of_the_service_reaches_every_case() -> None:
    breach = FactTest("breach", frozenset({"yes"}), negated=False)
    group = Group("safety cases", (breach,), RULE)
    live = answered(
        replace(SMALL, hash="breach", groups={"safety cases": group}), yes=4
    )

    live.record_fact(None, "breach", "yes")
    counted = live.figures("2.1.2").relevant
    live.record_fact(None, "breach", "no")

    assert (counted, live.figures("2.1.2").relevant) == (4, 0)
    assert live.evidence().facts == {"breach": "no"}


def test_an_answer_that_was_left_out_says_so() -> None:
    live = begun(cases="a")
    before = live.standing("a", "2.1.1")
    live.answer("a", "2.1.1", "Not applicable")
    after = live.standing("a", "2.1.1")

    assert (before.counted, before.reason) == (False, "it is not answered yet")
    assert after.counted is False
    assert after.reason == "'Not applicable' is left out of the count"


def test_a_case_answers_for_its_sample_only() -> None:
    live = LiveRatings(small({"2.1": 1, "3.1": 1}))
    live.add_case("a", "court")
    live.add_case("b", "unheard of")

    assert live.answer("a", "3.1.1", "Yes") == ()
    assert live.answer("b", "2.1.1", "Yes") == ()

    standing = live.standing("a", "3.1.1")
    assert standing.reason == '3.1.1 is not asked of cases of the sample "court"'
    assert live.figures("2.1.1").relevant == 0


def test_an_excluded_case_keeps_its_answers_and_counts_nothing() -> None:
    live = answered(yes=4)
    whole = live.evidence()

    live.exclude_case("a")
    assert live.exclude_case("a") == ()
    without = live.figures("2.1.1").relevant
    reason = live.standing("a", "2.1.1").reason
    live.answer("a", "2.1.1", "No")
    live.restore_case("a")
    assert live.restore_case("a") == ()
    live.answer("a", "2.1.1", "Yes")

    assert (without, reason) == (3, "the case is excluded")
    assert live.evidence() == whole


def test_a_fact_learnt_while_excluded_counts_on_return() -> None:
    live = answered(yes=4)

    live.exclude_case("a")
    live.record_fact("a", "safety is a factor", "no")
    live.restore_case("a")

    assert live.figures("2.1.2").relevant == 3


def test_a_domain_set_aside_is_not_outstanding() -> None:
    live = begun()

    live.set_inspected("2", inspected=False)

    assert live.outstanding() == {}
    assert live.standing("a", "2.1.1").reason == "domain 2 is not inspected"
    assert live.set_inspected("2", inspected=True)
    assert live.outstanding()["2.1.1"] == 4


def test_a_judgement_can_be_changed_and_withdrawn() -> None:
    live = answered()

    changed = live.judge("1.1", O)
    withdrawn = live.judge("1.1", None)

    assert [each.part for each in changed] == ["1.1"]
    assert [each.after for each in withdrawn] == [None, None]
    assert live.rating(OVERALL) is None


def test_a_decision_moves_the_standard_and_what_is_above_it() -> None:
    live = answered()

    shifts = live.decide("2.1", UP)

    assert [(each.part, each.kind, each.after) for each in shifts] == [
        ("2.1", Moved.RATING, R),
        ("2.1", Moved.DISCRETION, DiscretionState.APPLIED),
    ]
    assert live.figures(OVERALL).score == 3


def test_a_decision_can_be_taken_back() -> None:
    live = answered()
    live.decide("2.1", UP)

    live.decide("2.1", None)

    assert live.rating("2.1") == I
    assert _state(live) is DiscretionState.OPEN


def test_a_decision_that_is_not_allowed_changes_nothing() -> None:
    live = answered()
    before = live.assessment()

    with pytest.raises(NotAllowed):
        live.decide("2.1", Decision(applied=True, rating=O))

    assert live.assessment() == before


@pytest.mark.parametrize("decision", [UP, Decision(applied=False, rating=I)])
def test_a_changed_count_makes_a_decision_lapse_for_good(decision: Decision) -> None:
    live = answered()
    live.decide("2.1", decision)

    shifts = live.answer("b", "2.1.3", "Yes")
    live.answer("b", "2.1.3", "No")

    lapsed = [each.after for each in shifts if each.kind is Moved.DISCRETION]
    assert lapsed == [DiscretionState.LAPSED]
    assert live.rating("2.1") == I
    assert _state(live) is DiscretionState.LAPSED
    assert live.discretion("2.1") == live.assessment().standards["2.1"].discretion
    assert live.evidence().decisions == {}


def test_a_lapsed_decision_is_replaced_by_a_new_one() -> None:
    live = answered()
    live.decide("2.1", UP)
    live.answer("b", "2.1.3", "Yes")

    live.decide("2.1", UP)

    assert _state(live) is DiscretionState.APPLIED
    assert live.rating("2.1") == R


def test_a_count_of_another_standard_lets_a_decision_stand() -> None:
    live = answered()
    live.decide("2.1", UP)

    live.answer("a", "2.2.1", "No")
    live.answer("a", "2.1.1.a", "Yes")

    assert _state(live) is DiscretionState.APPLIED


def test_a_case_that_is_only_expected_to_answer_makes_a_decision_lapse() -> None:
    live = answered()
    live.decide("2.1", UP)

    live.add_case("e", "court")

    assert _state(live) is DiscretionState.LAPSED


def test_setting_the_domain_aside_makes_a_decision_lapse() -> None:
    live = answered()
    live.decide("2.1", UP)

    live.set_inspected("2", inspected=False)
    live.set_inspected("2", inspected=True)

    assert live.rating("2.1") == I
    assert _state(live) is DiscretionState.LAPSED


def test_a_standard_without_a_rule_has_no_discretion() -> None:
    assert LiveRatings(SMALL).discretion("1.1") is None


def test_two_frameworks_of_one_hash_cite_their_own_lines() -> None:
    moved = replace(RULE, line=99)
    rates = {part: replace(each, rule=moved) for part, each in SMALL.rates.items()}

    live = begun(replace(SMALL, rates=rates), cases="a")

    assert live.answer("a", "2.1.1", "Yes")[0].rule.line == 99


def _state(live: LiveRatings) -> DiscretionState:
    found = live.discretion("2.1")
    assert found is not None
    return found.state
