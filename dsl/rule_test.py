"""A test written in a rule file, bound to its framework: given this, expect that."""

from dataclasses import dataclass
from enum import StrEnum

from dsl.evidence import Count, Evidence
from dsl.framework import Rule
from dsl.source import Span


class Aspect(StrEnum):
    """What an expectation is about."""

    RATING = "rating"  # value: a rating
    COMPUTED = "computed"  # `before discretion`; value: a rating
    NOT_RATED = "not rated"  # value: None
    COUNT = "count"  # value: a Count
    PERCENTAGE = "percentage"  # value: whole per cent
    OPEN = "open"  # value: True or False
    SCORE = "score"  # value: points
    MAXIMUM = "maximum"  # value: points
    GUIDANCE = "guidance"  # value: the rating it expects


@dataclass(frozen=True, slots=True)
class Expectation:
    """`2.2 is 'Inadequate' before discretion`"""

    part: str  # a part, or OVERALL for its rating, score and maximum
    aspect: Aspect
    value: str | int | bool | Count | None
    span: Span


@dataclass(frozen=True, slots=True)
class RuleTest:
    """`test "Trafford 2021" given … expect …`"""

    name: str
    evidence: Evidence
    expects: tuple[Expectation, ...]
    rule: Rule
    span: Span  # of its first line
