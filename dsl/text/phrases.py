"""What rules are made of: words, parts and conditions, each with its place."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from dsl.framework import Quantity
from dsl.source import Span


@dataclass(frozen=True, slots=True)
class Word:
    """A name, rating or part without its quotes; equal wherever it stands."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """`50`"""

    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class Day:
    """`1 September 2020`; no value where there is no such day."""

    value: date | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class SourceNote:
    """`source "Brent 2019", "Annex 2"`"""

    document: Word
    place: str | None


@dataclass(frozen=True, slots=True)
class Notes:
    """What a rule rests on."""

    sources: tuple[SourceNote, ...] = ()
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """`2.1 to 2.4`, or `2.1` alone"""

    first: Word
    last: Word | None
    span: Span


class Among(Enum):
    """How a scope names its parts."""

    OVERALL = "overall"
    ALL = "all standards"
    LISTED = "standards 2.1 to 2.4"
    IN_DOMAINS = "standards in domains 2 and 3"
    OF_STANDARDS = "questions of standard 3.4"


@dataclass(frozen=True, slots=True)
class Parts:
    """`standards in domains 2 and 3 except 3.4`"""

    among: Among
    kind: str  # "domain", "standard", "question"; "overall"
    of: tuple[Stretch, ...]
    without: tuple[Stretch, ...]
    span: Span


class Named(Enum):
    """Sets of standards that have a name of their own."""

    THEIR_QUESTIONS = "their questions"
    THE_STANDARDS = "the standards"
    THE_REST = "the rest"


@dataclass(frozen=True, slots=True)
class FactTestNode:
    """`"disposal" is not one of "youth caution", "community resolution"`"""

    fact: Word
    values: tuple[Word, ...]
    negated: bool
    span: Span


class Towards(Enum):
    """Which neighbours of a rating count with it."""

    BETTER = "or better"
    WORSE = "or worse"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class RatingTest:
    """`'Good' or better`"""

    ratings: tuple[Word, ...]
    towards: Towards


@dataclass(frozen=True, slots=True)
class CountedNode:
    """`more than half of the rest are 'Inadequate'`"""

    quantity: Quantity
    number: Number | None
    of: Parts | Named
    test: RatingTest
    span: Span


@dataclass(frozen=True, slots=True)
class NotInspectedNode:
    """`domain 2 is not inspected`"""

    domain: Word
    span: Span


ClauseNode = CountedNode | NotInspectedNode | FactTestNode


@dataclass(frozen=True, slots=True)
class RowNode:
    """`'Inadequate' when 2 or more of the standards are 'Inadequate'`"""

    rating: Word
    when: tuple[ClauseNode, ...]
    span: Span
