"""How cases are chosen: a caseload is frozen, samples are drawn, reserves called up.

Everything follows from the frozen caseload, the seed and the framework, so that anybody
who may open the caseload can draw the same cases again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from dsl.framework import Sample
from dsl.sampling.draw import NotDrawable, draw, stratum_of
from dsl.sampling.eligibility import Case, Eligible, once_each, populations
from dsl.sampling.method import METHOD
from dsl.sampling.shortfall import shortfalls
from events.inspection import CaseloadFrozen, SampleDrawn
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.fieldwork.commands import (
    CallUpReserve,
    DrawSamples,
    FreezeCaseload,
)
from service.inspection.joining import joined
from service.refusal import Refused


def freeze(command: FreezeCaseload, book: RatingBook) -> Sequence[NewEvent]:
    """A caseload can be frozen anew until samples are drawn from it."""
    _not_drawn(book)
    framework = book.framework
    if not framework.samples:
        raise Refused("not-drawable", f"`{framework.id}` has no samples to draw")
    single, _ = once_each(command.cases)
    found = populations(
        tuple(framework.samples.values()), single, book.announced.fieldwork_starts_on
    )
    frozen = CaseloadFrozen(
        digest=command.digest,
        cases=len(single),
        samples={each.sample.name: len(each.cases) for each in found},
        strata={each.sample.name: _strata(each) for each in found},
        rows=command.rows,
    )
    return (NewEvent(frozen, about.CASELOAD),)


def draw_samples(command: DrawSamples, book: RatingBook) -> Sequence[NewEvent]:
    """Every sample at once, because their sizes follow from one another; and only once.

    A second draw could be preferred to the first for what it drew.
    """
    _not_drawn(book)
    _still_frozen(book, command.caseload)
    try:
        drawing = draw(
            book.framework,
            command.cases,
            fieldwork=book.announced.fieldwork_starts_on,
            seed=command.seed,
        )
    except NotDrawable as fault:
        raise Refused("not-drawable", fault.sentence) from fault
    missed = shortfalls(drawing)
    facts = {case.reference: case.facts for case in command.cases}
    events: list[NewEvent] = []
    for each in drawing.draws:
        name = each.sample.name
        drawn = SampleDrawn(
            sample=name,
            caseload=command.caseload,
            method=METHOD,
            seed=command.seed,
            population=each.population,
            size=len(each.cases),
            reserves=tuple(reserve.case for reserve in each.reserves),
            shortfalls=dict(missed[name]),
        )
        events.append(NewEvent(drawn, about.sample(name)))
        for chosen in each.cases:
            events += joined(book, chosen.case, name, facts[chosen.case])
    return events


def call_up(command: CallUpReserve, book: RatingBook) -> Sequence[NewEvent]:
    """The first reserve of the excluded case's own stratum, or the first of all."""
    if status_of(book, command.case) != "excluded":
        raise Refused(
            "not-excluded",
            f"case `{command.case}` counts; exclude it, then call up a reserve",
        )
    stand_in = book.casework.stands_in.get(command.case)
    if stand_in is not None:
        raise Refused(
            "case-replaced", f"`{stand_in}` stands in for case `{command.case}` already"
        )
    drawn = book.casework.samples.get(book.samples[command.case])
    left = () if drawn is None else drawn.fact.reserves
    free = [case for case in left if case not in book.samples]
    if drawn is None or not free:
        raise Refused(
            "no-reserves",
            f"no reserve is left for the sample of case `{command.case}`",
        )
    _still_frozen(book, command.caseload)
    sample = book.framework.samples[drawn.fact.sample]
    told = {case.reference: case for case in command.cases}
    chosen = _first_like(command.case, free, sample, told)
    facts = told[chosen].facts
    return joined(book, chosen, sample.name, facts, replaces=command.case)


def _first_like(
    case: str, free: Sequence[str], sample: Sample, told: Mapping[str, Case]
) -> str:
    if case in told:
        wanted = stratum_of(sample, told[case])
        for reserve in free:
            if stratum_of(sample, told[reserve]) == wanted:
                return reserve
    return free[0]


def _not_drawn(book: RatingBook) -> None:
    if book.casework.samples:
        raise Refused(
            "samples-drawn", "samples were drawn from the caseload; they stand"
        )


def _still_frozen(book: RatingBook, version: int) -> None:
    frozen = book.casework.caseload
    if frozen is None or frozen.done.version != version:
        raise Refused(
            "stale-answer", "another caseload was frozen meanwhile; send this again"
        )


def _strata(eligible: Eligible) -> dict[str, dict[str, int]]:
    """How many cases there are of each value of each fact matched on."""
    told = [stratum_of(eligible.sample, case) for case in eligible.cases]
    return {
        fact: dict(Counter(stratum[place] for stratum in told))
        for place, fact in enumerate(eligible.sample.matched_on)
    }
