"""What can happen in an inspection: the facts of the `inspection` category.

These names and fields are the storage format. A fact says what a person did, never
what it was worth: ratings are derived from facts and are not among them. What people
agreed is a fact, and carries the figures that were on the table. Free text is sealed.
A changed field means a new schema number, an upcaster and a stored sample.
"""

from datetime import date

from msgspec import Struct

from events.break_glass import BreakGlassOpened, BreakGlassReviewed
from events.exporting import (
    ExportApproved,
    ExportMade,
    ExportRejected,
    ExportRequested,
)
from events.panel import (
    DiscretionProposed,
    DiscretionVoted,
    ErratumOpened,
    PublicationProposed,
    RatingsEndorsed,
    RecommendationWithdrawn,
)
from events.retention import (
    ErasureRequested,
    HoldPlaced,
    HoldReleased,
    HoldReleaseRequested,
)
from events.sealed import SealedText

CATEGORY = "inspection"


# ---- the inspection and the rules it is held to


class InspectionAnnounced(
    Struct, frozen=True, kw_only=True, tag="inspection-announced"
):
    """A service will be inspected, under one revision of one framework."""

    service: str  # a public body, by name
    programme: str  # "single", "joint", "small" or "short-quality-screening"
    framework: str  # "youth-2021"
    revision: int
    framework_hash: str
    fieldwork_starts_on: date
    follows: str | None = None  # the earlier inspection that this one looks again at
    team: dict[str, str] = {}  # person → role, of those who are known already


class FrameworkRepinned(Struct, frozen=True, kw_only=True, tag="framework-repinned"):
    """The inspection moved to another revision of its framework, for a reason."""

    framework: str
    revision: int
    framework_hash: str
    reason: SealedText
    impact_hash: str | None = None  # of what the asker had been shown it would change


class DomainSetAside(Struct, frozen=True, kw_only=True, tag="domain-set-aside"):
    """A domain will not be inspected; the scale of what rests on it shrinks."""

    domain: str
    reason: SealedText


class DomainTakenUp(Struct, frozen=True, kw_only=True, tag="domain-taken-up"):
    """A domain set aside before will be inspected after all."""

    domain: str
    reason: SealedText


# ---- people


class PersonAssigned(Struct, frozen=True, kw_only=True, tag="person-assigned"):
    """A person has a part in this inspection."""

    person: str
    role: str  # "lead-inspector", "inspector", "panel-member", …


class PersonReleased(Struct, frozen=True, kw_only=True, tag="person-released"):
    """A person no longer has this part in the inspection."""

    person: str
    role: str
    reason: SealedText | None = None


# ---- evidence in advance and the choice of cases


class EvidenceReceived(Struct, frozen=True, kw_only=True, tag="evidence-received"):
    """A document, meeting, interview or survey to judge by."""

    evidence: str  # id, unique in the inspection
    medium: str  # "document", "meeting", "interview", "survey"
    standards: tuple[str, ...]  # what it bears on
    summary: SealedText


class CaseloadFrozen(Struct, frozen=True, kw_only=True, tag="caseload-frozen"):
    """The cases that samples are drawn from, fixed from here on.

    They are told by the service's own pseudonyms, and by nothing but the facts that
    samples look at; even so they are sealed, under a key of their own.
    """

    digest: str  # "sha256:…" of the file they were read from
    cases: int  # told of in the file
    samples: dict[str, int]  # sample → cases it may be drawn from
    strata: dict[str, dict[str, dict[str, int]]]  # sample → fact → value → cases
    rows: SealedText


class SampleDrawn(Struct, frozen=True, kw_only=True, tag="sample-drawn"):
    """Cases were chosen; the same seed, method and caseload choose them again."""

    sample: str
    caseload: int  # version of the caseload-frozen event
    method: str
    seed: str
    population: int
    size: int
    reserves: tuple[str, ...]  # cases, in the order they are called up
    shortfalls: dict[str, str]  # what fell short → in a sentence


class CaseAdded(Struct, frozen=True, kw_only=True, tag="case-added"):
    """A case joined a sample and will be asked that sample's questions."""

    case: str  # made by us, never derived from a child's data
    sample: str
    replaces: str | None = None  # the excluded case it stands in for


class CaseAllocated(Struct, frozen=True, kw_only=True, tag="case-allocated"):
    """A case was given to an inspector to assess, first or anew."""

    case: str
    to: str
    previously: str | None = None
    reason: SealedText | None = None


class CaseExcluded(Struct, frozen=True, kw_only=True, tag="case-excluded"):
    """A case counts no longer; its answers stay on record."""

    case: str
    reason: SealedText


class CaseRestored(Struct, frozen=True, kw_only=True, tag="case-restored"):
    """An excluded case counts again."""

    case: str
    reason: SealedText


# ---- facts and answers


class FactRecorded(Struct, frozen=True, kw_only=True, tag="fact-recorded"):
    """Something known of a case, or of the service or inspection (`case` is None)."""

    case: str | None
    fact: str
    value: str  # as the framework spells it; "yes" and "no"
    replaces: int | None = None  # version of the fact this one changes


class FactWithdrawn(Struct, frozen=True, kw_only=True, tag="fact-withdrawn"):
    """A fact is no longer known."""

    case: str | None
    fact: str
    replaces: int


class AnswerGiven(Struct, frozen=True, kw_only=True, tag="answer-given"):
    """An inspector judged one question, or one prompt of it, in one case."""

    case: str
    question: str  # "2.1.2", or a prompt: "2.1.2.a"
    answer: str  # as the framework spells it: "Yes", "No", "Not applicable"
    replaces: int | None = None  # version of the answer this one changes
    evidence: SealedText | None = None  # never read by a rating


class AnswerWithdrawn(Struct, frozen=True, kw_only=True, tag="answer-withdrawn"):
    """The question is unanswered again."""

    case: str
    question: str
    replaces: int
    reason: SealedText | None = None


class CorrectionProposed(Struct, frozen=True, kw_only=True, tag="correction-proposed"):
    """Another answer was proposed after the case was submitted; nothing moves yet."""

    case: str
    question: str
    answer: str | None  # None: withdraw it
    replaces: int | None
    reason: SealedText
    evidence: SealedText | None = None


class CorrectionApproved(Struct, frozen=True, kw_only=True, tag="correction-approved"):
    """Another person approved a proposed correction: from here on it is the answer."""

    case: str
    question: str
    answer: str | None
    proposal: int  # version of the correction-proposed event
    replaces: int | None


class CorrectionRejected(Struct, frozen=True, kw_only=True, tag="correction-rejected"):
    """A proposed correction was turned down; the answer stands."""

    case: str
    question: str
    proposal: int
    reason: SealedText


# ---- the case, checked


class CaseSubmitted(Struct, frozen=True, kw_only=True, tag="case-submitted"):
    """The inspector has finished with a case."""

    case: str


class CaseAccepted(Struct, frozen=True, kw_only=True, tag="case-accepted"):
    """A colleague checked a submitted case and agrees with it."""

    case: str


class CaseReturned(Struct, frozen=True, kw_only=True, tag="case-returned"):
    """A submitted case went back to its inspector."""

    case: str
    reason: SealedText


class CaseReopened(Struct, frozen=True, kw_only=True, tag="case-reopened"):
    """A finished case was taken up again."""

    case: str
    occasion: str  # "joint-week", "discretion-review", "accuracy-check", "other"
    reason: SealedText


class QueryRaised(Struct, frozen=True, kw_only=True, tag="query-raised"):
    """A reviewer asks about one answer."""

    query: str  # id, unique in the inspection
    case: str
    question: str
    text: SealedText


class QueryAnswered(Struct, frozen=True, kw_only=True, tag="query-answered"):
    """The inspector answered a query."""

    query: str
    text: SealedText


class QueryResolved(Struct, frozen=True, kw_only=True, tag="query-resolved"):
    """The reviewer is content."""

    query: str


class CaseMarkedAgain(Struct, frozen=True, kw_only=True, tag="case-marked-again"):
    """A second person judged a case for consistency; the first answers stand."""

    case: str
    answers: dict[str, str]


class MarkingSettled(Struct, frozen=True, kw_only=True, tag="marking-settled"):
    """The difference between two markings of one question was talked through."""

    case: str
    question: str
    stands: str
    reason: SealedText


# ---- the fieldwork as a whole


class InspectionSubmitted(
    Struct, frozen=True, kw_only=True, tag="inspection-submitted"
):
    """The lead has finished with the fieldwork; its answers and facts are fixed."""


class InspectionReopened(Struct, frozen=True, kw_only=True, tag="inspection-reopened"):
    """Fieldwork that was finished was taken up again."""

    occasion: str  # "joint-week", "discretion-review", "accuracy-check", "other"
    reason: SealedText


# ---- judgements, guidance, discretion


class JudgementProposed(Struct, frozen=True, kw_only=True, tag="judgement-proposed"):
    """The lead inspector proposed the rating of a judged standard."""

    standard: str
    rating: str
    replaces: int | None = None  # version of the judgement this one changes
    evidence: tuple[str, ...] = ()  # ids of what it rests on
    rationale: SealedText | None = None


class JudgementWithdrawn(Struct, frozen=True, kw_only=True, tag="judgement-withdrawn"):
    """The standard is not judged any more."""

    standard: str
    replaces: int
    reason: SealedText | None = None


class FindingRecorded(Struct, frozen=True, kw_only=True, tag="finding-recorded"):
    """What the report will say of one part."""

    part: str
    text: SealedText
    replaces: int | None = None


class GuidanceDeparted(Struct, frozen=True, kw_only=True, tag="guidance-departed"):
    """A rating other than guidance expects was given, for a reason."""

    standard: str
    expected: str
    given: str
    replaces: int | None = None
    reason: SealedText


class DiscretionConsidered(
    Struct, frozen=True, kw_only=True, tag="discretion-considered"
):
    """The panel took up a standard that is open to discretion; nothing is decided."""

    standard: str
    grounds: tuple[str, ...]
    figures_hash: str


class DiscretionDecided(Struct, frozen=True, kw_only=True, tag="discretion-decided"):
    """The panel moved a standard's rating, or considered it and let it stand.

    It lapses for good when any count in the standard moves.
    """

    standard: str
    outcome: str  # "applied" or "declined"
    before: str
    after: str  # equal to `before` when declined
    grounds: tuple[str, ...]  # those that held
    figures: dict[str, tuple[int, int]]  # question → yes, relevant
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    deciders: tuple[str, ...]
    reason: SealedText
    groups_reviewed: tuple[str, ...] = ()  # sub-samples, as the framework names them
    proposal: int | None = None  # version of the discretion-proposed event
    proposed_by: str | None = None  # whoever recorded the decision approved it


class RatingsAgreed(Struct, frozen=True, kw_only=True, tag="ratings-agreed"):
    """The panel made the ratings final, on these figures."""

    ratings: dict[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    figures_hash: str
    agreed_by: tuple[str, ...]


# ---- the report


class RecommendationMade(Struct, frozen=True, kw_only=True, tag="recommendation-made"):
    """A numbered recommendation to a named owner."""

    number: int  # across owners, from 1
    owner: str
    text: SealedText
    replaces: int | None = None  # version of the recommendation this one changes


class DraftSent(Struct, frozen=True, kw_only=True, tag="draft-sent"):
    """The draft went to the service for factual accuracy."""

    figures_hash: str
    due_on: date


class AccuracyPointRaised(
    Struct, frozen=True, kw_only=True, tag="accuracy-point-raised"
):
    """The service says that a fact in the draft is wrong."""

    point: str
    text: SealedText


class AccuracyPointSettled(
    Struct, frozen=True, kw_only=True, tag="accuracy-point-settled"
):
    """A point was accepted or rejected; one that moves a rating goes to the panel."""

    point: str
    outcome: str  # "accepted" or "rejected"
    reason: SealedText


class ReportPublished(Struct, frozen=True, kw_only=True, tag="report-published"):
    """The report is out; these are its figures for good."""

    number: int  # 1, then one for each erratum
    ratings: dict[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    figures_hash: str
    framework_hash: str
    as_of: int  # position of the last event it takes account of
    erratum: SealedText | None = None
    computed: dict[str, str] = {}  # ratings before discretion
    questions: dict[str, tuple[int, int]] = {}  # yes, relevant
    prompts: dict[str, tuple[int, int]] = {}  # evidence; they rate nothing
    findings: dict[str, int] = {}  # part → version of the finding
    recommendations: tuple[int, ...] = ()  # versions, in the order of their numbers
    content_hash: str | None = None  # of all this: what was proposed and approved
    proposed_by: str | None = None  # whoever recorded the publication approved it
    checkpoint: int | None = None  # size of the one signed before it was published


class ActionPlanReceived(Struct, frozen=True, kw_only=True, tag="action-plan-received"):
    """The service says what it will do."""

    summary: SealedText


class ActionPlanReviewed(Struct, frozen=True, kw_only=True, tag="action-plan-reviewed"):
    """The inspectorate says what it thinks of the plan."""

    outcome: str  # "sufficient" or "not-sufficient"
    summary: SealedText


class EvidenceErased(Struct, frozen=True, kw_only=True, tag="evidence-erased"):
    """The key of a case or of the inspection was destroyed; its words are gone."""

    key: str
    reason_code: str
    requested_by: str
    approved_by: str


InspectionEvent = (
    InspectionAnnounced
    | FrameworkRepinned
    | DomainSetAside
    | DomainTakenUp
    | PersonAssigned
    | PersonReleased
    | EvidenceReceived
    | CaseloadFrozen
    | SampleDrawn
    | CaseAdded
    | CaseAllocated
    | CaseExcluded
    | CaseRestored
    | FactRecorded
    | FactWithdrawn
    | AnswerGiven
    | AnswerWithdrawn
    | CorrectionProposed
    | CorrectionApproved
    | CorrectionRejected
    | CaseSubmitted
    | CaseAccepted
    | CaseReturned
    | CaseReopened
    | QueryRaised
    | QueryAnswered
    | QueryResolved
    | CaseMarkedAgain
    | MarkingSettled
    | InspectionSubmitted
    | InspectionReopened
    | JudgementProposed
    | JudgementWithdrawn
    | FindingRecorded
    | GuidanceDeparted
    | DiscretionConsidered
    | DiscretionProposed
    | DiscretionVoted
    | DiscretionDecided
    | RatingsEndorsed
    | RatingsAgreed
    | RecommendationMade
    | RecommendationWithdrawn
    | DraftSent
    | AccuracyPointRaised
    | AccuracyPointSettled
    | PublicationProposed
    | ReportPublished
    | ErratumOpened
    | ActionPlanReceived
    | ActionPlanReviewed
    | EvidenceErased
    | ErasureRequested
    | HoldPlaced
    | HoldReleaseRequested
    | HoldReleased
    | BreakGlassOpened
    | BreakGlassReviewed
    | ExportRequested
    | ExportApproved
    | ExportRejected
    | ExportMade
)
