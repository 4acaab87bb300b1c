"""What a `test` says, with the place of every word that can be wrong."""

from dataclasses import dataclass

from dsl.source import Span
from dsl.text.phrases import FactTestNode, Notes, NotInspectedNode, Word


@dataclass(frozen=True, slots=True)
class CountNode:
    """`11 of 17`"""

    yes: int
    relevant: int
    span: Span


@dataclass(frozen=True, slots=True)
class PercentNode:
    """`65%`"""

    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class GivenNode:
    """`2.4.2 is 11 of 17`, `1.1 is 'Good'`"""

    part: Word
    value: Word | CountNode | PercentNode
    span: Span


@dataclass(frozen=True, slots=True)
class MoveNode:
    """`panel moves 2.1 to 'Requires improvement' because "…"`"""

    part: Word
    rating: Word
    because: str
    span: Span


GivenLine = GivenNode | MoveNode | FactTestNode | NotInspectedNode


@dataclass(frozen=True, slots=True)
class ExpectRating:
    """`2.1 is 'Inadequate' before discretion`; no rating: `is not rated`"""

    part: Word
    rating: Word | None
    before_discretion: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectFigure:
    """`2.4.2 is 65%`"""

    part: Word
    value: CountNode | PercentNode
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectOpen:
    """`2.2 is open to discretion`"""

    part: Word
    is_open: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectScore:
    """`score is 20 of 36`"""

    score: int
    maximum: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectGuidance:
    """`guidance for 1.1 says 'Inadequate'`"""

    part: Word
    rating: Word
    span: Span


ExpectLine = ExpectRating | ExpectFigure | ExpectOpen | ExpectScore | ExpectGuidance


@dataclass(frozen=True, slots=True)
class TestNode:
    """`test "Trafford 2021" given … expect …`"""

    __test__ = False  # not pytest's business

    name: Word
    given: tuple[GivenLine, ...]
    expects: tuple[ExpectLine, ...]
    notes: Notes
