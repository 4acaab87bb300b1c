"""A case judged twice for consistency, and what comes of the differences."""

from collections.abc import Sequence

from events.inspection import CaseMarkedAgain, CorrectionProposed, MarkingSettled
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.answering import answer_to, legal_answer, legal_question
from service.inspection.asker import Asker
from service.inspection.fieldwork.commands import MarkCaseAgain, SettleMarking
from service.inspection.fieldwork.correcting import require_correctable
from service.inspection.fieldwork.submitting import require_submitted
from service.refusal import Refused


def mark_again(command: MarkCaseAgain, book: RatingBook) -> Sequence[NewEvent]:
    """Once, on a submitted case, so that two whole judgements are compared."""
    case = command.case
    for question, answer in command.answers.items():
        legal_question(book, case, question)
        legal_answer(book, answer)
    require_submitted(book, case)
    if case in book.casework.checking.markings:
        raise Refused("marked-already", f"case `{case}` was marked a second time")
    marked = CaseMarkedAgain(case=case, answers=command.answers)
    return (NewEvent(marked, about.marking(case)),)


def settle(
    command: SettleMarking, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Where the answer is not what stands, settling proposes it as a correction.

    It moves a rating only when another person approves it, as any correction.
    """
    case, question = command.case, legal_question(book, command.case, command.question)
    stands = legal_answer(book, command.stands)
    checking = book.casework.checking
    marking = checking.markings.get(case)
    if marking is None or question not in marking.answers:
        raise Refused(
            "not-found", f"`{question}` of case `{case}` was not marked a second time"
        )
    thing = about.correction(case, question)
    settled = MarkingSettled(
        case=case, question=question, stands=stands, reason=command.reason
    )
    if stands == answer_to(book, case, question):
        return (NewEvent(settled, thing),)
    require_correctable(book, asker, case, question)
    entry = book.entry(about.answer(case, question))
    correction = CorrectionProposed(
        case=case,
        question=question,
        answer=stands,
        replaces=None if entry is None else entry.version,
        reason=command.reason,
    )
    return (NewEvent(settled, thing), NewEvent(correction, thing))
