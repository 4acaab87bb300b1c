"""Ratings as the service gives them, with their figures, rules and reasons."""

from typing import Any

from msgspec import Struct


class CountView(Struct, frozen=True, kw_only=True):
    """Sufficient answers out of relevant cases; `missing` have no answer yet."""

    yes: int
    relevant: int
    missing: int
    percentage: int | None


class RuleView(Struct, frozen=True, kw_only=True):
    """The line of the rules that gave a result."""

    file: str
    line: int
    says: str | None


class DiscretionView(Struct, frozen=True, kw_only=True):
    """Where a standard stands with the panel."""

    state: str
    open: bool | None
    grounds: tuple[str, ...]


class GuidanceView(Struct, frozen=True, kw_only=True):
    """The rating that guidance expects, or why it is silent."""

    expects: str | None
    departed: bool
    departure: str | None
    reason: str


class RatingView(Struct, frozen=True, kw_only=True):
    """One part as it is rated: `computed` is before discretion, `rating` after."""

    part: str
    kind: str
    title: str
    rating: str | None
    computed: str | None
    unrated: str | None
    provisional: bool
    reason: str
    count: CountView | None
    percentage: int | None
    score: int | None
    maximum: int | None
    decided_by: tuple[str, ...]
    discretion: DiscretionView | None
    guidance: GuidanceView | None
    rule: RuleView


class RatingsView(Struct, frozen=True, kw_only=True):
    """All of an inspection's ratings, in framework order."""

    inspection: str
    agreed: bool
    framework: str
    revision: int
    as_of: int
    provisional: bool
    questions: tuple[RatingView, ...]
    standards: tuple[RatingView, ...]
    overall: RatingView | None
    prompts: dict[str, CountView]


class PartView(Struct, frozen=True, kw_only=True):
    """One part's rating with the record it was read from."""

    inspection: str
    as_of: int
    rating: RatingView


class ExplanationView(Struct, frozen=True, kw_only=True):
    """Why a part is rated as it is: sentences for people, a tree for programs."""

    inspection: str
    part: str
    as_of: int
    sentences: str
    tree: Any
