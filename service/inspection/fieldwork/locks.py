"""When what is on record can no longer be changed as usual."""

from projections import RatingBook
from service.permission import PERMISSIONS, Action
from service.refusal import Refused


def require_open_case(book: RatingBook, case: str) -> None:
    """Answers and facts of a case are fixed from its submission on."""
    review = book.casework.checking.review(case)
    if review.state.is_locked:
        raise Refused(
            "case-submitted",
            f"case `{case}` is {review.state.value}: propose a correction of an "
            f"answer, or have the case returned or reopened",
        )


def require_open_fieldwork(book: RatingBook) -> None:
    """Once the fieldwork is submitted, nothing that a rating rests on moves."""
    require_unpublished(book)
    if book.casework.checking.submitted is not None:
        raise Refused(
            "inspection-locked",
            "the fieldwork was submitted; its lead inspector can reopen it",
            roles=tuple(sorted(PERMISSIONS[Action.REOPEN_CASES])),
        )


def require_unpublished(book: RatingBook) -> None:
    """What is published stays as it is until an erratum opens it."""
    if book.proceedings.is_published:
        raise Refused(
            "inspection-locked",
            "the report is published; open an erratum to correct it",
            roles=tuple(sorted(PERMISSIONS[Action.OPEN_ERRATUM])),
        )


def require_not_replaced(book: RatingBook, case: str) -> None:
    """A case with a stand-in would count beside it."""
    stand_in = book.casework.stands_in.get(case)
    if stand_in is not None:
        raise Refused(
            "case-replaced", f"`{stand_in}` was called up in the place of case `{case}`"
        )
