"""Runs a test written in a rule file: what it expects beside what the rules give."""

from typing import assert_never

from dsl.diagnostic import Diagnostic
from dsl.evidence import Count
from dsl.framework import OVERALL, Framework
from dsl.outcome import Assessment, Outcome
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.rule_test import Aspect, Expectation, RuleTest

Value = str | int | bool | Count | None

TEST_FAILED = "test-failed"


def run_test(framework: Framework, test: RuleTest) -> tuple[Diagnostic, ...]:
    """The expectations that fail, each with the reason the engine gives."""
    try:
        assessment = evaluate(framework, test.evidence)
    except NotAllowed as refusal:
        message = f"test “{test.name}”: {refusal.reason}"
        return (Diagnostic(TEST_FAILED, message, test.span, _ALLOWED),)
    failed: list[Diagnostic] = []
    for expectation in test.expects:
        actual, reason = _actual(assessment, expectation)
        if actual != expectation.value:
            message = (
                f"test “{test.name}”: expected {_subject(expectation)}"
                f" {_spoken(expectation, expectation.value)}, but it is"
                f" {_spoken(expectation, actual)}"
            )
            failed.append(Diagnostic(TEST_FAILED, message, expectation.span, reason))
    return tuple(failed)


_ALLOWED = "The panel can move a standard that is open, within the bands allowed."


def _actual(assessment: Assessment, expectation: Expectation) -> tuple[Value, str]:
    """What the rules give for the aspect, and why."""
    if expectation.aspect is Aspect.GUIDANCE:
        found = assessment.guidance.get(expectation.part)
        if found is None:
            return None, f"no guidance speaks of {expectation.part}"
        return found.expects, found.reason
    outcome = _outcome(assessment, expectation.part)
    if outcome is None:
        return _of_prompt_or_nothing(assessment, expectation)
    return _value(outcome, expectation.aspect), _reason(outcome, expectation.aspect)


def _outcome(assessment: Assessment, part: str) -> Outcome | None:
    if part == OVERALL:
        return assessment.overall
    return assessment.standards.get(part) or assessment.questions.get(part)


def _of_prompt_or_nothing(
    assessment: Assessment, expectation: Expectation
) -> tuple[Value, str]:
    count = assessment.prompts.get(expectation.part)
    if expectation.aspect is Aspect.COUNT:
        return _plain(count), "it has no count"
    if expectation.aspect is Aspect.PERCENTAGE and count:
        return count.percentage, f"{count.yes} of {count.relevant}"
    return None, "the framework does not rate it"


def _plain(count: Count | None) -> Count | None:
    """The count without what is missing, which an expectation does not name."""
    return None if count is None else Count(count.yes, count.relevant)


def _value(outcome: Outcome, aspect: Aspect) -> Value:
    value: Value
    match aspect:
        case Aspect.RATING | Aspect.NOT_RATED:
            value = outcome.rating
        case Aspect.COMPUTED:
            value = outcome.computed
        case Aspect.COUNT:
            value = _plain(outcome.count)
        case Aspect.PERCENTAGE:
            value = outcome.percentage
        case Aspect.OPEN:
            value = outcome.discretion.open if outcome.discretion else False
        case Aspect.SCORE:
            value = outcome.score
        case Aspect.MAXIMUM:
            value = outcome.maximum
        case Aspect.GUIDANCE:
            value = None
        case _:
            assert_never(aspect)
    return value


def _reason(outcome: Outcome, aspect: Aspect) -> str:
    if aspect is Aspect.COMPUTED and outcome.computed_reason is not None:
        return outcome.computed_reason
    if aspect is Aspect.OPEN and outcome.discretion and outcome.discretion.because:
        return "; ".join(outcome.discretion.because)
    return outcome.reason


def _subject(expectation: Expectation) -> str:
    match expectation.aspect:
        case Aspect.SCORE:
            return "the score to be"
        case Aspect.MAXIMUM:
            return "the highest score to be"
        case Aspect.GUIDANCE:
            return f"guidance for {expectation.part} to say"
        case Aspect.COMPUTED:
            return f"{expectation.part} before discretion to be"
        case _:
            return f"{expectation.part} to be"


def _spoken(expectation: Expectation, value: Value) -> str:
    if expectation.aspect is Aspect.OPEN:
        return _OPENNESS[value is True, value is None]
    match value:
        case None:
            return "nothing" if expectation.aspect is Aspect.GUIDANCE else "not rated"
        case Count():
            return f"{value.yes} of {value.relevant}"
        case str():
            return f"'{value}'"
        case _:
            unit = "%" if expectation.aspect is Aspect.PERCENTAGE else ""
            return f"{value}{unit}"


_OPENNESS = {
    (True, False): "open to discretion",
    (False, False): "not open to discretion",
    (False, True): "not known to be open to discretion",
}
