"""Tests in rule files: what they expect, beside what the rules give."""

import pytest

from dsl.diagnostic import Diagnostic
from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Framework
from dsl.packaged import packaged, packaged_ids
from dsl.rating.run_test import run_test
from dsl.rule_test import Aspect, Expectation, RuleTest
from dsl.source import Span
from tests.dsl.small_framework import RULE, G, I, small

SPAN = Span("small.rules", 36, 5, 36, 18)
EVIDENCE = Evidence(
    counts={
        "2.1.1": Count(10, 17),
        "2.1.2": Count(9, 10, 1),
        "2.1.3": Count(9, 10),
        "2.1.1.a": Count(1, 2, 1),
    },
    judgements={"1.1": G},
)
SMALL = small({"2.1": 3})


def fails(
    part: str,
    aspect: Aspect,
    value: str | int | bool | Count | None,  # noqa: FBT001 - as in Expectation
) -> Diagnostic | None:
    """The failure of one expectation, if it fails."""
    expects = (Expectation(part, aspect, value, SPAN),)
    failures = run_test(SMALL, RuleTest("one", EVIDENCE, expects, RULE, SPAN))
    return failures[0] if failures else None


def framework_of(name: str) -> Framework:
    framework = packaged(name).framework
    assert framework is not None
    return framework


@pytest.mark.parametrize("name", packaged_ids())
def test_the_tests_of_every_packaged_framework_pass(name: str) -> None:
    tests = packaged(name).tests

    assert tests
    for test in tests:
        assert run_test(framework_of(name), test) == ()


@pytest.mark.parametrize(
    ("part", "aspect", "value"),
    [
        ("2.1", Aspect.RATING, "Requires improvement"),
        ("2.1", Aspect.COMPUTED, "Requires improvement"),
        ("2.1.1", Aspect.COUNT, Count(10, 17)),
        ("2.1.2", Aspect.COUNT, Count(9, 10)),  # what is missing is not named
        ("2.1.1.a", Aspect.COUNT, Count(1, 2)),
        ("2.1.1", Aspect.PERCENTAGE, 59),
        ("2.1.1.a", Aspect.PERCENTAGE, 50),
        ("2.1", Aspect.OPEN, True),
        ("1.1", Aspect.OPEN, False),
        (OVERALL, Aspect.SCORE, 3),
        (OVERALL, Aspect.MAXIMUM, 6),
    ],
)
def test_an_expectation_that_holds_is_no_failure(
    part: str, aspect: Aspect, value: str | int | Count | None
) -> None:
    assert fails(part, aspect, value) is None


def test_a_failure_gives_the_reason_of_the_rules() -> None:
    failure = fails("2.1", Aspect.RATING, G)

    assert failure == Diagnostic(
        code="test-failed",
        message="test “one”: expected 2.1 to be 'Good', but it is"
        " 'Requires improvement'",
        span=SPAN,
        help="the lowest of its questions is 2.1.1 at 59%",
    )


@pytest.mark.parametrize(
    ("part", "aspect", "value", "message"),
    [
        ("1.1", Aspect.NOT_RATED, None, "1.1 to be not rated, but it is 'Good'"),
        ("2.1", Aspect.COMPUTED, I, "2.1 before discretion to be 'Inadequate', but"),
        ("2.1.1", Aspect.COUNT, Count(11, 17), "11 of 17, but it is 10 of 17"),
        ("2.1.1.b", Aspect.COUNT, Count(1, 2), "1 of 2, but it is not rated"),
        ("2.1.1", Aspect.PERCENTAGE, 58, "2.1.1 to be 58%, but it is 59%"),
        ("2.1.1.b", Aspect.PERCENTAGE, 5, "5%, but it is not rated"),
        ("2.1", Aspect.OPEN, False, "not open to discretion, but it is open to"),
        (OVERALL, Aspect.SCORE, 4, "the score to be 4, but it is 3"),
        (OVERALL, Aspect.MAXIMUM, 9, "the highest score to be 9, but it is 6"),
        ("1.1", Aspect.GUIDANCE, I, "guidance for 1.1 to say 'Inadequate', but"),
    ],
)
def test_a_failure_shows_expected_beside_actual(
    part: str, aspect: Aspect, value: str | int | Count | None, message: str
) -> None:
    failure = fails(part, aspect, value)

    assert failure is not None
    assert message in failure.message


def test_a_wrong_expectation_of_openness_is_told_the_ground() -> None:
    failure = fails("2.1", Aspect.OPEN, value=False)

    assert failure is not None
    assert failure.help == (
        "one case more judged sufficient on 2.1.1 would make it 'Good'"
    )


def test_guidance_that_expects_something_else_says_why() -> None:
    loaded = packaged("youth-2021")
    expects = (Expectation("1.1", Aspect.GUIDANCE, G, SPAN),)
    test = RuleTest("other", loaded.tests[0].evidence, expects, RULE, SPAN)

    (failure,) = run_test(framework_of("youth-2021"), test)

    assert failure.help is not None
    assert failure.help.startswith("2 of 7 standards are 'Good' or better")


def test_a_moved_rating_explains_what_it_was_before() -> None:
    loaded = packaged("youth-2020")
    expects = (Expectation("2.2", Aspect.COMPUTED, G, SPAN),)
    test = RuleTest("other", loaded.tests[0].evidence, expects, RULE, SPAN)

    (failure,) = run_test(framework_of("youth-2020"), test)

    assert failure.help == "the lowest of its questions is 2.2.2 at 43%"


def test_a_move_the_rules_do_not_admit_fails_the_whole_test() -> None:
    evidence = Evidence(
        counts=EVIDENCE.counts,
        decisions={"2.1": Decision(applied=True, rating="Outstanding")},
    )

    (failure,) = run_test(SMALL, RuleTest("one", evidence, (), RULE, SPAN))

    assert failure.code == "test-failed"
    assert "`2.1` can move at most 1 band" in failure.message
