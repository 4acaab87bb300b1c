"""What can be asked of the people who gather and check the answers."""

from msgspec import Struct

from dsl.sampling.eligibility import Case
from events.sealed import SealedText


class AssignPerson(Struct, frozen=True, kw_only=True):
    """Give a person a part in the inspection."""

    person: str
    role: str


class ReleasePerson(Struct, frozen=True, kw_only=True):
    """A person has that part no longer."""

    person: str
    role: str
    reason: SealedText | None = None


class FreezeCaseload(Struct, frozen=True, kw_only=True):
    """Fix the cases that samples are drawn from."""

    digest: str
    cases: tuple[Case, ...]
    rows: SealedText  # the same cases


class DrawSamples(Struct, frozen=True, kw_only=True):
    """Draw every sample of the framework from the frozen caseload."""

    caseload: int  # version of the one that was opened
    cases: tuple[Case, ...]  # of it
    seed: str


class CallUpReserve(Struct, frozen=True, kw_only=True):
    """Put the next reserve in the place of an excluded case."""

    case: str
    caseload: int
    cases: tuple[Case, ...]


class Allocation(Struct, frozen=True, kw_only=True):
    """One case and who is to assess it."""

    case: str
    to: str
    reason: SealedText | None = None  # it takes one to give a case to somebody else


class AllocateCases(Struct, frozen=True, kw_only=True):
    """Give cases to people, all or none."""

    allocations: tuple[Allocation, ...]


class SubmitCase(Struct, frozen=True, kw_only=True):
    """Finish with a case, so that a colleague can check it."""

    case: str


class AcceptCase(Struct, frozen=True, kw_only=True):
    """Agree with a colleague's case."""

    case: str


class ReturnCase(Struct, frozen=True, kw_only=True):
    """Give a submitted case back to its inspector."""

    case: str
    reason: SealedText


class ReopenCase(Struct, frozen=True, kw_only=True):
    """Take up a finished case again."""

    case: str
    occasion: str
    reason: SealedText


class RaiseQuery(Struct, frozen=True, kw_only=True):
    """Ask about one answer of a colleague's case."""

    query: str
    case: str
    question: str
    text: SealedText


class AnswerQuery(Struct, frozen=True, kw_only=True):
    """Answer what a checker asked."""

    case: str
    query: str
    text: SealedText


class ResolveQuery(Struct, frozen=True, kw_only=True):
    """Be content with the answer to a query."""

    case: str
    query: str


class MarkCaseAgain(Struct, frozen=True, kw_only=True):
    """Judge a colleague's case a second time; the first answers stand."""

    case: str
    answers: dict[str, str]


class SettleMarking(Struct, frozen=True, kw_only=True):
    """Say which of two judgements stands; another than the first is a correction."""

    case: str
    question: str
    stands: str
    reason: SealedText


class ProposeCorrection(Struct, frozen=True, kw_only=True):
    """Propose another answer to a question of a submitted case."""

    case: str
    question: str
    answer: str | None  # None: withdraw it
    replaces: int | None  # version of the answer the asker has seen
    reason: SealedText
    evidence: SealedText | None = None


class ApproveCorrection(Struct, frozen=True, kw_only=True):
    """Agree to a correction of somebody else's: from here on it is the answer."""

    case: str
    question: str
    correction: int  # position of its correction-proposed event


class RejectCorrection(Struct, frozen=True, kw_only=True):
    """Turn a correction down; the answer stands."""

    case: str
    question: str
    correction: int
    reason: SealedText


class SubmitInspection(Struct, frozen=True, kw_only=True):
    """Finish with the fieldwork."""


class ReopenInspection(Struct, frozen=True, kw_only=True):
    """Take up finished fieldwork again."""

    occasion: str
    reason: SealedText


FieldworkCommand = (
    AssignPerson
    | ReleasePerson
    | FreezeCaseload
    | DrawSamples
    | CallUpReserve
    | AllocateCases
    | SubmitCase
    | AcceptCase
    | ReturnCase
    | ReopenCase
    | RaiseQuery
    | AnswerQuery
    | ResolveQuery
    | MarkCaseAgain
    | SettleMarking
    | ProposeCorrection
    | ApproveCorrection
    | RejectCorrection
    | SubmitInspection
    | ReopenInspection
)
