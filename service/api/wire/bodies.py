"""What clients send: the bodies of commands, field by field.

Wire names are snake_case; a field that is not known is refused, so that a misspelt one
is never lost.
"""

from datetime import date, datetime
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

Line = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")
]
SEALED = {"sealed": True}
Words = Annotated[str, Meta(min_length=1, max_length=4000, extra=SEALED)]
Reason = Annotated[str, Meta(min_length=50, max_length=4000, extra=SEALED)]
"""A reason for discretion says something."""

Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}\Z", max_length=63)]
Reference = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,62}\Z", max_length=63)
]
FiguresHash = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z", max_length=71)]
Instant = Annotated[
    datetime, Meta(tz=True, description="In UTC it lies in the years 1 to 9999.")
]
RoleName = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*\Z", max_length=40)]


class AnnouncementBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inspection to be opened."""

    inspection: Id  # chosen now, never used again
    service: Line
    programme: Line
    fieldwork_starts_on: date
    framework: Id | None = None  # the one in force on that day
    revision: Annotated[int, Meta(ge=1, le=999_999_999)] | None = None
    follows: Id | None = None  # the earlier inspection that this one looks again at
    team: Annotated[dict[Id, RoleName], Meta(max_length=100)] = {}  # person → role
    observed_at: Instant | None = None


class ReasonBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why something is done; kept sealed."""

    reason: Words
    observed_at: Instant | None = None


class AssignmentBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's part in an inspection."""

    person: Id
    role: RoleName
    observed_at: Instant | None = None


class ReleaseBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a person's part; why is kept sealed."""

    role: RoleName
    reason: Words | None = None
    observed_at: Instant | None = None


class CaseBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case that joins a sample."""

    sample: Line
    facts: dict[str, Line] = {}
    case: Reference | None = None  # made by us where it is absent
    observed_at: Instant | None = None


class FactBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known; spelled as the framework spells it."""

    value: Line
    observed_at: Instant | None = None


class AnswerBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to one question or prompt; spelled as the framework spells it."""

    answer: Line
    evidence: Words | None = None  # kept sealed, never read by a rating
    observed_at: Instant | None = None  # when it was judged, if not now


class JudgementBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The proposed rating of a judged standard."""

    rating: Line
    rests_on: Annotated[tuple[Reference, ...], Meta(max_length=200)] = ()  # evidence
    rationale: Words | None = None  # kept sealed
    observed_at: Instant | None = None


class DecisionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the panel voted for, approved by somebody who neither proposed nor voted."""

    outcome: Literal["applied", "declined"]
    figures_hash: FiguresHash  # as read with the standard; refused once they moved
    reason: Reason  # kept sealed
    rating: Line | None = None  # where the standard moves to; absent when declined
    cases_reviewed: tuple[Reference, ...] = ()
    deciders: Annotated[tuple[Reference, ...], Meta(max_length=20)] = ()
    observed_at: Instant | None = None


class ErasureBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose words are to be erased, and why."""

    inspection: Id
    reason_code: Literal["retention", "data-subject", "error", "court-order", "other"]
    reason: Words  # kept sealed, and kept when the words are gone
    case: Reference | None = None  # absent: every case
    cases_only: bool = False  # spare what is said of the inspection as a whole
    observed_at: Instant | None = None


class HoldBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must not be erased, and why."""

    inspection: Id
    reason: Words  # kept sealed
    case: Reference | None = None  # absent: the inspection and every case of it
    observed_at: Instant | None = None


class WordsExportBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which words are to be taken away, and why; all changes where nothing is named."""

    reason: Words  # kept sealed
    part: Reference | None = None  # and what is below it
    actor: Line | None = None  # who caused them
    since: Instant | None = None
    until: Instant | None = None
    observed_at: Instant | None = None


class SeenContentBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody has seen and approves, by its hash."""

    content_hash: FiguresHash
    observed_at: Instant | None = None


class ApprovalBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agreement to what somebody else asked for, exactly as they asked for it."""

    observed_at: Instant | None = None


class DoneBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something is done, and there is nothing to say about it."""

    observed_at: Instant | None = None


class SamplesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Samples to be drawn; without a seed, we make one and record it."""

    seed: Line | None = None
    observed_at: Instant | None = None


class AllocationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case and who is to assess it; a reason where it was somebody else's."""

    case: Reference
    to: Id
    reason: Words | None = None  # kept sealed


class AllocationsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cases to be allocated, all or none."""

    allocations: Annotated[
        tuple[AllocationBody, ...], Meta(min_length=1, max_length=200)
    ]
    observed_at: Instant | None = None


class ReopeningBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On what occasion something finished is taken up again, and why."""

    occasion: Literal["joint-week", "discretion-review", "accuracy-check", "other"]
    reason: Words  # kept sealed
    observed_at: Instant | None = None


class QueryBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a checker asks about the answer to a question or prompt."""

    question: Reference
    text: Words  # kept sealed
    observed_at: Instant | None = None


class ResponseBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a query."""

    text: Words  # kept sealed
    observed_at: Instant | None = None


class MarkingBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second person's answers, by question."""

    answers: Annotated[dict[Reference, Line], Meta(min_length=1, max_length=500)]
    observed_at: Instant | None = None


class SettlementBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of two judgements stands, and why."""

    stands: Line
    reason: Words  # kept sealed
    observed_at: Instant | None = None


class CorrectionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another answer than the one on record, or none, and why."""

    answer: Line | None  # null: withdraw it
    version: (
        Annotated[int, Meta(ge=1)] | None
    )  # of the answer seen; null: there is none
    reason: Words  # kept sealed
    evidence: Words | None = None  # kept sealed; that of the answer once approved
    observed_at: Instant | None = None


class Uploaded(Struct, frozen=True, kw_only=True):
    """What stands for a file that was sent."""

    digest: str  # "sha256:…" of its bytes
    observed_at: Instant | None = None


class Body(Protocol):
    """Any body of a command; each may say when it was so."""

    @property
    def observed_at(self) -> datetime | None: ...
