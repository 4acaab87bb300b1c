"""Rates an inspection from its counts alone, by code generated from the plan.

For rating thousands of inspections, or one in thousands of ways. What the rules mean is
`dsl.evaluate`, which also gives the reasons; this is tested for equality with it.
Ratings are ranks and codes as `dsl.live.plan` has them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from dsl.evidence import Evidence
from dsl.framework import Framework
from dsl.live.compile import plan_of
from dsl.live.condition import expect, holds
from dsl.live.plan import NOT_ANSWERED, ByCount, Plan
from dsl.what_if.compiled_source import Printer
from dsl.what_if.compiled_steps import first, grounds, lowest, total

NONE = -1
_ASIDE, _AWAITED, _NO_CASES = -3, -2, -1  # in place of a percentage


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one inspection, by the numbers of a plan."""

    percentages: list[int]  # by question; below 0 what there is instead
    missing: list[int]  # by question: whether answers are
    yes: list[int]
    relevant: list[int]  # -1: a percentage without a count
    judged: list[int]  # by cell
    moved: list[int]  # by cell: where the panel moved it, -1 where it did not
    facts: Mapping[str, str]
    aside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ratings:
    """What came of it, by cell."""

    codes: list[int]
    computed: list[int]  # before discretion
    provisional: list[int]
    grounds: list[int]  # as bits
    scores: list[int]
    maxima: list[int]


_Rate = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated code of one framework."""

    plan: Plan
    source: str
    _rate: _Rate = field(repr=False)

    def known(self, evidence: Evidence) -> Known:
        """One inspection by number; parts that are not of the framework are ignored."""
        plan = self.plan
        counts, shares = evidence.counts, evidence.percentages
        aside = evidence.not_inspected
        size = plan.questions
        known = Known(
            [_AWAITED] * size,
            [0] * size,
            [0] * size,
            [NONE] * size,
            [NOT_ANSWERED] * len(plan.cells),
            [NONE] * len(plan.cells),
            evidence.facts,
            aside,
        )
        for index in range(size):
            part = plan.cells[index]
            count = counts.get(part)
            if aside and plan.domains[index] in aside:
                known.percentages[index] = _ASIDE
            elif count is not None:
                yes, relevant, missing = count.yes, count.relevant, count.missing
                known.yes[index], known.relevant[index] = yes, relevant
                if relevant:
                    percentage = (200 * yes + relevant) // (2 * relevant)
                    known.percentages[index] = percentage
                else:
                    known.percentages[index] = _AWAITED if missing else _NO_CASES
                known.missing[index] = missing > 0
            elif part in shares:
                known.percentages[index] = shares[part]
            else:
                way = plan.ways[index]
                known.missing[index] = isinstance(way, ByCount) and way.asked
        for part, rating in evidence.judgements.items():
            if part in plan.cell and rating in plan.ranks:
                known.judged[plan.cell[part]] = plan.ranks[rating]
        for part, decision in evidence.decisions.items():
            if decision.applied and part in plan.cell and decision.rating in plan.ranks:
                known.moved[plan.cell[part]] = plan.ranks[decision.rating]
        return known

    def rate(self, known: Known) -> Ratings:
        """Rate every part; a move that the rules do not admit is left aside."""
        size = len(self.plan.cells)
        ratings = Ratings(
            [NOT_ANSWERED] * size,
            [NOT_ANSWERED] * size,
            [0] * size,
            [0] * size,
            [NONE] * size,
            [NONE] * size,
        )
        self._rate(
            ratings.codes,
            ratings.computed,
            ratings.provisional,
            ratings.grounds,
            ratings.scores,
            ratings.maxima,
            known.percentages,
            known.missing,
            known.yes,
            known.relevant,
            known.judged,
            known.moved,
            known.facts,
            known.aside,
        )
        return ratings

    def expected(
        self, known: Known, ratings: Ratings
    ) -> Mapping[str, tuple[int, bool]]:
        """By part: the rank that guidance expects (-1: silent), whether it departs."""
        code = ratings.codes.__getitem__
        return {
            part: expect(guidance, code, known.facts, known.aside)
            for part, guidance in self.plan.guidance.items()
        }


_COMPILED: dict[str, Compiled] = {}


def compiled(framework: Framework) -> Compiled:
    """The generated code of a framework, kept by its hash."""
    if framework.hash not in _COMPILED:
        _COMPILED[framework.hash] = generate(framework)
    return _COMPILED[framework.hash]


def generate(framework: Framework) -> Compiled:
    """Generate the code of a framework."""
    plan = plan_of(framework)
    most_bands = {
        plan.cell[part]: rule.most_bands for part, rule in framework.discretion.items()
    }
    printer = Printer(plan, most_bands)
    source = printer.source()
    names: dict[str, object] = {
        "T": tuple(printer.tables),
        "K": tuple(printer.kept),
        "holds": holds,
        "lowest": lowest,
        "total": total,
        "first": first,
        "grounds": grounds,
    }
    exec(source, names)  # noqa: S102 - fixed words, list indexes and whole numbers only
    return Compiled(plan, source, cast("_Rate", names["rate"]))
