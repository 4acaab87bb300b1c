"""What in the answers of one case deserves a second look, as the rules declare it.

A warning blocks nothing and changes no answer and no rating: a question is judged and
never worked out from its prompts, so prompts that speak against it may well be right
to be outweighed. Someone should have meant it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dsl.framework import (
    Against,
    CaseCheck,
    Effect,
    Framework,
    Prompt,
    Quantity,
    Question,
    Rule,
)
from dsl.rating.condition import fact_holds
from dsl.rating.wording import counted, listed


class Sign(StrEnum):
    """Why an answer deserves a second look."""

    AGAINST_PROMPTS = "against-prompts"
    MISSING_ANSWER = "missing-answer"
    LATE_CHANGE = "late-change"


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """One case as it stands, by what its framework calls things."""

    sample: str
    answers: Mapping[str, str]  # by question or prompt, "2.1.1" or "2.1.1.b"
    facts: Mapping[str, str]  # of the case, the service and the inspection
    submitted: bool = False
    days_late: Mapping[str, int] = field(default_factory=dict)
    """By question: whole days from when the case was first submitted to the last
    change of its answer; only those changed since."""


@dataclass(frozen=True, slots=True)
class CaseWarning:
    """One reason for a second look at one answer."""

    part: str  # the question, or the prompt whose answer is missing
    sign: Sign
    sentence: str  # lower case, no full stop
    rule: Rule


def warnings(framework: Framework, case: CaseAnswers) -> tuple[CaseWarning, ...]:
    """Every warning of a case, in framework order; KeyError for an unknown sample."""
    domains = framework.samples[case.sample].domains
    return tuple(
        warning
        for domain in domains
        for question in framework.domains[domain].questions
        if question in framework.case_checks
        for warning in _of(framework, framework.case_checks[question], case)
    )


def _of(
    framework: Framework, check: CaseCheck, case: CaseAnswers
) -> Iterator[CaseWarning]:
    question = framework.questions[check.question]
    if not question.asked_of_cases or not _relevant(framework, question.group, case):
        return
    prompts = [
        each for each in question.prompts if _relevant(framework, each.group, case)
    ]
    if check.against is not None:
        for said in _against(framework, question, prompts, check.against, case):
            yield CaseWarning(question.id, Sign.AGAINST_PROMPTS, said, check.rule)
    if check.missing and case.submitted:
        for part in _missing(question, prompts, case):
            said = f"`{part}` is relevant to this case and is not answered"
            yield CaseWarning(part, Sign.MISSING_ANSWER, said, check.rule)
    days = case.days_late.get(question.id, 0)
    if check.late_days is not None and days > check.late_days:
        late = f"{counted(days, 'day')} after the case was submitted"
        said = f"the answer to `{question.id}` changed {late}"
        yield CaseWarning(question.id, Sign.LATE_CHANGE, said, check.rule)


def _relevant(framework: Framework, group: str | None, case: CaseAnswers) -> bool:
    """Whether the group is known to hold the case; every case is in no group."""
    tests = framework.groups[group].where if group else ()
    return all(fact_holds(test, case.facts) for test in tests)


def _against(
    framework: Framework,
    question: Question,
    prompts: list[Prompt],
    against: Against,
    case: CaseAnswers,
) -> Iterator[str]:
    answer = case.answers.get(question.id)
    effect = _effect(framework, answer)
    effects = {
        each.id: told
        for each in prompts
        if (told := _effect(framework, case.answers.get(each.id)))
    }
    opposed = [part for part, told in effects.items() if told is not effect]
    if effect is None or not _are_enough(against, len(opposed), len(effects)):
        return
    of = counted(len(effects), "answered prompt")
    verb = "speaks" if len(opposed) == 1 else "speak"
    names = listed([f"`{part}`" for part in opposed])
    yield (
        f"`{question.id}` is answered '{answer}', and {len(opposed)} of its {of}"
        f" {verb} against that: {names}"
    )


def _effect(framework: Framework, answer: str | None) -> Effect | None:
    """What an answer says; None if there is none or it is left out."""
    effect = framework.answers.get(answer or "")
    return None if effect is Effect.LEFT_OUT else effect


def _are_enough(against: Against, opposed: int, of: int) -> bool:
    match against.quantity:
        case Quantity.MORE_THAN_HALF:
            return 2 * opposed > of
        case Quantity.OR_MORE:
            return opposed >= (against.number or 1) and opposed > 0
        case _:
            return opposed == of > 0


def _missing(
    question: Question, prompts: list[Prompt], case: CaseAnswers
) -> Iterator[str]:
    """A prompt that only sometimes applies may be left alone."""
    always = [each.id for each in prompts if not each.where_applicable]
    yield from (part for part in (question.id, *always) if part not in case.answers)
