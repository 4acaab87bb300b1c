"""What the live counters tell: what moved, the figures behind it, and what counts."""

from dataclasses import dataclass
from enum import StrEnum

from dsl.framework import Rule


class Moved(StrEnum):
    """What of a part moved."""

    RATING = "rating"
    DISCRETION = "discretion"
    GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one part; what does not apply to it is None or empty."""

    yes: int | None = None
    relevant: int | None = None
    missing: int | None = None
    percentage: int | None = None
    score: int | None = None
    maximum: int | None = None
    decided_by: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One rating, expected rating or state of discretion that moved.

    `before` and `after` are a rating, or a DiscretionState. Where `kind` is guidance
    they are the rating expected, and a change of `departed` alone is a shift too.
    A part that stays without a rating shifts when the reason for that does, and one
    that keeps its rating when it becomes final, or provisional again.
    """

    part: str
    kind: Moved
    before: str | None
    after: str | None
    figures_before: Figures
    figures_after: Figures
    reason_after: str | None  # an Unrated where a rating is None after
    provisional: bool
    rule: Rule
    provisional_before: bool = False
    reason_before: str | None = None  # an Unrated where a rating is None before
    departed_before: bool = False
    departed_after: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one slot of a case counts (None: a fact is not known), and why."""

    counted: bool | None
    reason: str
