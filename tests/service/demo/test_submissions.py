"""What inspectors submit arrives at the published figures, to the last count."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest

from dsl import packaged
from dsl.framework import Effect, Framework
from service.demo import IDS, Plan, read, reconstruct
from service.demo.plan import (
    Accept,
    Act,
    Allocate,
    Answer,
    Decide,
    Depart,
    Finish,
    Join,
    Judge,
    Learn,
    Submit,
    Withdraw,
)


@dataclass
class Carried:
    """What stands after all submissions, folded without the code under test."""

    samples: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    corrected: Counter[str] = field(default_factory=Counter)


@cache
def framework_of(inspection: str) -> Framework:
    framework = packaged(read(inspection).framework).framework
    assert framework is not None
    return framework


def plan_of(inspection: str, seed: int = 7) -> Plan:
    generator = Random(seed)
    return reconstruct(read(inspection), framework_of(inspection), generator)


def carry_out(plan: Plan) -> Carried:
    state = Carried()
    for submission in plan.submissions:
        match submission.step:
            case Join(case=case, sample=sample, facts=facts):
                state.samples[case] = sample
                state.facts |= {(case, fact): value for fact, value in facts.items()}
            case Learn(case=case, fact=fact, value=value):
                state.corrected["fact"] += (case, fact) in state.facts
                state.facts[case, fact] = value
            case Answer(case=case, question=question, answer=answer):
                state.corrected["answer"] += (case, question) in state.answers
                state.answers[case, question] = answer
            case Withdraw(case=case, question=question):
                state.corrected["withdrawn"] += 1
                del state.answers[case, question]
            case Allocate() | Submit() | Accept() | Finish():
                pass  # what is on record stays as it is
            case Judge() | Decide() | Depart() | Act():
                pass
    return state


def relevant_cases(state: Carried, framework: Framework, code: str) -> list[str]:
    """Of a question, or of a prompt by its own group and its question's."""
    question = framework.questions[code if code[-1].isdigit() else code[:-2]]
    own = [prompt.group for prompt in question.prompts if prompt.id == code]
    groups = filter(None, (question.group, *own))
    tests = [test for group in groups for test in framework.groups[group].where]
    sampled = [
        case
        for case, sample in state.samples.items()
        if question.domain in framework.samples[sample].domains
    ]
    return [
        case
        for case in sampled
        if all(
            (state.facts[case, it.fact] in it.values) is not it.negated for it in tests
        )
    ]


def tally(
    state: Carried, framework: Framework, cases: list[str], part: str
) -> tuple[int, int]:
    effects = [framework.answers[state.answers[case, part]] for case in cases]
    yes = effects.count(Effect.SUFFICIENT)
    return yes, yes + effects.count(Effect.NOT_SUFFICIENT)


@pytest.fixture(params=IDS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return plan_of(str(request.param))


@pytest.fixture
def framework(plan: Plan) -> Framework:
    return framework_of(plan.published.id)


@pytest.mark.parametrize("seed", [1, 7, 2021])
@pytest.mark.parametrize("inspection", IDS)
def test_the_answers_add_up_to_every_published_count(
    inspection: str, seed: int
) -> None:
    plan, framework = plan_of(inspection, seed), framework_of(inspection)

    state = carry_out(plan)

    for code, figures in plan.published.questions.items():
        cases = relevant_cases(state, framework, code)
        expected = (figures.yes, figures.relevant)
        assert tally(state, framework, cases, code) == expected, code
        for letter, count in figures.prompts.items():
            prompt = f"{code}.{letter}"
            of_prompt = relevant_cases(state, framework, prompt)
            assert tally(state, framework, of_prompt, prompt) == count, prompt


def test_the_submissions_end_in_the_state_of_the_cases(plan: Plan) -> None:
    state = carry_out(plan)

    for case in plan.cases:
        assert state.samples[case.ref] == case.sample
        for fact, value in case.facts.items():
            assert state.facts[case.ref, fact] == value
        for part, answer in case.answers.items():
            assert state.answers[case.ref, part] == answer


def test_every_fact_and_answer_is_one_the_framework_knows(
    plan: Plan, framework: Framework
) -> None:
    for submission in plan.submissions:
        match submission.step:
            case Learn(fact=fact, value=value):
                assert value in framework.facts[fact].values
            case Join(facts=facts, sample=sample):
                assert sample in framework.samples
                for fact, value in facts.items():
                    assert value in framework.facts[fact].values
            case Answer(answer=answer):
                assert answer in framework.answers
            case _:
                pass


def test_inspectors_correct_answers_and_facts(plan: Plan) -> None:
    state = carry_out(plan)

    assert state.corrected["answer"] > 0
    assert state.corrected["fact"] == 2
    assert state.corrected["withdrawn"] == 2


def test_some_facts_are_learned_after_the_answers_they_decide_about(
    plan: Plan,
) -> None:
    answered = set()
    late = 0
    for submission in plan.submissions:
        match submission.step:
            case Answer(case=case):
                answered.add(case)
            case Learn(case=case):
                late += case in answered
            case _:
                pass

    assert late >= 4


def test_time_runs_forward_and_joining_comes_first(plan: Plan) -> None:
    times = [submission.at for submission in plan.submissions]
    kinds = [type(submission.step) for submission in plan.submissions]

    assert times == sorted(times)
    assert kinds[: len(plan.cases)] == [Join] * len(plan.cases)
    assert kinds.index(Answer) > len(plan.cases) - 1


def test_every_case_is_allocated_and_checked_by_another_than_its_inspector(
    plan: Plan,
) -> None:
    steps = [(it.by, it.step) for it in plan.submissions]
    (allocated,) = [step for _, step in steps if isinstance(step, Allocate)]
    submitted = {step.case: by for by, step in steps if isinstance(step, Submit)}
    accepted = {step.case: by for by, step in steps if isinstance(step, Accept)}
    answered = {(step.case, by) for by, step in steps if isinstance(step, Answer)}

    assert allocated.inspectors == submitted
    assert answered <= set(submitted.items())
    assert set(submitted) == set(accepted) == {case.ref for case in plan.cases}
    assert all(accepted[case] != person for case, person in submitted.items())
    assert [type(step) for _, step in steps].count(Finish) == 1


def test_several_inspectors_work_on_the_same_day(plan: Plan) -> None:
    first = plan.published.fieldwork.starts_on
    people = {it.by for it in plan.submissions if it.at.date() == first}

    assert len(people) == plan.published.inspectors


def test_judgements_discretion_and_departures_are_the_published_ones(
    plan: Plan,
) -> None:
    steps = [submission.step for submission in plan.submissions]
    sections = plan.published.sections

    judged = {it.standard: it.rating for it in steps if isinstance(it, Judge)}
    decided = {it.standard: it.rating for it in steps if isinstance(it, Decide)}
    departed = [it.standard for it in steps if isinstance(it, Depart)]

    assert judged == plan.published.judgements
    assert decided == {
        standard: section.discretion.after
        for standard, section in sections.items()
        if section.discretion
    }
    assert departed == [it for it, section in sections.items() if section.departure]


def test_some_answers_come_with_a_note_that_says_it_is_made_up(plan: Plan) -> None:
    answers = [it.step for it in plan.submissions if isinstance(it.step, Answer)]
    notes = [it.note for it in answers if it.note is not None]

    assert 0 < len(notes) < len(answers)
    assert all(note.startswith("Demonstration: ") for note in notes)
