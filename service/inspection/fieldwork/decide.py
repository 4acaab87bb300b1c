"""What follows from a command about who gathers and checks the answers, and how."""

from collections.abc import Sequence
from typing import assert_never

from events.recorded import NewEvent
from projections import RatingBook
from service.inspection.asker import Asker
from service.inspection.fieldwork.allocating import allocate
from service.inspection.fieldwork.choosing import call_up, draw_samples, freeze
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AllocateCases,
    AnswerQuery,
    ApproveCorrection,
    AssignPerson,
    CallUpReserve,
    DrawSamples,
    FieldworkCommand,
    FreezeCaseload,
    MarkCaseAgain,
    ProposeCorrection,
    RaiseQuery,
    RejectCorrection,
    ReleasePerson,
    ReopenCase,
    ReopenInspection,
    ResolveQuery,
    ReturnCase,
    SettleMarking,
    SubmitCase,
    SubmitInspection,
)
from service.inspection.fieldwork.correcting import approve, propose, reject
from service.inspection.fieldwork.locks import require_open_fieldwork
from service.inspection.fieldwork.marking import mark_again, settle
from service.inspection.fieldwork.people import assign, release
from service.inspection.fieldwork.reviewing import (
    accept,
    answer_query,
    raise_query,
    resolve_query,
    return_,
)
from service.inspection.fieldwork.submitting import (
    reopen_case,
    reopen_inspection,
    submit_case,
    submit_inspection,
)


def decide(
    command: FieldworkCommand, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """The events that follow; none if nothing changes."""
    match command:
        case AssignPerson():
            return assign(command, book)
        case ReleasePerson():
            return release(command, book)
        case ReopenInspection():
            return reopen_inspection(command, book)
        case _:
            require_open_fieldwork(book)
            return _decide(command, book, asker)


_InOpenFieldwork = (
    FreezeCaseload
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
)


def _decide(
    command: _InOpenFieldwork, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    match command:
        case FreezeCaseload():
            return freeze(command, book)
        case DrawSamples():
            return draw_samples(command, book)
        case CallUpReserve():
            return call_up(command, book)
        case AllocateCases():
            return allocate(command, book)
        case SubmitInspection():
            return submit_inspection(book, asker)
        case SubmitCase(case=case):
            return submit_case(case, book)
        case ReopenCase():
            return reopen_case(command, book)
        case AcceptCase(case=case):
            return accept(case, book)
        case ReturnCase():
            return return_(command, book)
        case RaiseQuery():
            return raise_query(command, book)
        case AnswerQuery():
            return answer_query(command, book)
        case ResolveQuery():
            return resolve_query(command, book)
        case MarkCaseAgain():
            return mark_again(command, book)
        case SettleMarking():
            return settle(command, book, asker)
        case ProposeCorrection():
            return propose(command, book, asker)
        case ApproveCorrection():
            return approve(command, book, asker)
        case RejectCorrection():
            return reject(command, book)
        case _:
            assert_never(command)
