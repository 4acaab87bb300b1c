"""Cases and submissions arrive at the published figures, to the last count."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random

import msgspec
import pytest

from dsl import packaged
from dsl.framework import Effect, Framework
from service.demo import IDS, Plan, Published, choices, read, reconstruct
from service.demo.allot import DoesNotFit
from service.demo.case_ref import is_sound
from service.demo.plan import Answer, Decide, Depart, Join, Judge, Learn, Withdraw
from service.demo.published import Basis


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
    generator = Random(seed)  # noqa: S311 - repeatable, not secret
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
            case Judge() | Decide() | Depart():
                pass
    return state


def relevant_cases(state: Carried, framework: Framework, code: str) -> list[str]:
    question = framework.questions[code]
    group = framework.groups[question.group] if question.group else None
    relevant = []
    for case, sample in state.samples.items():
        tests = group.where if group else ()
        passed = [
            (state.facts[case, it.fact] in it.values) is not it.negated for it in tests
        ]
        if question.domain in framework.samples[sample].domains and all(passed):
            relevant.append(case)
    return relevant


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
            assert tally(state, framework, cases, prompt) == count, prompt


def test_every_question_asked_of_cases_has_published_figures(
    plan: Plan, framework: Framework
) -> None:
    asked = [code for code, it in framework.questions.items() if it.asked_of_cases]

    assert [*plan.published.questions] == asked


def test_the_prompts_are_those_of_the_framework(
    plan: Plan, framework: Framework
) -> None:
    for code, figures in plan.published.questions.items():
        letters = {it.id.rpartition(".")[2] for it in framework.questions[code].prompts}
        assert figures.prompts.keys() <= letters, code


def test_the_submissions_end_in_the_state_of_the_cases(plan: Plan) -> None:
    state = carry_out(plan)

    for case in plan.cases:
        assert state.samples[case.ref] == case.sample
        for fact, value in case.facts.items():
            assert state.facts[case.ref, fact] == value
        for part, answer in case.answers.items():
            assert state.answers[case.ref, part] == answer


def test_every_sample_has_its_published_size(plan: Plan) -> None:
    sizes = Counter(case.sample for case in plan.cases)

    assert sizes == {
        name: sample.cases for name, sample in plan.published.samples.items()
    }


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


def test_a_case_is_one_its_sample_may_draw(plan: Plan, framework: Framework) -> None:
    for case in plan.cases:
        for test in framework.samples[case.sample].where:
            assert (case.facts[test.fact] in test.values) is not test.negated


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


def test_the_panel_reviews_a_case_that_fell_short() -> None:
    plan = plan_of("trafford-2021")
    cases = {case.ref: case for case in plan.cases}
    lowest = {"2.1": "2.1.2", "2.2": "2.2.2", "3.4": "3.4.2"}

    reviewed = {
        it.step.standard: it.step.cases_reviewed
        for it in plan.submissions
        if isinstance(it.step, Decide)
    }

    assert reviewed.keys() == lowest.keys()
    for standard, (case,) in reviewed.items():
        assert cases[case].answers[lowest[standard]] == "No"


def test_no_answer_contradicts_all_its_prompts_in_trafford() -> None:
    plan = plan_of("trafford-2021")

    for case in plan.cases:
        for code, figures in plan.published.questions.items():
            prompts = {case.answers.get(f"{code}.{it}") for it in figures.prompts}
            prompts -= {"Not applicable", None}
            assert (case.answers.get(code), prompts) not in (
                ("Yes", {"No"}),
                ("No", {"Yes"}),
            )


def test_reviews_happen_only_where_something_changed_in_trafford() -> None:
    plan = plan_of("trafford-2021")
    court = [case for case in plan.cases if case.sample == "court disposals"]

    assert sum("2.2.2" in case.answers for case in court) == 7
    assert sum("2.2.3" in case.answers for case in court) == 5
    assert [
        sum(f"2.4.{number}" in case.answers for case in court) for number in (1, 2, 3)
    ] == [8, 7, 5]
    assert {
        case.facts["disposal"] for case in plan.cases if "3.4.2" in case.answers
    } == {"youth conditional caution"}


@pytest.mark.parametrize(
    ("question", "conditional", "resolution"),
    [
        ("3.1.1", (10, 10), (6, 10)),
        ("3.1.2", (8, 10), (5, 10)),
        ("3.1.3", (10, 10), (6, 10)),
        ("3.2.3", (10, 10), (1, 3)),
        ("3.3.3", (8, 10), (0, 3)),
    ],
)
def test_brent_differs_by_disposal_as_its_text_says(
    question: str, conditional: tuple[int, int], resolution: tuple[int, int]
) -> None:
    plan, framework = plan_of("brent-2019"), framework_of("brent-2019")
    state = carry_out(plan)
    relevant = relevant_cases(state, framework, question)

    counts = []
    for disposal in ("youth conditional caution", "community resolution"):
        cases = [it for it in relevant if state.facts[it, "disposal"] == disposal]
        counts.append(tally(state, framework, cases, question))

    assert counts == [conditional, resolution]


def test_all_custodial_cases_in_west_london_are_planned_for() -> None:
    plan = plan_of("west-london-sqs-2016")

    custodial = [it for it in plan.cases if it.facts["sentenced to custody"] == "yes"]

    assert len(custodial) == 9
    for question in ("2.4", "3.3"):
        assert {it.answers[question] for it in custodial} == {"Sufficient"}


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert plan_of("brent-2019", seed=1) == plan_of("brent-2019", seed=1)
    assert plan_of("brent-2019", seed=1) != plan_of("brent-2019", seed=2)


def test_case_references_are_sound_and_distinct(plan: Plan) -> None:
    refs = [case.ref for case in plan.cases]

    assert all(map(is_sound, refs))
    assert len(set(refs)) == len(refs)


def test_some_answers_come_with_a_note_that_says_it_is_made_up(plan: Plan) -> None:
    answers = [it.step for it in plan.submissions if isinstance(it.step, Answer)]
    notes = [it.note for it in answers if it.note is not None]

    assert 0 < len(notes) < len(answers)
    assert all(note.startswith("Demonstration: ") for note in notes)


def test_each_count_says_how_it_is_known(plan: Plan, framework: Framework) -> None:
    for choice in choices(plan.published, framework):
        assert choice.place
        assert choice.count in choice.fits or choice.basis is not Basis.DERIVED


def unfit(change: str, **fields: object) -> Published:
    report = read("trafford-2021")
    section = report.sections["2.1"]
    questions = dict(section.questions)
    questions[change] = msgspec.structs.replace(questions[change], **fields)
    sections = {
        **report.sections,
        "2.1": msgspec.structs.replace(section, questions=questions),
    }
    return msgspec.structs.replace(report, sections=sections)


@pytest.mark.parametrize(
    "fields",
    [{"relevant": 9}, {"yes": 9}, {"prompts": {"a": (1, 9)}}],
    ids=["more cases than there are", "more yes than relevant", "a prompt too many"],
)
def test_figures_that_cannot_hold_are_refused(fields: dict[str, object]) -> None:
    framework = framework_of("trafford-2021")

    with pytest.raises(DoesNotFit, match=r"`2\.1\.1"):
        reconstruct(unfit("2.1.1", **fields), framework, Random(7))  # noqa: S311 - repeatable, not secret


def test_facts_for_fewer_cases_than_there_are_are_refused() -> None:
    report = read("trafford-2021")
    sample = msgspec.structs.replace(report.samples["court disposals"], cases=9)
    samples = {**report.samples, "court disposals": sample}

    with pytest.raises(DoesNotFit, match="8 of 9"):
        reconstruct(
            msgspec.structs.replace(report, samples=samples),
            framework_of("trafford-2021"),
            Random(7),  # noqa: S311 - repeatable, not secret
        )
