"""What an author wrote, rule by rule, with the place of each word that can be wrong."""

from dataclasses import dataclass
from enum import Enum

from dsl.framework import Effect, Quantity, Rounding, Scope
from dsl.source import Span
from dsl.text.phrases import (
    Day,
    FactTestNode,
    Named,
    Notes,
    Number,
    Parts,
    RowNode,
    Stretch,
    Word,
)
from dsl.text.test_node import TestNode


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
    again: tuple[Span, ...]  # lines that say what an earlier line said
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
    """`prompt b "…" where applicable for group "harm cases"`"""

    letter: Word
    title: str
    where_applicable: bool
    group: Word | None


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
    as_percentage: bool
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
class AgainstNode:
    """`more than half of their prompts speak against the answer`"""

    quantity: Quantity
    number: Number | None


@dataclass(frozen=True, slots=True)
class WarningNode:
    """`warning for questions in domain 2 when …`"""

    parts: Parts
    against: AgainstNode | None
    missing: bool
    late: Number | None  # days
    again: tuple[Span, ...]  # signs named more than once
    notes: Notes


@dataclass(frozen=True, slots=True)
class SampleNode:
    """`sample "court disposals" for domain 2 …`"""

    name: Word
    domains: tuple[Stretch, ...]
    where: tuple[FactTestNode, ...]
    started_months: tuple[Number, Number] | None
    share_per_cent: Number | None
    confidence_per_cent: Number | None
    margin_points: Number | None
    matched_on: tuple[Word, ...]
    rounding: Rounding
    again: tuple[Span, ...]  # lines that say what an earlier line said
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

RuleNode = RateNode | CapNode | GuidanceNode | DiscretionNode | WarningNode
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
