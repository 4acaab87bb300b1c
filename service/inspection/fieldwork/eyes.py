"""What takes a second person in the fieldwork: why this person may not, or None."""

from msgspec import Struct

from projections import RatingBook
from service.identity import Role
from service.inspection.asker import Asker
from service.inspection.fieldwork.commands import (
    AnswerQuery,
    ApproveCorrection,
)
from service.refusal import Refused


def not_own_case(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Nobody checks, marks again or reopens a case that they worked on."""
    case = getattr(command, "case", None)
    if case is None or asker.person not in book.casework.inspectors_of(case):
        return None
    return _own_work(case)


def not_own_judgement(
    command: Struct, asker: Asker, book: RatingBook
) -> Refused | None:
    """Nobody settles whether their own judgement stands."""
    case = getattr(command, "case", None)
    if case is None or asker.person not in book.casework.assessors_of(case):
        return None
    return _own_work(case)


def not_own_proposal(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """F2: a correction counts when another person has approved it."""
    if not isinstance(command, ApproveCorrection):
        return None
    found = book.casework.checking.corrections.get(command.correction)
    if found is None or found.proposed.by != asker.person:
        return None
    return _second(
        "whoever proposed a correction cannot approve it",
        Role.LEAD_INSPECTOR,
        Role.QUALITY_LEAD,
    )


def not_taken_back_by(
    command: Struct, asker: Asker, book: RatingBook
) -> Refused | None:
    """F2: whoever returned or reopened a case does not answer it until it is submitted.

    Otherwise one person could change a submitted answer alone.
    """
    case = getattr(command, "case", None)
    if case is None:
        return None
    if book.casework.checking.review(case).taken_back_by != asker.person:
        return None
    return _second(
        f"you returned or reopened case `{case}`; somebody else works on it now",
        Role.INSPECTOR,
        Role.LEAD_INSPECTOR,
    )


def not_own_query(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Whoever asks does not answer."""
    if not isinstance(command, AnswerQuery):
        return None
    query = book.casework.checking.queries.get(command.query)
    if query is None or query.raised.by != asker.person:
        return None
    return _second("you raised this query; somebody else answers it", Role.INSPECTOR)


def _own_work(case: str) -> Refused:
    return _second(
        f"case `{case}` is your own work; a colleague checks it",
        Role.INSPECTOR,
        Role.LEAD_INSPECTOR,
        Role.QUALITY_LEAD,
    )


def _second(sentence: str, *roles: Role) -> Refused:
    return Refused("four-eyes", sentence, roles=tuple(map(str, roles)))
