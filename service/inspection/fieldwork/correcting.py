"""Another answer after submission: proposed by one person, approved by another."""

from collections.abc import Sequence

from events.inspection import (
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
)
from events.recorded import NewEvent
from projections import Correction, RatingBook
from service.inspection import about
from service.inspection.answering import legal_answer, legal_question
from service.inspection.asker import Asker
from service.inspection.fieldwork.commands import (
    ApproveCorrection,
    ProposeCorrection,
    RejectCorrection,
)
from service.refusal import Refused


def propose(
    command: ProposeCorrection, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Only where an answer cannot simply be changed; one at a time for each answer."""
    case, question = command.case, command.question
    legal_question(book, case, question)
    if command.answer is not None:
        legal_answer(book, command.answer)
    entry = book.entry(about.answer(case, question))
    version, stands = (None, None) if entry is None else (entry.version, entry.value)
    if command.replaces != version:
        raise Refused(
            "stale-answer",
            f"the answer to `{question}` of case `{case}` is not the one you have "
            f"seen; read it again and decide anew",
            current=version,
        )
    if command.answer == stands:
        raise Refused("no-correction", "this is the answer that stands")
    require_correctable(book, asker, case, question)
    correction = CorrectionProposed(
        case=case,
        question=question,
        answer=command.answer,
        replaces=version,
        reason=command.reason,
        evidence=command.evidence,
    )
    return (NewEvent(correction, about.correction(case, question)),)


def require_correctable(
    book: RatingBook, asker: Asker, case: str, question: str
) -> None:
    """Refuse a proposal where none is needed, or one waits already."""
    checking = book.casework.checking
    state = checking.review(case).state
    if not state.is_locked:
        raise Refused(
            "case-open", f"case `{case}` is {state.value}: change the answer as usual"
        )
    waiting = checking.pending.get((case, question))
    if waiting is not None and not _has_lapsed(checking.corrections[waiting], asker):
        raise Refused(
            "already-requested",
            f"correction {waiting} of `{question}` waits for approval already",
        )


def approve(
    command: ApproveCorrection, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """It was proposed to the answer that still stands, and not too long ago."""
    correction = _waiting(command, book)
    if _has_lapsed(correction, asker):
        raise Refused(
            "request-lapsed",
            "nobody approved this correction in time; it must be proposed anew",
        )
    thing = about.answer(correction.case, correction.question)
    entry = book.entry(thing)
    version = None if entry is None else entry.version
    if version != correction.replaces:
        raise Refused(
            "stale-answer",
            f"the answer to `{correction.question}` changed since the correction was "
            f"proposed; reject it",
            current=version,
        )
    approved = CorrectionApproved(
        case=correction.case,
        question=correction.question,
        answer=correction.answer,
        proposal=correction.proposed.version,
        replaces=version,
    )
    return (NewEvent(approved, thing),)


def reject(command: RejectCorrection, book: RatingBook) -> Sequence[NewEvent]:
    """The answer stands as it is."""
    correction = _waiting(command, book)
    rejected = CorrectionRejected(
        case=correction.case,
        question=correction.question,
        proposal=correction.proposed.version,
        reason=command.reason,
    )
    thing = about.correction(correction.case, correction.question)
    return (NewEvent(rejected, thing),)


def correction_at(
    book: RatingBook, case: str, question: str, position: int
) -> Correction:
    """A correction of one answer, by where it was proposed."""
    correction = book.casework.checking.corrections.get(position)
    if correction is None or (correction.case, correction.question) != (case, question):
        raise Refused(
            "not-found",
            f"there is no correction {position} of `{question}` of case `{case}`",
        )
    return correction


def _waiting(
    command: ApproveCorrection | RejectCorrection, book: RatingBook
) -> Correction:
    case, question = command.case, command.question
    correction = correction_at(book, case, question, command.correction)
    waiting = book.casework.checking.pending.get((case, question))
    if waiting != command.correction:
        raise Refused(
            "correction-closed",
            f"correction {command.correction} is not waiting for approval any more",
        )
    return correction


def _has_lapsed(correction: Correction, asker: Asker) -> bool:
    lapses = correction.proposed.at + asker.choices.approval_lapses_after
    return asker.at >= lapses
