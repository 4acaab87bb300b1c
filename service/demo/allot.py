"""Which case has which facts and answers, so that the published counts come out.

Nothing is searched for: each question's cases are lined up and cut at the counts. A
case that does well on one question tends to do well on others, and a prompt answered
'No' falls first on cases whose question is answered 'No', so single cases read true.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from dsl.framework import Effect, FactTest, Framework
from service.demo.published import Published, QuestionFigures, SampleFigures, Tally
from service.inspection import case_reference


class DoesNotFit(Exception):
    """Published figures and facts cannot both hold; says which."""


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case before it is assessed; `leaning` is how good its work tends to be."""

    ref: str
    sample: str
    facts: Mapping[str, str]
    leaning: float  # 0 to 1; shapes who gets which answer, never how many


def draw_cases(published: Published, rng: Random) -> tuple[DrawnCase, ...]:
    """Every sample's cases with their facts, the most serious of each sample first."""
    refs = _distinct_refs(sum(it.cases for it in published.samples.values()), rng)
    return tuple(
        DrawnCase(next(refs), name, facts, rng.random())
        for name, sample in published.samples.items()
        for facts in _spread(name, sample)
    )


def allot_answers(
    published: Published,
    framework: Framework,
    cases: Sequence[DrawnCase],
    rng: Random,
) -> Mapping[str, Mapping[str, str]]:
    """Case → question or prompt → answer, by the framework's own sub-samples."""
    words = {effect: word for word, effect in framework.answers.items()}
    answers: dict[str, dict[str, str]] = {case.ref: {} for case in cases}
    for code, figures in published.questions.items():
        asked = asked_cases(framework, code, cases)
        effects = _allot_question(code, figures, asked, rng)
        columns = {
            **_allot_prompts(framework, code, figures, asked, effects),
            code: effects,
        }
        for part, column in columns.items():
            for ref, effect in column.items():
                answers[ref][part] = words[effect]
    return answers


def asked_cases(
    framework: Framework, code: str, cases: Sequence[DrawnCase]
) -> tuple[DrawnCase, ...]:
    """The cases a question is relevant to, in the order given."""
    return tuple(
        case for case in cases if is_asked(framework, code, case.sample, case.facts)
    )


def is_asked(
    framework: Framework, code: str, sample: str, facts: Mapping[str, str]
) -> bool:
    """Whether a case of this sample with these facts is in the question's sub-sample.

    The facts that its group reads must be known.
    """
    question = framework.questions[code]
    return (
        question.asked_of_cases
        and question.domain in framework.samples[sample].domains
        and _is_of(framework, question.group, facts)
    )


def _is_of(framework: Framework, group: str | None, facts: Mapping[str, str]) -> bool:
    return group is None or all(
        _holds(test, facts) for test in framework.groups[group].where
    )


def _holds(test: FactTest, facts: Mapping[str, str]) -> bool:
    return (facts[test.fact] in test.values) != test.negated


def _distinct_refs(number: int, rng: Random) -> Iterator[str]:
    refs: dict[str, None] = {}
    while len(refs) < number:
        refs[case_reference.draw(rng)] = None
    return iter(refs)


def _spread(name: str, sample: SampleFigures) -> Sequence[Mapping[str, str]]:
    columns = {
        fact: [value for value, length in runs for _ in range(length)]
        for fact, runs in sample.facts.items()
    }
    for fact, column in columns.items():
        if len(column) != sample.cases:
            raise DoesNotFit(
                f"`{fact}` is given for {len(column)} of {sample.cases} `{name}`"
            )
    return [
        {fact: column[index] for fact, column in columns.items()}
        for index in range(sample.cases)
    ]


def _allot_question(
    code: str, figures: QuestionFigures, asked: Sequence[DrawnCase], rng: Random
) -> dict[str, Effect]:
    effects: dict[str, Effect] = {}
    for stratum, (yes, relevant) in _strata(figures, asked):
        if not yes <= relevant <= len(stratum):
            raise DoesNotFit(
                f"`{code}` cannot be {yes} of {relevant} over {len(stratum)} cases"
            )
        promise = {case.ref: case.leaning + rng.random() / 2 for case in stratum}
        counted = [case.ref for case in stratum[:relevant]]
        good = sorted(counted, key=promise.__getitem__, reverse=True)[:yes]
        effects |= dict.fromkeys((case.ref for case in stratum), Effect.LEFT_OUT)
        effects |= dict.fromkeys(counted, Effect.NOT_SUFFICIENT)
        effects |= dict.fromkeys(good, Effect.SUFFICIENT)
    return effects


def _strata(
    figures: QuestionFigures, asked: Sequence[DrawnCase]
) -> Iterator[tuple[Sequence[DrawnCase], Tally]]:
    """Parts of the cases with a count of their own, then all others."""
    others, yes, relevant = list(asked), figures.yes, figures.relevant
    for fact, parts in figures.by.items():
        for value, part in parts.items():
            yield [case for case in others if case.facts[fact] == value], part
            others = [case for case in others if case.facts[fact] != value]
            yes, relevant = yes - part[0], relevant - part[1]
    yield others, (yes, relevant)


_FIRST_TO_FALL_SHORT = (Effect.NOT_SUFFICIENT, Effect.LEFT_OUT, Effect.SUFFICIENT)


def _allot_prompts(
    framework: Framework,
    code: str,
    figures: QuestionFigures,
    asked_question: Sequence[DrawnCase],
    effects: Mapping[str, Effect],
) -> Mapping[str, Mapping[str, Effect]]:
    groups = {each.id: each.group for each in framework.questions[code].prompts}
    shortfalls: Counter[str] = Counter()
    columns = {}
    for letter, (yes, relevant) in figures.prompts.items():
        prompt = f"{code}.{letter}"
        group = groups.get(prompt)
        asked = [c for c in asked_question if _is_of(framework, group, c.facts)]
        counted = [case for case in asked if effects[case.ref] is not Effect.LEFT_OUT]
        rest = [case for case in asked if effects[case.ref] is Effect.LEFT_OUT]
        if not yes <= relevant <= len(asked):
            raise DoesNotFit(
                f"`{prompt}` cannot be {yes} of {relevant} over {len(asked)} cases"
            )
        applies = [*counted, *rest][:relevant]
        applies_by_need = sorted(
            applies,
            key=lambda case: (
                _FIRST_TO_FALL_SHORT.index(effects[case.ref]),
                shortfalls[case.ref],
                case.leaning,
            ),
        )
        short = [case.ref for case in applies_by_need[: relevant - yes]]
        shortfalls.update(short)
        columns[prompt] = {
            **dict.fromkeys((case.ref for case in asked), Effect.LEFT_OUT),
            **dict.fromkeys((case.ref for case in applies), Effect.SUFFICIENT),
            **dict.fromkeys(short, Effect.NOT_SUFFICIENT),
        }
    return columns
