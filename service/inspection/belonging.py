"""Whether what is known of a case fits the sample it is in."""

from collections.abc import Mapping
from dataclasses import dataclass

from dsl.framework import Sample
from projections import RatingBook
from service.inspection import about


@dataclass(frozen=True, slots=True)
class Misfit:
    """The fact by which a case does not belong to its sample, and a sentence of it."""

    fact: str
    says: str


def misfit(sample: Sample, facts: Mapping[str, str]) -> Misfit | None:
    """The first fact that contradicts the sample; one not known contradicts nothing."""
    for test in sample.where:
        found = facts.get(test.fact)
        if found is not None and (found in test.values) == test.negated:
            says = (
                f"a case whose “{test.fact}” is `{found}` does not belong to sample "
                f"“{sample.name}”"
            )
            return Misfit(test.fact, says)
    return None


def outside_sample(book: RatingBook, case: str) -> str | None:
    """Why a case on record does not belong to its sample; it counts all the same."""
    sample = book.framework.samples[book.samples[case]]
    facts = {
        test.fact: entry.value
        for test in sample.where
        if (entry := book.entry(about.fact(case, test.fact))) is not None
    }
    found = misfit(sample, facts)
    return None if found is None else found.says
