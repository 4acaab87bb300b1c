"""How long it takes to say what would change, for one inspection and for a thousand."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from dsl import Framework, what_if
from dsl.framework import Scope
from dsl.what_if.compiled import compiled
from dsl.what_if.on_record import CaseOnRecord, OnRecord, counted
from service.impact import Held, Replayed, replayed
from tests.benchmarks.inspections import figures, framework_of
from tests.benchmarks.timing import Row, timed

_INSPECTIONS, _CASES = 1000, 50
_ANSWERS = ("Yes", "Yes", "No")


def what_if_rows(rounds: int) -> Sequence[Row]:
    """Fewest changes, versions beside one another, and impact with its reasons."""
    chance = Random(2021)
    youth, later = framework_of("youth-2020"), framework_of("youth-2021")
    one = figures(youth, chance)
    many = [figures(youth, chance) for _ in range(_INSPECTIONS)]
    held = [_held(youth, number, chance) for number in range(_INSPECTIONS)]
    stricter = _stricter(youth)

    def rated_twice() -> None:
        for made in (compiled(youth), compiled(stricter)):
            for evidence in many:
                made.rate(made.known(evidence))

    def impact(new: Framework) -> int:
        found = replayed(new, held, lambda _done, _of: None)
        return sum(isinstance(each, Replayed) and bool(each.changed) for each in found)

    thousand = f"impact on {_INSPECTIONS:,} inspections of {_CASES} cases"
    few = min(rounds, 3)
    return (
        Row(
            "fewest changed judgements, one inspection",
            timed(lambda: what_if(youth, one), rounds),
            50,
        ),
        Row(
            f"{_INSPECTIONS:,} inspections x 2 versions, from counts",
            timed(rated_twice, rounds),
            100,
        ),
        Row(
            f"{thousand}, one boundary ({impact(stricter)} change)",
            timed(lambda: impact(stricter), few),
            2000,
        ),
        Row(
            f"{thousand}, youth-2021 ({impact(later)} change)",
            timed(lambda: impact(later), few),
            2000,
        ),
    )


def _stricter(framework: Framework) -> Framework:
    """The same rules with 'Requires improvement' from 52%."""
    name, banding = next(
        (name, each) for name, each in framework.bandings.items() if each.percentages
    )
    lowest, second, *rest = banding.bands
    bands = (replace(lowest, high=51), replace(second, low=52), *rest)
    return replace(
        framework,
        hash="stricter",
        bandings={**framework.bandings, name: replace(banding, bands=bands)},
    )


def _held(framework: Framework, number: int, chance: Random) -> Held:
    samples = list(framework.samples.values())
    cases = []
    for case in range(_CASES):
        sample = samples[case % len(samples)]
        facts = {
            fact.name: chance.choice(fact.values)
            for fact in framework.facts.values()
            if fact.scope is Scope.CASE
        }
        answers = {
            question.id: chance.choice(_ANSWERS)
            for question in framework.questions.values()
            if question.asked_of_cases and question.domain in sample.domains
        }
        cases.append(CaseOnRecord(f"C-{case}", sample.name, facts, answers))
    judgements = figures(framework, chance).judgements
    record = OnRecord(tuple(cases), judgements, {}, {}, frozenset())
    evidence = counted(framework, record).evidence
    return Held(f"inspection-{number}", framework, evidence, record)
