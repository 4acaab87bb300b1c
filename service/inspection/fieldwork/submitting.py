"""A case, or the whole fieldwork, is finished, and taken up again."""

from collections.abc import Iterable, Sequence

from events.inspection import (
    CaseReopened,
    CaseSubmitted,
    InspectionReopened,
    InspectionSubmitted,
)
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.asker import Asker
from service.inspection.fieldwork import gaps
from service.inspection.fieldwork.commands import ReopenCase, ReopenInspection
from service.inspection.fieldwork.gaps import Gap
from service.inspection.fieldwork.locks import require_open_case, require_unpublished
from service.refusal import Refused


def submit_case(case: str, book: RatingBook) -> Sequence[NewEvent]:
    """Every question that is asked of it and relevant is answered, every query too."""
    if status_of(book, case) == "excluded":
        raise Refused("case-excluded", f"case `{case}` is excluded; there is no end")
    require_open_case(book, case)
    found = (*gaps.missing(book, case), *gaps.queried(book, case, answered=True))
    refuse_gaps("incomplete-case", f"case `{case}` cannot be submitted", found)
    return (NewEvent(CaseSubmitted(case=case), about.review(case)),)


def reopen_case(command: ReopenCase, book: RatingBook) -> Sequence[NewEvent]:
    """It counts all the while, and is submitted and checked anew."""
    status_of(book, command.case)
    require_submitted(book, command.case)
    reopened = CaseReopened(
        case=command.case, occasion=command.occasion, reason=command.reason
    )
    return (NewEvent(reopened, about.review(command.case)),)


def submit_inspection(book: RatingBook, asker: Asker) -> Sequence[NewEvent]:
    """Nothing is missing, queried or contested; what ratings rest on stands still."""
    checked = asker.choices.every_case_checked
    found = tuple(gaps.of_inspection(book, every_case_checked=checked))
    refuse_gaps("incomplete-inspection", "the fieldwork cannot be submitted", found)
    return (NewEvent(InspectionSubmitted(), about.FIELDWORK),)


def reopen_inspection(
    command: ReopenInspection, book: RatingBook
) -> Sequence[NewEvent]:
    """Its cases stay as they are; each that must change is reopened for itself."""
    if book.casework.checking.submitted is None:
        raise Refused("not-submitted", "the fieldwork was not submitted")
    require_unpublished(book)
    reopened = InspectionReopened(occasion=command.occasion, reason=command.reason)
    return (NewEvent(reopened, about.FIELDWORK),)


def require_submitted(book: RatingBook, case: str) -> None:
    """Refuse what can only be done with a finished case."""
    state = book.casework.checking.review(case).state
    if not state.is_locked:
        raise Refused(
            "not-submitted", f"case `{case}` is {state.value}: it is not submitted"
        )


def refuse_gaps(code: str, sentence: str, found: Iterable[Gap]) -> None:
    """Refuse if anything is open, listing all of it."""
    says = tuple(gap.says for gap in found)
    if says:
        more = f", and {len(says) - 1} more" if len(says) > 1 else ""
        raise Refused(code, f"{sentence}: {says[0]}{more}", gaps=says)
