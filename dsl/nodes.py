"""What an author wrote, rule by rule, with the place of every word that can be wrong."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from dsl.framework import Effect, Quantity, Rounding, Scope
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


# ---- conditions


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


# ---- blocks


@dataclass(frozen=True, slots=True)
class GapNode:
    """`no fieldwork from 1 April 2020 until 31 August 2020 because "…"`"""

    first: Day
    last: Day
    because: str
    span: Span


@dataclass(frozen=True, slots=True)
class FrameworkNode:
    """`framework "Youth 2020" based on "Youth 2018" …`"""

    name: Word
    based_on: tuple[Word, ...]
    applies: tuple[tuple[Day, Day | None], ...]
    gaps: tuple[GapNode, ...]
    words: tuple[tuple[str, Word], ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """`document "Brent 2019" is "…"`"""

    name: Word
    title: str


@dataclass(frozen=True, slots=True)
class RatingsNode:
    """`ratings 'Inadequate' scores 0 …`"""

    rows: tuple[tuple[Word, Number], ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class AnswersNode:
    """`answers 'Yes' is sufficient …`"""

    rows: tuple[tuple[Word, Effect], ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class FactNode:
    """`fact "gender" of a case is one of "female", "male"`"""

    name: Word
    scope: Scope
    values: tuple[Word, ...]  # none for yes or no
    notes: Notes


@dataclass(frozen=True, slots=True)
class GroupNode:
    """`group "harm cases" is cases where …`"""

    name: Word
    where: tuple[FactTestNode, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class DomainNode:
    """`domain 2 "Court disposals"`"""

    name: Word
    title: str
    notes: Notes


@dataclass(frozen=True, slots=True)
class StandardNode:
    """`standard 2.2 "Planning" aim "…"`"""

    name: Word
    title: str
    aim: str | None
    notes: Notes


@dataclass(frozen=True, slots=True)
class PromptNode:
    """`prompt b "…" where applicable`"""

    letter: Word
    title: str
    where_applicable: bool


@dataclass(frozen=True, slots=True)
class QuestionNode:
    """`question 2.2.3 "…" for group "harm cases"`"""

    name: Word
    title: str
    asked_of_cases: bool
    group: Word | None
    prompts: tuple[PromptNode, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class BandNode:
    """`50 to 64 is 'Requires improvement' called "Too few"`"""

    low: int | None  # none: `below`
    high: int | None  # none: `or more`
    rating: Word
    called: str | None
    span: Span  # of the range


@dataclass(frozen=True, slots=True)
class BandingNode:
    """`banding "share of cases" of whole percentages, halves rounded up …`"""

    name: Word
    scores: tuple[Number, Number] | None  # none: percentages
    rows: tuple[BandNode, ...]
    notes: Notes
    span: Span  # of the range


@dataclass(frozen=True, slots=True)
class JudgementNode:
    """`judgement of "the lead inspector"`"""

    by: str | None


@dataclass(frozen=True, slots=True)
class PercentageNode:
    """`the percentage of relevant cases answered 'Yes' using banding "…"`"""

    answer: Word
    banding: Word


@dataclass(frozen=True, slots=True)
class LowestNode:
    """`the lowest rating of their questions leaving out those not rated`"""

    of: Parts | Named
    leaving_out: bool
    span: Span


@dataclass(frozen=True, slots=True)
class TotalNode:
    """`the total score of standards in domains 1 and 2 using banding "…"`"""

    of: Parts
    in_proportion: bool
    banding: Word


@dataclass(frozen=True, slots=True)
class CountsOnlyNode:
    """`counts only`"""


@dataclass(frozen=True, slots=True)
class FirstRuleNode:
    """`the first rule that applies …`"""

    rows: tuple[RowNode, ...]
    panel_decides: bool
    span: Span


MethodNode = (
    JudgementNode
    | PercentageNode
    | LowestNode
    | TotalNode
    | CountsOnlyNode
    | FirstRuleNode
)


@dataclass(frozen=True, slots=True)
class RateNode:
    """`rate standards in domain 1 by judgement`"""

    parts: Parts
    method: MethodNode
    notes: Notes


@dataclass(frozen=True, slots=True)
class CapNode:
    """`cap overall at 'Requires improvement' when …`"""

    parts: Parts
    row: RowNode
    notes: Notes


@dataclass(frozen=True, slots=True)
class GuidanceNode:
    """`guidance for standard 1.1 usually 'Inadequate' when …`"""

    parts: Parts
    rows: tuple[RowNode, ...]
    needs_reason: bool
    notes: Notes


@dataclass(frozen=True, slots=True)
class DiscretionNode:
    """`discretion for standards in domain 2 may be considered when …`"""

    parts: Parts
    near_points: Number | None
    one_case: bool
    few_cases: Number | None
    most_bands: Number
    by: str
    considers: tuple[str, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class SampleNode:
    """`sample "court disposals" for domain 2 …`"""

    name: Word
    domains: tuple[Stretch, ...]
    where: tuple[FactTestNode, ...]
    started_months: tuple[int, int] | None
    share_per_cent: int | None
    confidence_per_cent: int | None
    margin_points: int | None
    matched_on: tuple[Word, ...]
    rounding: Rounding
    notes: Notes


# ---- tests


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


NamedNode = (
    DocumentNode
    | FactNode
    | GroupNode
    | DomainNode
    | StandardNode
    | QuestionNode
    | BandingNode
    | SampleNode
)
"""Blocks that other blocks refer to by name or number."""

RuleNode = RateNode | CapNode | GuidanceNode | DiscretionNode
"""Blocks about parts that other blocks define."""

Node = NamedNode | RuleNode | FrameworkNode | RatingsNode | AnswersNode | TestNode


class Verb(Enum):
    """What a block does to the version this one is based on."""

    ADD = "add"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Remove:
    """`remove question 3.4.1`"""

    kind: str
    name: Word


@dataclass(frozen=True, slots=True)
class Statement:
    """One block, read."""

    node: Node | Remove
    verb: Verb
    file: str
    line: int
    says: str | None
    span: Span  # of its first line's words
