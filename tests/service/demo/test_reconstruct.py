"""Cases carry the facts and answers that the reports give or allow."""

from collections import Counter
from functools import cache
from random import Random

import msgspec
import pytest

from dsl import packaged
from dsl.framework import Framework
from service.demo import IDS, Plan, Published, choices, read, reconstruct
from service.demo.allot import DoesNotFit
from service.demo.plan import Case, Decide
from service.demo.published import Basis
from service.inspection.case_reference import is_sound


@cache
def framework_of(inspection: str) -> Framework:
    framework = packaged(read(inspection).framework).framework
    assert framework is not None
    return framework


def plan_of(inspection: str, seed: int = 7) -> Plan:
    generator = Random(seed)
    return reconstruct(read(inspection), framework_of(inspection), generator)


@pytest.fixture(params=IDS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return plan_of(str(request.param))


@pytest.fixture
def framework(plan: Plan) -> Framework:
    return framework_of(plan.published.id)


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


def test_every_sample_has_its_published_size(plan: Plan) -> None:
    sizes = Counter(case.sample for case in plan.cases)

    assert sizes == {
        name: sample.cases for name, sample in plan.published.samples.items()
    }


def test_a_case_is_one_its_sample_may_draw(plan: Plan, framework: Framework) -> None:
    for case in plan.cases:
        for test in framework.samples[case.sample].where:
            assert (case.facts[test.fact] in test.values) is not test.negated


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


def tally(cases: list[Case], question: str) -> tuple[int, int]:
    answers = [case.answers.get(question) for case in cases]
    return answers.count("Yes"), answers.count("Yes") + answers.count("No")


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
    cases: dict[str, list[Case]] = {}
    for case in plan_of("brent-2019").cases:
        cases.setdefault(case.facts["disposal"], []).append(case)

    assert tally(cases["youth conditional caution"], question) == conditional
    assert tally(cases["community resolution"], question) == resolution


def test_brent_did_worse_by_community_resolutions_throughout() -> None:
    cases: dict[str, list[Case]] = {}
    for case in plan_of("brent-2019").cases:
        cases.setdefault(case.facts["disposal"], []).append(case)

    for question in ("3.1.1", "3.1.2", "3.1.3", "3.2.1", "3.2.2", "3.3.1", "3.3.2"):
        yes, relevant = tally(cases["youth conditional caution"], question)
        fewer, others = tally(cases["community resolution"], question)
        assert yes * others > fewer * relevant, question


def test_brent_has_the_risks_of_harm_its_text_gives() -> None:
    plan = plan_of("brent-2019")

    court = Counter(
        case.facts["risk of serious harm, judged"]
        for case in plan.cases
        if case.sample == "court disposals"
    )

    assert court["low"] == 1
    assert court["high"] == 15  # 52% of 29


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
        reconstruct(unfit("2.1.1", **fields), framework, Random(7))


def test_facts_for_fewer_cases_than_there_are_are_refused() -> None:
    report = read("trafford-2021")
    sample = msgspec.structs.replace(report.samples["court disposals"], cases=9)
    samples = {**report.samples, "court disposals": sample}

    with pytest.raises(DoesNotFit, match="8 of 9"):
        reconstruct(
            msgspec.structs.replace(report, samples=samples),
            framework_of("trafford-2021"),
            Random(7),
        )
