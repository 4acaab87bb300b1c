"""A framework: one checked, complete version of the rules, ready to rate with.

Everything the author wrote by reference is resolved here: scopes are tuples of parts in
framework order, ratings are their names as the scale spells them, and `based on` has
been flattened away. Nothing in a framework can be missing, circular or doubly defined;
`dsl.check` has refused that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

OVERALL = "overall"
"""The part above all standards, in `Framework.rates` and wherever a part is named."""


class Effect(StrEnum):
    """What an answer does to a count."""

    SUFFICIENT = "sufficient"
    NOT_SUFFICIENT = "not sufficient"
    LEFT_OUT = "left out"


class Scope(StrEnum):
    """What a fact is about."""

    CASE = "case"
    SERVICE = "service"
    INSPECTION = "inspection"


@dataclass(frozen=True, slots=True)
class Citation:
    """`source "Brent 2019", "Annex 2"`"""

    document: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a block of rules stands and what it rests on."""

    file: str
    line: int
    says: str | None  # the `>` lines above it, joined
    sources: tuple[Citation, ...] = ()
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """`'Good' scores 2`"""

    name: str
    score: int


@dataclass(frozen=True, slots=True)
class Fact:
    """`fact "disposal" of a case is one of "youth caution", "community resolution"`"""

    name: str
    scope: Scope
    values: tuple[str, ...]  # ("yes", "no") for a yes-or-no fact
    rule: Rule


@dataclass(frozen=True, slots=True)
class FactTest:
    """`"risk of serious harm, judged" is not "low"`"""

    fact: str
    values: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """`group "harm cases" is cases where …`; no test means all cases."""

    name: str
    where: tuple[FactTest, ...]  # all must hold
    rule: Rule


@dataclass(frozen=True, slots=True)
class Prompt:
    """`prompt b "Other agencies are involved" where applicable for group "…"`"""

    id: str  # "2.2.3.b"
    title: str
    where_applicable: bool
    group: str | None = None  # None: every case that its question is relevant to


@dataclass(frozen=True, slots=True)
class Question:
    """`question 2.2.3 "…" for group "harm cases"`"""

    id: str
    title: str
    domain: str
    standard: str | None  # None where the framework has no standards
    group: str | None  # None: every case of a sample that feeds the domain
    asked_of_cases: bool  # false: `not asked of cases`, or no sample feeds the domain
    prompts: tuple[Prompt, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Standard:
    """`standard 2.2 "Planning"`"""

    id: str
    title: str
    aim: str | None
    domain: str | None  # None where the framework has no domains
    questions: tuple[str, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Domain:
    """`domain 2 "Court disposals"`"""

    id: str
    title: str
    standards: tuple[str, ...]
    questions: tuple[str, ...]
    rule: Rule


class Rounding(StrEnum):
    """Which way the size of a sample becomes a whole number of cases."""

    UP = "rounded up"
    TO_NEAREST = "rounded to the nearest"  # halves up


CONFIDENCES = (80, 90, 95, 99)
"""Per cent; those that the size of a sample is known for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`sample "court disposals" for domain 2`: which cases, and whose questions."""

    name: str
    domains: tuple[str, ...]
    where: tuple[FactTest, ...]
    started_months: tuple[int, int] | None  # before fieldwork
    share_per_cent: int | None
    confidence_per_cent: int | None
    margin_points: int | None
    matched_on: tuple[str, ...]
    rule: Rule
    rounding: Rounding = Rounding.UP  # where the rules do not say


@dataclass(frozen=True, slots=True)
class Band:
    """`50 to 64 is 'Requires improvement' called "Too few"`; both ends included."""

    low: int
    high: int
    rating: str
    called: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Banding:
    """A number to a rating; the bands cover 0 to `top` without gap, lowest first."""

    name: str
    percentages: bool  # else scores
    top: int
    bands: tuple[Band, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Judgement:
    """`by judgement of "the lead inspector"`"""

    by: str | None


@dataclass(frozen=True, slots=True)
class Percentage:
    """`by the percentage of relevant cases answered 'Yes' using banding "…"`"""

    answer: str
    banding: str


@dataclass(frozen=True, slots=True)
class Lowest:
    """`by the lowest rating of their questions`"""

    of: tuple[str, ...]
    leaving_out: bool  # parts that are not inspected or have no relevant cases


@dataclass(frozen=True, slots=True)
class Total:
    """`by the total score of standards in domains 1, 2 and 3 …`

    Under a banding of percentages the score counts as a share of the most there can
    be.
    """

    of: tuple[str, ...]
    in_proportion: bool  # left-out parts shrink the maximum and the bands follow
    banding: str


@dataclass(frozen=True, slots=True)
class CountsOnly:
    """`by counts only`: counted and reported, never rated"""


class Quantity(StrEnum):
    """How many of a set of parts a clause asks for."""

    ALL = "all"
    NONE = "none"
    MORE_THAN_HALF = "more than half"
    FEWER_THAN_HALF = "fewer than half"
    OR_MORE = "or more"
    OR_FEWER = "or fewer"


@dataclass(frozen=True, slots=True)
class Counted:
    """`fewer than half of standards 2.1 to 2.4 are 'Good' or better`"""

    quantity: Quantity
    number: int | None  # with OR_MORE and OR_FEWER
    of: tuple[str, ...] | None  # None: `the rest`, those of the first set that missed
    ratings: frozenset[str]


@dataclass(frozen=True, slots=True)
class NotInspected:
    """`domain 2 is not inspected`"""

    domain: str


Clause = Counted | NotInspected | FactTest
Condition = tuple[Clause, ...]  # all must hold


@dataclass(frozen=True, slots=True)
class RuleRow:
    """`'Inadequate' when 2 or more of the standards are 'Inadequate'`"""

    rating: str
    when: Condition
    line: int


@dataclass(frozen=True, slots=True)
class FirstRule:
    """`by the first rule that applies`"""

    rows: tuple[RuleRow, ...]
    of: tuple[str, ...]  # every part a row reads
    panel_decides: bool


Method = Judgement | Percentage | Lowest | Total | CountsOnly | FirstRule


@dataclass(frozen=True, slots=True)
class Rate:
    """How one part is rated."""

    part: str
    method: Method
    rule: Rule


@dataclass(frozen=True, slots=True)
class Cap:
    """`cap overall at 'Requires improvement' when "breach of regulations" is yes`"""

    part: str
    at: str
    when: Condition
    rule: Rule


@dataclass(frozen=True, slots=True)
class Guidance:
    """`guidance for standard 1.1 usually 'Inadequate' when …`"""

    part: str
    rows: tuple[RuleRow, ...]
    reads: tuple[str, ...]  # every standard its rows name
    needs_reason: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class Discretion:
    """When a panel may look again at one standard, and on what terms."""

    standard: str
    near_points: int | None  # `within 5 points of a boundary`, inclusive
    one_case: bool  # `one case judged differently would change the rating`
    few_cases: int | None  # `rests on 5 cases or fewer`
    most_bands: int
    by: str
    considers: tuple[str, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Against:
    """`more than half of their prompts speak against the answer`"""

    quantity: Quantity
    number: int | None


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """`warning for question 2.1.1 when …`: what in a case deserves a second look."""

    question: str
    against: Against | None
    missing: bool  # `a relevant answer is missing`
    late_days: int | None  # `the answer changed more than 2 days after …`
    rule: Rule


@dataclass(frozen=True, slots=True)
class NoFieldwork:
    """`no fieldwork from 1 April 2020 until 31 August 2020 because "…"`"""

    first: date
    last: date  # included
    because: str


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of a rule set; all mappings are in framework order."""

    id: str  # the file's stem: "youth-2021"
    name: str
    hash: str  # "sha256:…" of `canonical`
    canonical: str  # the flattened text that is hashed
    applies_from: date | None
    applies_until: date | None  # last day, included
    family: tuple[str, ...]  # ids this one is based on, nearest first
    words: Mapping[str, str]  # {"domain": "theme"}: what this framework calls a kind
    documents: Mapping[str, str]
    ratings: tuple[Rating, ...]  # worst first; empty where nothing is rated
    answers: Mapping[str, Effect]
    facts: Mapping[str, Fact]
    groups: Mapping[str, Group]
    domains: Mapping[str, Domain]
    standards: Mapping[str, Standard]
    questions: Mapping[str, Question]
    bandings: Mapping[str, Banding]
    rates: Mapping[str, Rate]  # every question, every standard, and OVERALL if rated
    caps: tuple[Cap, ...]
    guidance: Mapping[str, Guidance]
    discretion: Mapping[str, Discretion]
    samples: Mapping[str, Sample]
    rule: Rule
    ratings_rule: Rule | None = None  # where the scale stands; None without one
    answers_rule: Rule | None = None
    no_fieldwork: tuple[NoFieldwork, ...] = ()
    case_checks: Mapping[str, CaseCheck] = field(default_factory=dict)
