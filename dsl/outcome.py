"""What evaluation gives: for each part its rating, its figures and the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dsl.evidence import Count
from dsl.framework import Rule


class Unrated(StrEnum):
    """Why a part has no rating; the first two are left out of what is above them."""

    NOT_INSPECTED = "not-inspected"
    NO_RELEVANT_CASES = "no-relevant-cases"
    NOT_ANSWERED = "not-answered"
    COUNTS_ONLY = "counts-only"
    PANEL_DECIDES = "panel-decides"


class Ground(StrEnum):
    """Why a standard may be looked at again."""

    NEAR_BOUNDARY = "near-boundary"
    ONE_CASE = "one-case"
    FEW_CASES = "few-cases"


class DiscretionState(StrEnum):
    """Where a standard stands with the panel."""

    CLOSED = "closed"
    OPEN = "open"
    NOT_KNOWN = "not-known"  # percentages without counts
    APPLIED = "applied"
    DECLINED = "declined"
    LAPSED = (
        "lapsed"  # decided on figures that have moved since; open to a new decision
    )


@dataclass(frozen=True, slots=True)
class DiscretionOutcome:
    """Whether a standard is open, on which grounds, and what was decided."""

    state: DiscretionState
    open: bool | None  # None: not known; stays true beside a decision
    grounds: tuple[Ground, ...]
    not_known: tuple[Ground, ...]
    because: tuple[str, ...] = ()  # one sentence for each of `grounds`


@dataclass(frozen=True, slots=True)
class GuidanceOutcome:
    """The rating that guidance expects of a part, if it says anything."""

    part: str
    expects: str | None
    departed: bool
    reason: str  # one sentence: which row applied with its counts, or why it is silent
    rule: Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """One part after evaluation.

    `rating` is final, `computed` is before discretion; they differ only where the panel
    moved it. Both are None together with `unrated`. `reason` is one sentence in the
    rules' words: "the lowest of its questions is 2.2.2 at 43%".
    """

    part: str
    title: str
    rating: str | None
    computed: str | None
    unrated: Unrated | None
    provisional: bool
    reason: str
    count: Count | None  # questions
    percentage: int | None  # questions
    score: int | None  # a total
    maximum: int | None  # a total
    decided_by: tuple[str, ...]  # the lowest parts; the capping rule's parts
    discretion: DiscretionOutcome | None
    rule: Rule  # the rule that gave the rating
    computed_reason: str | None = None  # the reason before the panel moved it


@dataclass(frozen=True, slots=True)
class Assessment:
    """A whole evaluation; mappings are in framework order."""

    questions: Mapping[str, Outcome]
    standards: Mapping[str, Outcome]
    overall: Outcome | None  # None where the framework rates nothing overall
    guidance: Mapping[str, GuidanceOutcome]
    prompts: Mapping[str, Count]
    provisional: bool
