"""From published figures to an inspection that arrives at them, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from dsl.framework import Effect, Framework
from service.demo import closing
from service.demo.allot import allot_answers, draw_cases
from service.demo.fieldwork import (
    allocate_cases,
    assess_cases,
    check_cases,
    join_cases,
    through_the_day,
)
from service.demo.plan import (
    CHAIR,
    DECIDERS,
    LEAD,
    Case,
    Decide,
    Depart,
    Finish,
    Plan,
)
from service.demo.published import (
    Basis,
    DiscretionUsed,
    Published,
    Tally,
    counts_that_fit,
)

_FRIDAY_TO_MONDAY = timedelta(days=3)
_PANEL_TO_PUBLICATION = timedelta(days=70)


@dataclass(frozen=True, slots=True)
class Choice:
    """How one question's count is known, and which others would fit as well."""

    question: str
    count: Tally
    basis: Basis
    place: str
    fits: tuple[Tally, ...]  # over the question's samples; empty where counts are given
    note: str | None


def reconstruct(published: Published, framework: Framework, rng: Random) -> Plan:
    """The same generator state gives the same plan.

    Raises DoesNotFit where the figures cannot hold under this framework.
    """
    drawn = draw_cases(published, rng)
    answers = allot_answers(published, framework, drawn, rng)
    cases = tuple(
        Case(case.ref, case.sample, case.facts, answers[case.ref]) for case in drawn
    )
    fieldwork = published.fieldwork
    assessed = assess_cases(cases, framework, fieldwork, published.inspectors, rng)
    monday = fieldwork.ends_on + _FRIDAY_TO_MONDAY
    panel_on = published.panel_on or monday + timedelta(days=1)
    out_on = panel_on + _PANEL_TO_PUBLICATION
    return Plan(
        published,
        cases,
        (
            *join_cases(cases, framework, fieldwork),
            *allocate_cases(assessed, fieldwork),
            *assessed,
            *through_the_day(
                monday,
                [
                    *check_cases(assessed),
                    *closing.judged(published),
                    (LEAD, Finish()),
                ],
            ),
            *through_the_day(
                panel_on,
                [
                    *_panel(published, cases, framework, rng),
                    *closing.agreed(published),
                    *closing.checked(),
                ],
            ),
            *through_the_day(out_on, [*closing.published()]),
        ),
    )


def choices(published: Published, framework: Framework) -> Sequence[Choice]:
    """Every count with its basis and its place in the report, in the report's order."""
    return [
        Choice(
            code,
            (figures.yes, figures.relevant),
            figures.basis,
            section.place,
            ()
            if figures.percent is None
            else counts_that_fit(
                figures.percent, cases=_cases_asked(published, framework, code)
            ),
            figures.note,
        )
        for section in published.sections.values()
        for code, figures in section.questions.items()
    ]


def _cases_asked(published: Published, framework: Framework, code: str) -> int:
    domain = framework.questions[code].domain
    return sum(
        sample.cases
        for name, sample in published.samples.items()
        if domain in framework.samples[name].domains
    )


def _panel(
    published: Published, cases: Sequence[Case], framework: Framework, rng: Random
) -> Iterator[closing.By]:
    """Discretion first: guidance reads the ratings it leaves."""
    for standard, section in published.sections.items():
        if used := section.discretion:
            reviewed = _reviewed(used, cases, framework.answers, rng)
            decide = Decide(standard, used.after, (reviewed,), DECIDERS, used.reason)
            yield from closing.moved(decide)
    for standard, section in published.sections.items():
        if departure := section.departure:
            yield CHAIR, Depart(standard, departure.reason)


def _reviewed(
    used: DiscretionUsed,
    cases: Sequence[Case],
    effects: Mapping[str, Effect],
    rng: Random,
) -> str:
    """One of the cases that fell short on the question the standard hung on."""
    return rng.choice(
        [
            case.ref
            for case in cases
            if used.question in case.answers
            and effects[case.answers[used.question]] is Effect.NOT_SUFFICIENT
        ]
    )
