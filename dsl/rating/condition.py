"""Whether a condition holds, and which of its counts says so.

A part that is not inspected or has no relevant cases is not counted. Any other part
without a rating, and a fact nobody has recorded, leave the condition not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from dsl.evidence import Evidence
from dsl.framework import (
    Condition,
    Counted,
    FactTest,
    Framework,
    NotInspected,
    Quantity,
)
from dsl.outcome import Outcome, Unrated
from dsl.rating.wording import are, called, kind_of, listed, one_of_ratings

LEFT_OUT = frozenset({Unrated.NOT_INSPECTED, Unrated.NO_RELEVANT_CASES})
"""States that are left out of what is above, where the rule says so."""


@dataclass(frozen=True, slots=True)
class View:
    """What rules may look at: the evidence, and the outcomes of the parts below."""

    framework: Framework
    evidence: Evidence
    outcomes: Mapping[str, Outcome]

    def rank(self, rating: str) -> int:
        """Place of a rating on the scale, worst first from 0."""
        return [each.name for each in self.framework.ratings].index(rating)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds (None: not known yet) and one clause that says why."""

    because: str
    holds: bool | None


def judge(condition: Condition, view: View) -> Verdict:
    """Judge all clauses in the order written; `the rest` follows the first count."""
    verdicts: list[Verdict] = []
    misses: list[tuple[str, ...] | None] = []
    for clause in condition:
        match clause:
            case Counted():
                rest = misses[0] if misses else None
                verdict, missed = _judge_count(
                    clause, rest if clause.of is None else clause.of, view
                )
                misses.append(missed)
            case NotInspected(domain=domain):
                verdict = _judge_inspection(domain, view)
            case FactTest():
                verdict = judge_fact(clause, view.evidence.facts)
            case _:
                assert_never(clause)
        verdicts.append(verdict)
    return _all_hold(verdicts)


def fact_holds(test: FactTest, facts: Mapping[str, str]) -> bool | None:
    """Whether a fact is as the test asks; None while it is not recorded."""
    value = facts.get(test.fact)
    return None if value is None else (value in test.values) != test.negated


def judge_fact(test: FactTest, facts: Mapping[str, str]) -> Verdict:
    """Judge one fact, in words."""
    value = facts.get(test.fact, "not known")
    return Verdict(f'"{test.fact}" is {value}', holds=fact_holds(test, facts))


def _all_hold(verdicts: Sequence[Verdict]) -> Verdict:
    for decisive in (False, None):
        for verdict in verdicts:
            if verdict.holds is decisive:
                return verdict
    return Verdict(listed([verdict.because for verdict in verdicts]), holds=True)


def _judge_inspection(domain: str, view: View) -> Verdict:
    aside = domain in view.evidence.not_inspected
    state = "not inspected" if aside else "inspected"
    word = called(view.framework, "domain")
    return Verdict(f"{word} {domain} is {state}", holds=aside)


def _judge_count(
    clause: Counted, of: tuple[str, ...] | None, view: View
) -> tuple[Verdict, tuple[str, ...] | None]:
    """The verdict, and the parts that missed the ratings asked for, once known."""
    if of is None:
        return Verdict("the rest is not known yet", holds=None), None
    open_parts = [part for part in of if _is_open(view.outcomes[part])]
    if open_parts:
        missing = f"{listed(open_parts)} {are(len(open_parts))} not rated yet"
        return Verdict(missing, holds=None), None
    rated = [part for part in of if view.outcomes[part].rating is not None]
    missed = tuple(
        part for part in rated if view.outcomes[part].rating not in clause.ratings
    )
    matched = len(rated) - len(missed)
    noun = f"{kind_of(view.framework, rated[0])}s" if rated else "parts"
    whole = f"the other {len(rated)}" if clause.of is None else f"{len(rated)} {noun}"
    because = (
        f"{matched} of {whole} {are(matched)}"
        f" {one_of_ratings(view.framework, clause.ratings)}"
    )
    if satisfies(clause, matched, len(rated)):
        return Verdict(because, holds=True), missed
    return Verdict(f"{because}, not {_spoken(clause)}", holds=False), missed


def _is_open(outcome: Outcome) -> bool:
    return outcome.rating is None and outcome.unrated not in LEFT_OUT


def satisfies(clause: Counted, matched: int, total: int) -> bool:
    """Whether `matched` parts of `total` are as many as the clause asks for."""
    match clause.quantity:
        case Quantity.ALL:
            return matched == total
        case Quantity.NONE:
            return matched == 0
        case Quantity.MORE_THAN_HALF:
            return 2 * matched > total
        case Quantity.FEWER_THAN_HALF:
            return 2 * matched < total
        case Quantity.OR_MORE:
            return matched >= (clause.number or 0)
        case Quantity.OR_FEWER:
            return matched <= (clause.number or 0)
        case _:
            assert_never(clause.quantity)


def _spoken(clause: Counted) -> str:
    if clause.number is None:
        return clause.quantity.value
    return f"{clause.number} {clause.quantity.value}"
