"""What can be asked of an inspection.

A command carries what the asker said and nothing else: who asks, when, and the version
they have seen travel beside it. Words arrive already sealed. Here is what rates and
what is kept; `fieldwork` and `panel` have the commands of their part of the work.
"""

from datetime import date, datetime

from msgspec import Struct

from events.sealed import SealedText
from service.inspection.fieldwork.commands import FieldworkCommand
from service.inspection.panel.commands import PanelCommand


class AnnounceInspection(Struct, frozen=True, kw_only=True):
    """Open an inspection; without `framework`, the one in force on the date is used."""

    service: str
    programme: str
    fieldwork_starts_on: date
    framework: str | None = None
    revision: int | None = None
    follows: str | None = None  # the earlier inspection that this one looks again at
    team: dict[str, str] = {}  # person → role


class SetDomainAside(Struct, frozen=True, kw_only=True):
    """A domain will not be inspected."""

    domain: str
    reason: SealedText


class TakeDomainUp(Struct, frozen=True, kw_only=True):
    """A domain set aside will be inspected after all."""

    domain: str
    reason: SealedText


class AddCase(Struct, frozen=True, kw_only=True):
    """Put a case into a sample, with what is known of it so far."""

    case: str
    sample: str
    facts: dict[str, str]


class ExcludeCase(Struct, frozen=True, kw_only=True):
    """A case must not count."""

    case: str
    reason: SealedText


class RestoreCase(Struct, frozen=True, kw_only=True):
    """An excluded case counts again."""

    case: str
    reason: SealedText


class RecordFact(Struct, frozen=True, kw_only=True):
    """Something is known of a case, or of the service or inspection (`case` None)."""

    case: str | None
    fact: str
    value: str


class WithdrawFact(Struct, frozen=True, kw_only=True):
    """Something is not known after all."""

    case: str | None
    fact: str


class GiveAnswer(Struct, frozen=True, kw_only=True):
    """Answer a question or a prompt of one case, or change that answer."""

    case: str
    question: str
    answer: str
    evidence: SealedText | None = None


class WithdrawAnswer(Struct, frozen=True, kw_only=True):
    """Leave a question unanswered again."""

    case: str
    question: str
    reason: SealedText | None = None


class ProposeJudgement(Struct, frozen=True, kw_only=True):
    """Propose the rating of a judged standard, or change that proposal."""

    standard: str
    rating: str
    evidence: tuple[str, ...] = ()  # ids of what it rests on
    rationale: SealedText | None = None


class WithdrawJudgement(Struct, frozen=True, kw_only=True):
    """Leave a judged standard unrated again."""

    standard: str
    reason: SealedText | None = None


class DepartFromGuidance(Struct, frozen=True, kw_only=True):
    """Say why a standard's rating is not the one guidance expects."""

    standard: str
    reason: SealedText


class RequestErasure(Struct, frozen=True, kw_only=True):
    """Ask that words be erased: of a case, of all cases, or of all the inspection."""

    case: str | None
    cases_only: bool  # with no case named: spare what is said of the inspection itself
    reason_code: str
    reason: SealedText


class ApproveErasure(Struct, frozen=True, kw_only=True):
    """Agree to a request of somebody else's: the words are gone for good."""

    request: int  # position of its erasure-requested event


class PlaceHold(Struct, frozen=True, kw_only=True):
    """Let nothing of a case, or of the whole inspection, be erased."""

    case: str | None
    reason: SealedText


class RequestRelease(Struct, frozen=True, kw_only=True):
    """Ask that a hold be lifted."""

    hold: int  # position of its hold-placed event
    reason: SealedText


class ApproveRelease(Struct, frozen=True, kw_only=True):
    """Agree that a hold be lifted."""

    hold: int


class BreakGlass(Struct, frozen=True, kw_only=True):
    """Open the evidence of an inspection to an administrator, in an emergency."""

    reason: SealedText


class ReviewBreakGlass(Struct, frozen=True, kw_only=True):
    """Say that an opening, and what was read under it, was looked at."""

    opening: int  # position of its break-glass-opened event


BreakGlassCommand = BreakGlass | ReviewBreakGlass


class RequestExport(Struct, frozen=True, kw_only=True):
    """Ask to take words away, as they stand at a position."""

    as_of: int
    cases: int
    content_hash: str
    reason: SealedText
    part: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ApproveExport(Struct, frozen=True, kw_only=True):
    """Agree that somebody else takes exactly these words away."""

    request: int  # position of its export-requested event
    content_hash: str


class RejectExport(Struct, frozen=True, kw_only=True):
    """Do not agree to it."""

    request: int
    reason: SealedText


class MakeExport(Struct, frozen=True, kw_only=True):
    """Take the words away, under the approval and once."""

    request: int
    content_hash: str


ExportCommand = RequestExport | ApproveExport | RejectExport | MakeExport

RetentionCommand = (
    RequestErasure | ApproveErasure | PlaceHold | RequestRelease | ApproveRelease
)

RatingCommand = (
    AnnounceInspection
    | SetDomainAside
    | TakeDomainUp
    | AddCase
    | ExcludeCase
    | RestoreCase
    | RecordFact
    | WithdrawFact
    | GiveAnswer
    | WithdrawAnswer
    | ProposeJudgement
    | WithdrawJudgement
    | DepartFromGuidance
)

InspectionCommand = (
    RatingCommand
    | RetentionCommand
    | ExportCommand
    | BreakGlassCommand
    | FieldworkCommand
    | PanelCommand
)
