"""What the methods make of figures, and of figures that are not there."""

from dataclasses import replace
from typing import Any

import pytest

from dsl.evidence import Count, Evidence
from dsl.framework import (
    OVERALL,
    Cap,
    Counted,
    FactTest,
    FirstRule,
    Framework,
    Guidance,
    Judgement,
    Lowest,
    NotInspected,
    Quantity,
    RuleRow,
)
from dsl.outcome import Assessment, Outcome, Unrated
from dsl.rating.evaluate import evaluate
from tests.dsl.small_framework import (
    COUNTS_ONLY,
    RULE,
    G,
    I,
    O,
    R,
    small,
    with_method,
)

GOOD = Count(7, 10)
COUNTS = {f"{each}.{number}": GOOD for each in ("2.1", "2.2") for number in (1, 2, 3)}


def given(**changes: Any) -> Evidence:
    """All questions at 70 per cent and 1.1 'Good', but for these changes."""
    whole = Evidence(counts=COUNTS, judgements={"1.1": G})
    return replace(whole, **changes)


def counting(**counts: Count | None) -> Evidence:
    """The same with some counts changed, or absent: `q211=Count(3, 7)`."""
    changed = {".".join(name[1:]): count for name, count in counts.items()}
    kept = {part: count for part, count in COUNTS.items() if part not in changed}
    return given(
        counts={**kept, **{part: count for part, count in changed.items() if count}}
    )


def overall(assessment: Assessment) -> Outcome:
    assert assessment.overall is not None
    return assessment.overall


def summary(outcome: Outcome) -> tuple[str | None, Unrated | None, bool]:
    return outcome.rating, outcome.unrated, outcome.provisional


def test_a_question_says_its_count_percentage_and_band() -> None:
    outcome = evaluate(small(), counting(q211=Count(3, 7))).questions["2.1.1"]

    assert (outcome.rating, outcome.percentage) == (I, 43)
    assert outcome.reason == "3 of 7 relevant cases = 43%, in 0 to 49"


@pytest.mark.parametrize(
    ("count", "expected", "reason"),
    [
        (None, (None, Unrated.NOT_ANSWERED, True), "it is not answered yet"),
        (
            Count(0, 0, 2),
            (None, Unrated.NOT_ANSWERED, True),
            "no answer counts yet and 2 are missing",
        ),
        (Count(0, 0), (None, Unrated.NO_RELEVANT_CASES, False), "no case is relevant"),
        (
            Count(1, 1, 1),
            (O, None, True),
            "1 of 1 relevant case = 100%, in 80 to 100, with 1 answer missing",
        ),
    ],
)
def test_a_question_without_all_its_answers(
    count: Count | None, expected: object, reason: str
) -> None:
    outcome = evaluate(small(), counting(q211=count)).questions["2.1.1"]

    assert summary(outcome) == expected
    assert outcome.reason == reason


def test_a_percentage_without_a_count_rates_a_question() -> None:
    evidence = replace(counting(q211=None), percentages={"2.1.1": 49})

    outcome = evaluate(small(), evidence).questions["2.1.1"]

    assert (outcome.rating, outcome.count) == (I, None)
    assert outcome.reason == "49% of relevant cases, in 0 to 49"


@pytest.mark.parametrize(
    ("counts", "decided_by", "reason"),
    [
        (
            {"q212": Count(3, 7)},
            ("2.1.2",),
            "the lowest of its questions is 2.1.2 at 43%",
        ),
        (
            {"q211": Count(3, 6), "q213": Count(4, 8)},
            ("2.1.1", "2.1.3"),
            "the lowest of its questions are 2.1.1 and 2.1.3 at 50%",
        ),
        (
            {"q212": Count(0, 0), "q213": Count(6, 10)},
            ("2.1.3",),
            "the lowest of its questions is 2.1.3 at 60%, leaving out 2.1.2",
        ),
        (
            {"q212": None, "q213": Count(6, 10)},
            ("2.1.3",),
            "the lowest of its questions so far is 2.1.3 at 60%; 2.1.2 is awaited",
        ),
    ],
)
def test_a_standard_is_as_good_as_its_lowest_question(
    counts: dict[str, Count | None], decided_by: tuple[str, ...], reason: str
) -> None:
    outcome = evaluate(small(), counting(**counts)).standards["2.1"]

    assert (outcome.decided_by, outcome.reason) == (decided_by, reason)


NONE, EMPTY = None, Count(0, 0)


@pytest.mark.parametrize(
    ("counts", "leaving_out", "expected"),
    [
        ((GOOD, GOOD, EMPTY), True, (G, None, False)),
        ((GOOD, GOOD, EMPTY), False, (None, Unrated.NO_RELEVANT_CASES, False)),
        ((GOOD, GOOD, NONE), True, (G, None, True)),
        ((GOOD, GOOD, NONE), False, (G, None, True)),
        ((GOOD, EMPTY, NONE), True, (G, None, True)),
        ((GOOD, EMPTY, NONE), False, (None, Unrated.NO_RELEVANT_CASES, True)),
        ((EMPTY, EMPTY, EMPTY), True, (None, Unrated.NO_RELEVANT_CASES, False)),
        ((EMPTY, EMPTY, EMPTY), False, (None, Unrated.NO_RELEVANT_CASES, False)),
        ((EMPTY, EMPTY, NONE), True, (None, Unrated.NOT_ANSWERED, True)),
        ((EMPTY, EMPTY, NONE), False, (None, Unrated.NOT_ANSWERED, True)),
        ((NONE, NONE, NONE), True, (None, Unrated.NOT_ANSWERED, True)),
    ],
)
def test_what_is_not_rated_spreads_unless_the_rule_leaves_it_out(
    counts: tuple[Count | None, ...], *, leaving_out: bool, expected: object
) -> None:
    framework = small(leaving_out=leaving_out)
    evidence = counting(**dict(zip(("q211", "q212", "q213"), counts, strict=True)))

    outcome = evaluate(framework, evidence).standards["2.1"]

    assert summary(outcome) == expected


def test_a_total_adds_the_scores_of_standards() -> None:
    outcome = overall(evaluate(small(), given()))

    assert (outcome.score, outcome.maximum, outcome.rating) == (6, 9, G)
    assert outcome.reason == "6 of 9, in 5 to 7"


def test_a_domain_not_inspected_leaves_a_smaller_scale() -> None:
    evidence = given(not_inspected=frozenset({"2"}))

    assessment = evaluate(small(), evidence)

    assert (overall(assessment).score, overall(assessment).maximum) == (2, 3)
    assert overall(assessment).reason == "2 of 3, in 2, leaving out 2.1 and 2.2"
    assert assessment.standards["2.1"].unrated is Unrated.NOT_INSPECTED
    assert assessment.questions["2.1.1"].reason == "domain 2 is not inspected"
    assert not assessment.provisional


def test_a_total_that_does_not_shrink_is_not_rated_without_a_domain() -> None:
    framework = small(in_proportion=False)

    outcome = overall(evaluate(framework, given(not_inspected=frozenset({"2"}))))

    assert summary(outcome) == (None, Unrated.NOT_INSPECTED, False)
    assert outcome.reason == "2.1 and 2.2 are not inspected"


def test_a_score_is_never_a_part_sum() -> None:
    outcome = overall(evaluate(small(), given(judgements={})))

    assert summary(outcome) == (None, Unrated.NOT_ANSWERED, True)
    assert (outcome.score, outcome.maximum) == (None, None)
    assert outcome.reason == "1.1 is not answered yet"


def test_nothing_inspected_is_nothing_rated() -> None:
    outcome = overall(evaluate(small(), given(not_inspected=frozenset({"1", "2"}))))

    assert summary(outcome) == (None, Unrated.NOT_INSPECTED, False)


def test_a_missing_answer_is_provisional_all_the_way_up() -> None:
    assessment = evaluate(small(), counting(q211=Count(7, 10, 1)))

    assert assessment.standards["2.1"].provisional
    assert not assessment.standards["2.2"].provisional
    assert overall(assessment).provisional
    assert assessment.provisional


def test_a_judgement_names_who_judged() -> None:
    framework = with_method(small(judged=("1.1", "1.2")), "1.2", Judgement(None))

    assessment = evaluate(framework, given())

    assert assessment.standards["1.1"].reason == "judged 'Good' by the lead inspector"
    assert assessment.standards["1.2"].reason == "not judged yet"


def test_counts_are_reported_and_not_rated() -> None:
    framework = with_method(small(), "2.1.1", COUNTS_ONLY)

    counted = evaluate(framework, given()).questions["2.1.1"]
    awaited = evaluate(framework, counting(q211=None)).questions["2.1.1"]

    assert summary(counted) == (None, Unrated.COUNTS_ONLY, False)
    assert counted.reason == "7 of 10 relevant cases, not rated"
    assert summary(awaited) == (None, Unrated.COUNTS_ONLY, True)


def test_a_part_may_rest_on_standards_instead_of_questions() -> None:
    framework = with_method(small(), OVERALL, Lowest(("1.1", "2.1"), leaving_out=True))

    outcome = overall(evaluate(framework, given(judgements={"1.1": R})))

    assert outcome.reason == (
        "the lowest of its standards is 1.1 at 'Requires improvement'"
    )


ALL = ("1.1", "2.1", "2.2")
BREACH = FactTest("breach", frozenset({"yes"}), negated=False)


def first_rule(*rows: RuleRow, panel_decides: bool = True) -> Framework:
    return with_method(small(), OVERALL, FirstRule(rows, ALL, panel_decides))


def row(rating: str, *when: Counted | NotInspected | FactTest) -> RuleRow:
    return RuleRow(rating, when, 1)


def counted(
    quantity: Quantity,
    of: tuple[str, ...] | None,
    *ratings: str,
    number: int | None = None,
) -> Counted:
    return Counted(quantity, number, of, frozenset(ratings))


def test_the_first_rule_that_applies_decides() -> None:
    framework = first_rule(
        row(I, counted(Quantity.OR_MORE, ALL, I, number=2)),
        row(G, counted(Quantity.ALL, ALL, G, O)),
        row(O, counted(Quantity.NONE, ALL, I)),
    )

    outcome = overall(evaluate(framework, given()))

    assert (outcome.rating, outcome.score) == (G, None)
    assert outcome.reason == "3 of 3 standards are 'Good' or better"


def test_where_no_rule_applies_the_panel_decides() -> None:
    framework = first_rule(row(I, counted(Quantity.ALL, ALL, I)))

    left = overall(evaluate(framework, given()))
    decided = overall(evaluate(framework, given(judgements={"1.1": G, OVERALL: R})))

    assert summary(left) == (None, Unrated.PANEL_DECIDES, False)
    assert summary(decided) == (R, None, False)
    assert decided.reason == (
        "no rule applies and the panel decided 'Requires improvement'"
    )


def test_a_judgement_where_no_panel_decides_is_not_read() -> None:
    rows = row(I, counted(Quantity.ALL, ALL, I))
    framework = first_rule(rows, panel_decides=False)

    outcome = overall(evaluate(framework, given(judgements={"1.1": G, OVERALL: R})))

    assert outcome.unrated is Unrated.PANEL_DECIDES


def test_rules_in_order_wait_for_every_part_they_read() -> None:
    framework = first_rule(row(G, counted(Quantity.NONE, ALL, I)))

    outcome = overall(evaluate(framework, given(judgements={})))

    assert summary(outcome) == (None, Unrated.NOT_ANSWERED, True)


def test_rules_in_order_wait_for_a_fact() -> None:
    framework = first_rule(row(G, BREACH), row(O, NotInspected("2")))

    waiting = overall(evaluate(framework, given()))
    known = overall(evaluate(framework, given(facts={"breach": "yes"})))

    assert summary(waiting) == (None, Unrated.NOT_ANSWERED, True)
    assert waiting.reason == '"breach" is not known yet'
    assert (known.rating, known.reason) == (G, '"breach" is yes')


def capped(at: str, *when: Counted | NotInspected | FactTest) -> Framework:
    return replace(small(), caps=(Cap(OVERALL, at, when, RULE),))


@pytest.mark.parametrize(
    ("at", "facts", "expected"),
    [
        (R, {"breach": "yes"}, (R, None, False)),
        (R, {"breach": "no"}, (G, None, False)),
        (R, {}, (G, None, True)),  # the cap may still come
        (O, {"breach": "yes"}, (G, None, False)),
        (O, {}, (G, None, False)),  # it could not lower anything
    ],
)
def test_a_cap_lowers_and_never_lifts(
    at: str, facts: dict[str, str], expected: object
) -> None:
    outcome = overall(evaluate(capped(at, BREACH), given(facts=facts)))

    assert summary(outcome) == expected


def test_a_cap_says_what_it_capped() -> None:
    framework = capped(R, counted(Quantity.OR_MORE, ("2.1", "2.2"), G, number=1))

    outcome = overall(evaluate(framework, given()))

    assert outcome.decided_by == ("2.1", "2.2")
    assert outcome.reason == (
        "capped at 'Requires improvement' because 2 of 2 standards are 'Good';"
        " without the cap 'Good': 6 of 9, in 5 to 7"
    )


def test_a_cap_on_a_part_that_is_not_rated_waits() -> None:
    outcome = overall(evaluate(capped(R, NotInspected("1")), given(judgements={})))

    assert outcome.rating is None


def guided(*rows: RuleRow) -> Framework:
    rule = Guidance("1.1", rows, ("2.1", "2.2"), needs_reason=True, rule=RULE)
    return replace(small(), guidance={"1.1": rule})


FEW_GOOD = counted(Quantity.FEWER_THAN_HALF, ("2.1", "2.2"), G, O)
REST_BAD = counted(Quantity.MORE_THAN_HALF, None, I)
BAD = {"q211": Count(1, 10), "q221": Count(1, 10)}


def test_guidance_says_what_it_expects_and_why() -> None:
    found = evaluate(guided(row(I, FEW_GOOD, REST_BAD)), counting(**BAD)).guidance[
        "1.1"
    ]

    assert (found.expects, found.departed) == (I, True)
    assert found.reason == (
        "0 of 2 standards are 'Good' or better and 2 of the other 2 are 'Inadequate'"
    )


def test_guidance_that_is_followed_is_not_departed_from() -> None:
    evidence = replace(counting(**BAD), judgements={"1.1": I})

    found = evaluate(guided(row(I, FEW_GOOD, REST_BAD)), evidence).guidance["1.1"]

    assert (found.expects, found.departed) == (I, False)


def test_nobody_departs_from_guidance_before_judging() -> None:
    evidence = replace(counting(**BAD), judgements={})

    found = evaluate(guided(row(I, FEW_GOOD, REST_BAD)), evidence).guidance["1.1"]

    assert (found.expects, found.departed) == (I, False)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({}, "2 of 2 standards are 'Good' or better, not fewer than half"),
        ({"q211": None, "q212": None, "q213": None}, "2.1 is not rated"),
    ],
)
def test_guidance_is_silent_with_a_reason(
    counts: dict[str, Count | None], reason: str
) -> None:
    found = evaluate(guided(row(I, FEW_GOOD)), counting(**counts)).guidance["1.1"]

    assert (found.expects, found.departed, found.reason) == (None, False, reason)


def test_guidance_is_silent_while_a_fact_is_not_known() -> None:
    found = evaluate(guided(row(I, BREACH)), given()).guidance["1.1"]

    assert (found.expects, found.reason) == (None, '"breach" is not known')


def test_prompts_are_counted_and_rate_nothing() -> None:
    counts = COUNTS | {"2.1.1.a": Count(0, 10, 3), "2.9.9.z": Count(1, 1)}

    assessment = evaluate(small(), given(counts=counts))

    assert assessment.prompts == {"2.1.1.a": Count(0, 10, 3)}
    assert assessment == replace(evaluate(small(), given()), prompts=assessment.prompts)
