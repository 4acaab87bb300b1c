"""Which cases of a caseload a sample may be drawn from, and why the others may not.

Nothing is dropped in silence: whatever cannot be placed is left out with its rows and
a reason, so that the population can be checked against the file.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dsl.framework import Sample
from dsl.rating.condition import judge_fact

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Case:
    """What one row of a caseload says of a case; a fact not there is not known."""

    reference: str
    row: int  # as the file counts: the headings are row 1
    started_on: date | None
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case that could not be drawn, though it may belong to the sample."""

    case: str
    rows: tuple[int, ...]
    reason: str  # a clause: `"disposal" is not known`


@dataclass(frozen=True, slots=True)
class Eligible:
    """The population of one sample, and the cases that only seemed to be of it."""

    sample: Sample
    cases: tuple[Case, ...]
    left_out: tuple[LeftOut, ...]


def once_each(cases: Sequence[Case]) -> tuple[tuple[Case, ...], tuple[LeftOut, ...]]:
    """The cases that are told one way, and those told two ways.

    Rows that say the same count once, at the first of them. Rows that differ are all
    left out: whichever were kept, the order of the file would decide.
    """
    rows: dict[str, list[Case]] = {}
    for case in cases:
        rows.setdefault(case.reference, []).append(case)
    kept, left_out = [], []
    for reference, told in rows.items():
        at = tuple(case.row for case in told)
        if any(not _says_the_same(told[0], other) for other in told):
            left_out.append(LeftOut(reference, at, "its rows do not say the same"))
        else:
            kept.append(told[0])
            if len(told) > 1:
                reason = "it is listed more than once and counted once"
                left_out.append(LeftOut(reference, at[1:], reason))
    return tuple(kept), tuple(left_out)


def populations(
    samples: Sequence[Sample], cases: Sequence[Case], fieldwork: date
) -> tuple[Eligible, ...]:
    """The population of each sample; a case is of the first sample that takes it."""
    taken: dict[str, str] = {}
    found: list[Eligible] = []
    for sample in samples:
        eligible, left_out = [], []
        for case in cases:
            reason = _obstacle(sample, case, fieldwork)
            if reason is None and case.reference in taken:
                reason = f'it is of the sample "{taken[case.reference]}"'
            if reason is None:
                taken[case.reference] = sample.name
                eligible.append(case)
            elif reason:
                left_out.append(LeftOut(case.reference, (case.row,), reason))
        found.append(Eligible(sample, tuple(eligible), tuple(left_out)))
    return tuple(found)


def window(months: tuple[int, int], fieldwork: date) -> tuple[date, date]:
    """First and last day on which a case may have started; both are inside.

    `6 to 9 months before` 3 December is 3 March to 3 June; a day that a month does not
    have is its last day.
    """
    return (
        _months_before(fieldwork, max(months)),
        _months_before(fieldwork, min(months)),
    )


def _obstacle(sample: Sample, case: Case, fieldwork: date) -> str | None:
    """Why a case is not of a sample: None if it is, empty if it never seemed so."""
    verdicts = [judge_fact(test, case.facts) for test in sample.where]
    if any(verdict.holds is False for verdict in verdicts):
        return ""
    for verdict in verdicts:
        if verdict.holds is None:
            return verdict.because
    if sample.started_months is None:
        return None
    if case.started_on is None:
        return "its start is not known"
    first, last = window(sample.started_months, fieldwork)
    if first <= case.started_on <= last:
        return None
    return f"it started outside {first} to {last}"


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _says_the_same(one: Case, other: Case) -> bool:
    return one.started_on == other.started_on and one.facts == other.facts
