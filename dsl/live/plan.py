"""A framework compiled into index arrays, once, for the live counters.

A cell is a part: the questions first, in framework order, then every other part after
all it reads. INVARIANT (upward): what reads a cell has a higher index. A slot is what a
case can answer: the questions again, under the same indexes, then their prompts.

Ratings are ranks, worst first from 0. What is not rated is a negative code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dsl.framework import (
    Counted,
    Effect,
    FactTest,
    NotInspected,
)
from dsl.outcome import Unrated

UNRATED = (
    Unrated.NOT_INSPECTED,
    Unrated.NO_RELEVANT_CASES,
    Unrated.NOT_ANSWERED,
    Unrated.COUNTS_ONLY,
    Unrated.PANEL_DECIDES,
)
NOT_INSPECTED, NO_RELEVANT_CASES, NOT_ANSWERED, COUNTS_ONLY, PANEL_DECIDES = range(
    -1, -6, -1
)
LEFT_OUT = (NOT_INSPECTED, NO_RELEVANT_CASES)

UNANSWERED, LEAVES_OUT, NOT_SUFFICIENT, SUFFICIENT = range(4)
EFFECTS = {
    Effect.LEFT_OUT: LEAVES_OUT,
    Effect.NOT_SUFFICIENT: NOT_SUFFICIENT,
    Effect.SUFFICIENT: SUFFICIENT,
}


@dataclass(frozen=True, slots=True)
class CountedRanks:
    """A count of cells within ranks; `of` is None for the rest."""

    clause: Counted
    of: tuple[int, ...] | None
    ranks: frozenset[int]


Test = tuple[CountedRanks | NotInspected | FactTest, ...]


@dataclass(frozen=True, slots=True)
class ByJudgement:
    """A rank that someone gives."""


@dataclass(frozen=True, slots=True)
class ByCount:
    """A rank for each whole percentage; none where counts are only reported."""

    ranks: tuple[int, ...] | None
    asked: bool  # whether an absent count is one that is awaited


@dataclass(frozen=True, slots=True)
class ByLowest:
    """The lowest rank of these cells."""

    of: tuple[int, ...]
    leaving_out: bool


@dataclass(frozen=True, slots=True)
class ByTotal:
    """A rank for each score, for each number of parts that are rated."""

    of: tuple[int, ...]
    leaving_out: bool
    points: tuple[int, ...]
    ranks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ByFirstRule:
    """The rank of the first test that holds."""

    of: tuple[int, ...]
    rows: tuple[tuple[int, Test], ...]
    panel_decides: bool


Way = ByJudgement | ByCount | ByLowest | ByTotal | ByFirstRule


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A cap: the rank it allows, and when; `number` is its place in the framework."""

    number: int
    rank: int
    when: Test


@dataclass(frozen=True, slots=True)
class Opening:
    """The grounds for discretion of one standard, as tables and numbers."""

    questions: tuple[int, ...]
    near: tuple[tuple[bool, ...], ...]  # by question, by percentage
    one_case: bool
    few_cases: int  # -1: no such ground
    ranks: tuple[tuple[int, ...], ...]  # by question, by percentage


@dataclass(frozen=True, slots=True)
class Expectation:
    """Guidance: the part, the cells it must find rated, and its rows."""

    part: int
    reads: tuple[int, ...]
    rows: tuple[tuple[int, Test], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of one framework that a changed answer may touch."""

    ranks: Mapping[str, int]
    cells: tuple[str, ...]
    cell: Mapping[str, int]
    questions: int  # how many cells and slots are questions
    ways: tuple[Way, ...]
    domains: tuple[str | None, ...]  # by cell
    ceilings: tuple[tuple[Ceiling, ...], ...]  # by cell
    above: tuple[frozenset[int], ...]  # by cell: the cells that read it
    openings: Mapping[int, Opening]
    guidance: Mapping[str, Expectation]
    slots: tuple[str, ...]
    slot: Mapping[str, int]
    question_of: tuple[int, ...]  # by slot
    groups: tuple[tuple[str, ...], ...]  # by slot: a case must be of all of them
    moved_by: Mapping[str, tuple[int, ...]]  # by fact of a case: the slots it may move
    asks: Mapping[str, bytes]  # by sample: whether each slot is asked
    effects: Mapping[str, int]
