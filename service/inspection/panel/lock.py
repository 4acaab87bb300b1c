"""What may not change once the report is out: only an erratum opens it again."""

from collections.abc import Sequence

from events.inspection import (
    AccuracyPointRaised,
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseExcluded,
    CaseRestored,
    CorrectionApproved,
    DiscretionConsidered,
    DiscretionDecided,
    DomainSetAside,
    DomainTakenUp,
    DraftSent,
    EvidenceReceived,
    FactRecorded,
    FactWithdrawn,
    FindingRecorded,
    FrameworkRepinned,
    GuidanceDeparted,
    JudgementProposed,
    JudgementWithdrawn,
    RatingsAgreed,
    RecommendationMade,
)
from events.panel import (
    DiscretionProposed,
    DiscretionVoted,
    PublicationProposed,
    RatingsEndorsed,
    RecommendationWithdrawn,
)
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection.fieldwork.locks import require_unpublished

LOCKED = frozenset(
    {
        AccuracyPointRaised,
        AnswerGiven,
        AnswerWithdrawn,
        CaseAdded,
        CaseExcluded,
        CaseRestored,
        CorrectionApproved,
        DiscretionConsidered,
        DiscretionDecided,
        DiscretionProposed,
        DiscretionVoted,
        DomainSetAside,
        DomainTakenUp,
        DraftSent,
        EvidenceReceived,
        FactRecorded,
        FactWithdrawn,
        FindingRecorded,
        FrameworkRepinned,
        GuidanceDeparted,
        JudgementProposed,
        JudgementWithdrawn,
        PublicationProposed,
        RatingsAgreed,
        RatingsEndorsed,
        RecommendationMade,
        RecommendationWithdrawn,
    }
)
"""Facts that move a rating, that a report is made of, or that end with it."""


def require_unlocked(events: Sequence[NewEvent], book: RatingBook) -> None:
    """Raise Refused if one of these would change what is published.

    It looks at facts, not at commands: whatever brings one about, it is refused.
    """
    if any(type(event.data) in LOCKED for event in events):
        require_unpublished(book)
