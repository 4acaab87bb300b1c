"""What clients send to agree, report and publish ratings, field by field."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from service.api.wire.bodies import FiguresHash, Instant, Line, Reason, Reference, Words

Several = Annotated[tuple[Reference, ...], Meta(max_length=200)]
Groups = Annotated[tuple[Line, ...], Meta(max_length=50)]


class EvidenceBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document, meeting, interview or survey, and what it says."""

    medium: Literal["document", "meeting", "interview", "survey"]
    standards: Annotated[tuple[Reference, ...], Meta(min_length=1, max_length=100)]
    summary: Words  # kept sealed
    observed_at: Instant | None = None


class TextBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words about one thing; kept sealed."""

    text: Words
    observed_at: Instant | None = None


class RecommendationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is recommended, and to whom."""

    owner: Line  # an office, never a name
    text: Words  # kept sealed
    observed_at: Instant | None = None


class SeenFiguresBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The figures somebody has seen, and acts on."""

    figures_hash: FiguresHash  # as read; refused once they moved
    observed_at: Instant | None = None


class ProposalBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is proposed for a standard that is open to discretion."""

    outcome: Literal["applied", "declined"]
    figures_hash: FiguresHash  # as read with the standard
    reason: Reason  # kept sealed
    rating: Line | None = None  # where the standard moves to; absent when declined
    cases_reviewed: Several = ()
    groups_reviewed: Groups = ()  # sub-samples, as the framework names them
    observed_at: Instant | None = None


class VoteBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For or against what is proposed."""

    proposal: Annotated[int, Meta(ge=1, le=10**15)]  # its version, as read
    in_favour: bool
    observed_at: Instant | None = None


class DraftBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when the service can say what is wrong."""

    due_on: date
    observed_at: Instant | None = None


class PointSettlementBody(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What became of a point that the service raised, and why."""

    outcome: Literal["accepted", "rejected"]
    reason: Words  # kept sealed
    observed_at: Instant | None = None


class PublicationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report that somebody has seen and wants to publish."""

    content_hash: FiguresHash  # as read with the report
    erratum: Words | None = None  # what is put right; from the second publication on
    observed_at: Instant | None = None


class PlanBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the service will do."""

    summary: Words  # kept sealed
    observed_at: Instant | None = None


class ReviewBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the inspectorate thinks of the plan."""

    outcome: Literal["sufficient", "not-sufficient"]
    summary: Words  # kept sealed
    observed_at: Instant | None = None


class RepinBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The revision to move to, and the impact that was seen."""

    revision: Annotated[int, Meta(ge=1, le=999_999_999)]
    impact_hash: FiguresHash
    reason: Words  # kept sealed
    observed_at: Instant | None = None
