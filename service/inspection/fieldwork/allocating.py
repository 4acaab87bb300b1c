"""Who assesses which case."""

from collections.abc import Iterator, Sequence

from events.inspection import CaseAllocated
from events.recorded import NewEvent
from projections import RatingBook
from service.identity import Role
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.fieldwork.commands import AllocateCases, Allocation
from service.refusal import Refused

ASSESSORS = frozenset(
    {
        Role.INSPECTOR,
        Role.LEAD_INSPECTOR,
        Role.LOCAL_ASSESSOR,
        Role.PARTNER_ASSESSOR,
    }
)
"""Parts in an inspection that let a person assess cases."""


def allocate(command: AllocateCases, book: RatingBook) -> Sequence[NewEvent]:
    """All of them or none; what is so already changes nothing."""
    cases = [each.case for each in command.allocations]
    if len(set(cases)) < len(cases):
        twice = next(case for case in cases if cases.count(case) > 1)
        raise Refused(
            "allocated-twice", f"case `{twice}` is given to two people at once"
        )
    return tuple(_allocated(command, book))


def _allocated(command: AllocateCases, book: RatingBook) -> Iterator[NewEvent]:
    for place, each in enumerate(command.allocations):
        previously = book.casework.allocated.get(each.case)
        if previously == each.to:
            continue
        _check(each, place, book, previously)
        allocated = CaseAllocated(
            case=each.case, to=each.to, previously=previously, reason=each.reason
        )
        yield NewEvent(allocated, about.allocation(each.case))


def _check(
    each: Allocation, place: int, book: RatingBook, previously: str | None
) -> None:
    if status_of(book, each.case) == "excluded":
        raise Refused("case-excluded", f"case `{each.case}` is excluded")
    if ASSESSORS.isdisjoint(book.casework.roles_of(each.to)):
        raise Refused(
            "not-an-assessor",
            f"`{each.to}` has no part in this inspection that lets them assess cases",
            pointer=f"/allocations/{place}/to",
        )
    if previously is not None and each.reason is None:
        raise Refused(
            "reason-needed",
            f"case `{each.case}` is allocated to `{previously}`; say why it is given "
            f"to somebody else",
            pointer=f"/allocations/{place}",
        )
