"""Rated by the rules, the reconstructed counts give every published rating."""

from random import Random

import pytest

from dsl import packaged
from dsl.evidence import Count, Decision, Evidence
from dsl.framework import Effect, Framework
from dsl.outcome import Assessment
from dsl.rating.evaluate import evaluate
from service.demo import IDS, Plan, read, reconstruct
from service.demo.plan import Decide

RATED = tuple(it for it in IDS if it != "west-london-sqs-2016")


def plan_of(inspection: str) -> Plan:
    generator = Random(7)
    framework = framework_of(read(inspection).framework)
    return reconstruct(read(inspection), framework, generator)


def framework_of(name: str) -> Framework:
    framework = packaged(name).framework
    assert framework is not None
    return framework


def evidence_of(plan: Plan, framework: Framework) -> Evidence:
    counts: dict[str, Count] = {}
    for case in plan.cases:
        for part, answer in case.answers.items():
            effect = framework.answers[answer]
            sofar = counts.get(part, Count(0, 0))
            counts[part] = Count(
                sofar.yes + (effect is Effect.SUFFICIENT),
                sofar.relevant + (effect is not Effect.LEFT_OUT),
            )
    return Evidence(
        counts=counts,
        judgements=plan.published.judgements,
        decisions={
            step.standard: Decision(applied=True, rating=step.rating)
            for step in (submission.step for submission in plan.submissions)
            if isinstance(step, Decide)
        },
    )


def rate(plan: Plan) -> Assessment:
    framework = framework_of(plan.published.framework)
    return evaluate(framework, evidence_of(plan, framework))


@pytest.mark.parametrize("inspection", RATED)
def test_every_published_rating_and_the_score_come_out(inspection: str) -> None:
    plan = plan_of(inspection)
    published = plan.published

    rated = rate(plan)

    ratings = {part: outcome.rating for part, outcome in rated.standards.items()}
    assert ratings == published.ratings
    assert rated.overall is not None
    assert rated.overall.score == published.score
    assert rated.overall.maximum == published.maximum
    assert rated.overall.rating == published.overall
    assert not rated.provisional


@pytest.mark.parametrize("inspection", RATED)
def test_every_published_percentage_comes_out(inspection: str) -> None:
    plan = plan_of(inspection)

    rated = rate(plan)

    for code, figures in plan.published.questions.items():
        if figures.percent is not None:
            assert rated.questions[code].percentage == figures.percent, code


def test_trafford_before_discretion_is_what_the_report_says_it_was() -> None:
    plan = plan_of("trafford-2021")

    rated = rate(plan)

    for standard, section in plan.published.sections.items():
        if section.discretion:
            assert rated.standards[standard].computed == section.discretion.before


def test_waltham_forest_departs_from_guidance_where_the_report_says_so() -> None:
    plan = plan_of("waltham-forest-2024")

    rated = rate(plan)

    departed = {
        part: outcome.expects
        for part, outcome in rated.guidance.items()
        if outcome.departed
    }
    assert departed == {
        standard: section.departure.expected
        for standard, section in plan.published.sections.items()
        if section.departure
    }


def test_a_screening_is_counted_and_not_rated() -> None:
    rated = rate(plan_of("west-london-sqs-2016"))

    assert {outcome.rating for outcome in rated.questions.values()} == {None}
    assert rated.overall is None or rated.overall.rating is None
