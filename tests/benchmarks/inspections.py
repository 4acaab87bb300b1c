"""Made-up inspections of the packaged frameworks: as figures, and case by case."""

from collections.abc import Callable
from functools import partial
from random import Random

from dsl import Count, Evidence, Framework, Judgement, LiveRatings, Scope, packaged
from dsl.framework import FirstRule, Sample

_SUFFICIENT = 0.65


def framework_of(framework_id: str) -> Framework:
    """A packaged framework, which has no mistakes."""
    framework = packaged(framework_id).framework
    assert framework is not None
    return framework


def figures(framework: Framework, chance: Random, *, cases: int = 50) -> Evidence:
    """Counts of every question that is asked of cases, and every judgement."""
    counts = {}
    for question in framework.questions.values():
        if question.asked_of_cases:
            relevant = chance.randint(max(1, cases // 3), cases)
            share = min(1.0, max(0.0, chance.gauss(_SUFFICIENT, 0.15)))
            counts[question.id] = Count(round(relevant * share), relevant)
    ratings = [each.name for each in framework.ratings]
    return Evidence(
        counts=counts,
        judgements={part: chance.choice(ratings) for part in _judged(framework)},
        facts={
            name: chance.choice(fact.values)
            for name, fact in framework.facts.items()
            if fact.scope is not Scope.CASE
        },
    )


Step = Callable[[LiveRatings], object]


def answered(framework: Framework, chance: Random, *, cases: int) -> LiveRatings:
    """An inspection after all its steps."""
    live = LiveRatings(framework)
    for step in steps(framework, chance, cases=cases):
        step(live)
    return live


def steps(framework: Framework, chance: Random, *, cases: int) -> list[Step]:
    """Every case with every fact and every answer, in turn from each sample."""
    samples = list(framework.samples.values())
    done: list[Step] = []
    for number in range(cases):
        case, sample = f"C-{number}", samples[number % len(samples)]
        done.append(partial(LiveRatings.add_case, case=case, sample=sample.name))
        for fact in framework.facts.values():
            if fact.scope is Scope.CASE:
                value = chance.choice(fact.values)
                record = partial(LiveRatings.record_fact, case=case, fact=fact.name)
                done.append(partial(record, value=value))
        for part in _asked(framework, sample):
            answer = "Yes" if chance.random() < _SUFFICIENT else "No"
            done.append(
                partial(LiveRatings.answer, case=case, part=part, answer=answer)
            )
    ratings = [each.name for each in framework.ratings]
    for part in _judged(framework):
        rating = chance.choice(ratings)
        done.append(partial(LiveRatings.judge, part=part, rating=rating))
    return done


def _asked(framework: Framework, sample: Sample) -> list[str]:
    return [
        part
        for question in framework.questions.values()
        if question.asked_of_cases and question.domain in sample.domains
        for part in (question.id, *(prompt.id for prompt in question.prompts))
    ]


def _judged(framework: Framework) -> list[str]:
    return [
        part
        for part, rate in framework.rates.items()
        if isinstance(rate.method, Judgement)
        or (isinstance(rate.method, FirstRule) and rate.method.panel_decides)
    ]
