"""What can be asked of those who agree the ratings, report and publish them."""

from datetime import date

from msgspec import Struct

from events.sealed import SealedText


class ReceiveEvidence(Struct, frozen=True, kw_only=True):
    """Put a document, meeting, interview or survey on record, or amend what it says."""

    evidence: str
    medium: str  # "document", "meeting", "interview" or "survey"
    standards: tuple[str, ...]  # what it bears on
    summary: SealedText


class RecordFinding(Struct, frozen=True, kw_only=True):
    """Say what the report will say of one part, or change it."""

    part: str
    text: SealedText


class MakeRecommendation(Struct, frozen=True, kw_only=True):
    """Recommend something to a named owner; without `number`, under the next one."""

    owner: str
    text: SealedText
    number: int | None = None  # of the recommendation to change


class WithdrawRecommendation(Struct, frozen=True, kw_only=True):
    """Leave a recommendation out of the report."""

    number: int


class ConsiderDiscretion(Struct, frozen=True, kw_only=True):
    """Take up a standard that is open to discretion; nothing is decided."""

    standard: str
    figures_hash: str  # of the figures before the panel


class ProposeDiscretion(Struct, frozen=True, kw_only=True):
    """Propose to move an open standard by one band, or to let it stand."""

    standard: str
    outcome: str  # "applied" or "declined"
    rating: str | None  # where to; None when declined
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]
    reason: SealedText


class VoteOnDiscretion(Struct, frozen=True, kw_only=True):
    """Be for or against what is proposed for a standard."""

    standard: str
    proposal: int  # version of the discretion-proposed event
    in_favour: bool


class DecideDiscretion(Struct, frozen=True, kw_only=True):
    """Approve what the panel voted for: a standard moves, or its rating stands."""

    standard: str
    outcome: str  # "applied" or "declined"
    rating: str | None  # where to; None when declined
    figures_hash: str  # of the figures that were before the panel
    cases_reviewed: tuple[str, ...]
    deciders: tuple[str, ...]  # who voted for it; none: whoever did
    reason: SealedText


class EndorseRatings(Struct, frozen=True, kw_only=True):
    """Agree with the ratings; a quorum of endorsements makes them agreed."""

    figures_hash: str  # of the ratings and figures seen


class SendDraft(Struct, frozen=True, kw_only=True):
    """Send the draft to the service for factual accuracy."""

    due_on: date  # last day on which points can be raised


class RaiseAccuracyPoint(Struct, frozen=True, kw_only=True):
    """Say that a fact in the draft is wrong."""

    text: SealedText


class SettleAccuracyPoint(Struct, frozen=True, kw_only=True):
    """Accept or reject a point that the service raised."""

    point: str
    outcome: str  # "accepted" or "rejected"
    reason: SealedText


class ProposePublication(Struct, frozen=True, kw_only=True):
    """Propose to publish the report exactly as it reads now."""

    content_hash: str  # of the report seen
    erratum: SealedText | None = None  # what is put right, from the second on


class ApprovePublication(Struct, frozen=True, kw_only=True):
    """Publish what somebody else proposed, if it is what both have seen."""

    number: int
    content_hash: str
    signed: int = (
        0  # size of the checkpoint made for it; the service's, not the asker's
    )


class OpenErratum(Struct, frozen=True, kw_only=True):
    """Let a published inspection be corrected."""

    reason: SealedText


class ReceiveActionPlan(Struct, frozen=True, kw_only=True):
    """Say what the service will do."""

    summary: SealedText


class ReviewActionPlan(Struct, frozen=True, kw_only=True):
    """Say what the inspectorate thinks of the plan."""

    outcome: str  # "sufficient" or "not-sufficient"
    summary: SealedText


class RepinFramework(Struct, frozen=True, kw_only=True):
    """Hold the inspection to another revision of its framework."""

    revision: int
    impact_hash: str  # of what the asker was shown that it would change
    reason: SealedText


PanelCommand = (
    ReceiveEvidence
    | RecordFinding
    | MakeRecommendation
    | WithdrawRecommendation
    | ConsiderDiscretion
    | ProposeDiscretion
    | VoteOnDiscretion
    | DecideDiscretion
    | EndorseRatings
    | SendDraft
    | RaiseAccuracyPoint
    | SettleAccuracyPoint
    | ProposePublication
    | ApprovePublication
    | OpenErratum
    | ReceiveActionPlan
    | ReviewActionPlan
    | RepinFramework
)
