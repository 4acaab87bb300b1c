"""What has been done to make the ratings final and to report them.

The panel's side of an inspection: what was proposed, voted and agreed, by whom and
when, what the report says, and what was published. No rating is moved by any of it but
a decision on discretion, which is the rating book's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from events.inspection import (
    AccuracyPointRaised,
    AccuracyPointSettled,
    ActionPlanReceived,
    ActionPlanReviewed,
    DiscretionConsidered,
    DiscretionDecided,
    DraftSent,
    EvidenceReceived,
    FindingRecorded,
    RatingsAgreed,
    RecommendationMade,
    ReportPublished,
)
from events.panel import (
    DiscretionProposed,
    DiscretionVoted,
    ErratumOpened,
    PublicationProposed,
    RatingsEndorsed,
    RecommendationWithdrawn,
)
from events.recorded import RecordedEvent

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(Generic[Fact]):
    """A fact, who brought it about, and where it stands."""

    fact: Fact
    by: str
    at: datetime
    version: int
    position: int


@dataclass(slots=True)
class Motion:
    """What stands proposed for a standard, and who voted how."""

    proposal: Filed[DiscretionProposed]
    votes: dict[str, Filed[DiscretionVoted]] = field(default_factory=dict)  # by person


@dataclass(slots=True)
class Point:
    """Something the service says is wrong in the draft."""

    raised: Filed[AccuracyPointRaised]
    settled: Filed[AccuracyPointSettled] | None = None


class Proceedings:
    """The panel and the report after the events applied so far."""

    def __init__(self) -> None:
        self.evidence: dict[str, Filed[EvidenceReceived]] = {}
        self.findings: dict[str, Filed[FindingRecorded]] = {}  # by part, the last
        self.recommendations: dict[int, Filed[RecommendationMade]] = {}
        self.last_number = 0  # of a recommendation; never used again
        self.considered: dict[str, Filed[DiscretionConsidered]] = {}  # by standard
        self.motions: dict[str, Motion] = {}  # by standard, the last, until decided
        self.movers: dict[str, frozenset[str]] = {}  # standard → who proposed so far
        self.decided: dict[str, Filed[DiscretionDecided]] = {}
        self.endorsed: dict[str, Filed[RatingsEndorsed]] = {}  # by person, the last
        self.agreed: Filed[RatingsAgreed] | None = None
        self.draft: Filed[DraftSent] | None = None
        self.points: dict[str, Point] = {}
        self.publication: Filed[PublicationProposed] | None = None  # not approved yet
        self.publishers: frozenset[str] = frozenset()  # who proposed it so far
        self.published: list[Filed[ReportPublished]] = []
        self.erratum: Filed[ErratumOpened] | None = None  # while one is open
        self.plan: Filed[ActionPlanReceived] | None = None
        self.review: Filed[ActionPlanReviewed] | None = None

    @property
    def is_published(self) -> bool:
        """Whether the report is out and no erratum is being made to it."""
        return bool(self.published) and self.erratum is None

    @property
    def next_number(self) -> int:
        """What the next publication will be: 1, then one for each erratum."""
        return len(self.published) + 1

    def apply(self, recorded: RecordedEvent) -> str:
        """Move on by an event that it follows; what is on record about its thing."""
        filed: Filed[Any] = Filed(
            fact=recorded.data,
            by=recorded.origin.actor,
            at=recorded.recorded_at,
            version=recorded.version,
            position=recorded.position,
        )
        return _FOLLOWED[type(recorded.data)](self, filed)


def _evidence(panel: Proceedings, filed: Filed[EvidenceReceived]) -> str:
    panel.evidence[filed.fact.evidence] = filed
    return filed.fact.medium


def _finding(panel: Proceedings, filed: Filed[FindingRecorded]) -> str:
    panel.findings[filed.fact.part] = filed
    return "recorded"


def _recommendation(panel: Proceedings, filed: Filed[RecommendationMade]) -> str:
    panel.recommendations[filed.fact.number] = filed
    panel.last_number = max(panel.last_number, filed.fact.number)
    return "recorded"


def _no_recommendation(
    panel: Proceedings, filed: Filed[RecommendationWithdrawn]
) -> str:
    panel.recommendations.pop(filed.fact.number)
    return "recorded"


def _considered(panel: Proceedings, filed: Filed[DiscretionConsidered]) -> str:
    panel.considered[filed.fact.standard] = filed
    return "considered"


def _proposed(panel: Proceedings, filed: Filed[DiscretionProposed]) -> str:
    standard = filed.fact.standard
    panel.motions[standard] = Motion(filed)
    panel.movers[standard] = panel.movers.get(standard, frozenset()) | {filed.by}
    return "proposed"


def _voted(panel: Proceedings, filed: Filed[DiscretionVoted]) -> str:
    panel.motions[filed.fact.standard].votes[filed.by] = filed
    return "proposed"


def _decided(panel: Proceedings, filed: Filed[DiscretionDecided]) -> str:
    standard = filed.fact.standard
    panel.decided[standard] = filed
    panel.motions.pop(standard, None)
    panel.movers.pop(standard, None)
    return filed.fact.outcome


def _endorsed(panel: Proceedings, filed: Filed[RatingsEndorsed]) -> str:
    panel.endorsed[filed.by] = filed
    return "endorsed"


def _agreed(panel: Proceedings, filed: Filed[RatingsAgreed]) -> str:
    panel.agreed = filed
    return "agreed"


def _draft(panel: Proceedings, filed: Filed[DraftSent]) -> str:
    panel.draft = filed
    return "sent"


def _raised(panel: Proceedings, filed: Filed[AccuracyPointRaised]) -> str:
    panel.points[filed.fact.point] = Point(filed)
    return "recorded"


def _settled(panel: Proceedings, filed: Filed[AccuracyPointSettled]) -> str:
    panel.points[filed.fact.point].settled = filed
    return "recorded"


def _publishing(panel: Proceedings, filed: Filed[PublicationProposed]) -> str:
    panel.publication = filed
    panel.publishers |= {filed.by}
    return "proposed"


def _published(panel: Proceedings, filed: Filed[ReportPublished]) -> str:
    panel.published.append(filed)
    panel.publication, panel.publishers, panel.erratum = None, frozenset(), None
    return "published"


def _erratum(panel: Proceedings, filed: Filed[ErratumOpened]) -> str:
    """What was agreed before is for the panel to agree again."""
    panel.erratum, panel.agreed = filed, None
    panel.endorsed.clear()
    return "erratum"


def _plan(panel: Proceedings, filed: Filed[ActionPlanReceived]) -> str:
    panel.plan, panel.review = filed, None
    return "received"


def _review(panel: Proceedings, filed: Filed[ActionPlanReviewed]) -> str:
    panel.review = filed
    return filed.fact.outcome


_FOLLOWED: Mapping[type, Callable[[Proceedings, Filed[Any]], str]] = MappingProxyType(
    {
        EvidenceReceived: _evidence,
        FindingRecorded: _finding,
        RecommendationMade: _recommendation,
        RecommendationWithdrawn: _no_recommendation,
        DiscretionConsidered: _considered,
        DiscretionProposed: _proposed,
        DiscretionVoted: _voted,
        DiscretionDecided: _decided,
        RatingsEndorsed: _endorsed,
        RatingsAgreed: _agreed,
        DraftSent: _draft,
        AccuracyPointRaised: _raised,
        AccuracyPointSettled: _settled,
        PublicationProposed: _publishing,
        ReportPublished: _published,
        ErratumOpened: _erratum,
        ActionPlanReceived: _plan,
        ActionPlanReviewed: _review,
    }
)

PROCEEDINGS_EVENTS = frozenset(_FOLLOWED)
"""The facts that `Proceedings` follows."""
