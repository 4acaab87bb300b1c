"""Draws the samples of a framework from a caseload, with a seed that is kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dsl.framework import Framework, Sample
from dsl.sampling.eligibility import Case, Eligible, LeftOut, once_each, populations
from dsl.sampling.method import select
from dsl.sampling.plan import Plan, plan_sizes
from dsl.sampling.size import margin_of_error

NOT_KNOWN = "not known"
"""Stands in a stratum for a fact that the caseload does not give."""


class NotDrawable(Exception):
    """These rules draw nothing: a stable code and one sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case that was drawn or stands by, with its values of the facts matched on."""

    case: str
    row: int
    stratum: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many cases have one value of a fact, there and in the sample."""

    fact: str
    value: str
    population: int
    drawn: int
    margin_tenths: int | None  # of a percentage of these cases alone


@dataclass(frozen=True, slots=True)
class Draw:
    """One sample, drawn.

    `reserves` are all the other cases in call-up order: for a case that falls out, the
    first of its own stratum, or the first of all where its stratum has no more.
    """

    sample: Sample
    plan: Plan
    population: int
    cases: tuple[Chosen, ...]
    reserves: tuple[Chosen, ...]
    margin_tenths: int | None
    shares: tuple[Share, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Every sample of a framework, drawn from one caseload."""

    draws: tuple[Draw, ...]
    left_out: tuple[LeftOut, ...]  # from every sample alike
    of_no_sample: int  # cases that no sample asked for


def draw(
    framework: Framework, cases: Sequence[Case], *, fieldwork: date, seed: str
) -> Drawing:
    """Draw every sample; raises NotDrawable where the rules cannot be carried out.

    All are drawn at once because sizes follow from one another.
    """
    samples = tuple(framework.samples.values())
    if not framework.samples:
        raise NotDrawable("no-samples", f"`{framework.id}` has no samples to draw")
    single, repeated = once_each(cases)
    eligible = populations(samples, single, fieldwork)
    plans = plan_sizes(
        samples, {each.sample.name: len(each.cases) for each in eligible}
    )
    placed = {case.reference for each in eligible for case in each.cases}
    placed |= {left.case for each in eligible for left in each.left_out}
    return Drawing(
        tuple(
            _draw(framework, each, plans[each.sample.name], seed) for each in eligible
        ),
        repeated,
        sum(case.reference not in placed for case in single),
    )


def _draw(framework: Framework, eligible: Eligible, plan: Plan, seed: str) -> Draw:
    sample, cases = eligible.sample, {each.reference: each for each in eligible.cases}
    values = {
        fact: (*framework.facts[fact].values, NOT_KNOWN) for fact in sample.matched_on
    }
    chosen = {
        reference: Chosen(reference, case.row, stratum_of(sample, case))
        for reference, case in cases.items()
    }
    strata = {
        reference: tuple(map(tuple.index, values.values(), each.stratum))
        for reference, each in chosen.items()
    }
    size = min(plan.size, len(cases))
    selection = select(strata, size, sample=sample.name, seed=seed)
    drawn = tuple(chosen[reference] for reference in selection.drawn)
    return Draw(
        sample,
        plan,
        len(cases),
        drawn,
        tuple(chosen[reference] for reference in selection.reserves),
        _margin(size, len(cases), plan.confidence),
        tuple(_shares(values, tuple(chosen.values()), drawn, plan.confidence)),
        eligible.left_out,
    )


def stratum_of(sample: Sample, case: Case) -> tuple[str, ...]:
    """Its values of the facts matched on."""
    return tuple(case.facts.get(fact, NOT_KNOWN) for fact in sample.matched_on)


def _margin(cases: int, population: int, confidence: int | None) -> int | None:
    """Nothing is off where all were taken; not known where no confidence is set."""
    if confidence is None:
        return 0 if cases == population > 0 else None
    return margin_of_error(cases, population=population, confidence=confidence)


def _shares(
    values: Mapping[str, Sequence[str]],
    eligible: Sequence[Chosen],
    drawn: Sequence[Chosen],
    confidence: int | None,
) -> Iterator[Share]:
    for place, (fact, known) in enumerate(values.items()):
        there = Counter(each.stratum[place] for each in eligible)
        here = Counter(each.stratum[place] for each in drawn)
        for value in known:
            if there[value]:
                margin = _margin(here[value], there[value], confidence)
                yield Share(fact, value, there[value], here[value], margin)
