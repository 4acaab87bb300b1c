"""Who has which part in an inspection.

Some roles hold everywhere, such as governance; the others only where a person has been
assigned. Whoever announces an inspection leads it until a lead is named.
"""

from collections.abc import Sequence

from events.inspection import PersonAssigned, PersonReleased
from events.recorded import NewEvent
from projections import LEAD, RatingBook
from service.identity import PER_INSPECTION
from service.inspection import about
from service.inspection.fieldwork.commands import AssignPerson, ReleasePerson
from service.inspection.record import known
from service.refusal import Refused


def assign(command: AssignPerson, book: RatingBook) -> Sequence[NewEvent]:
    """The role is of those that hold where one is assigned."""
    role, person = known("role", command.role, PER_INSPECTION), command.person
    if role in book.casework.roles_of(person):
        return ()
    return (
        NewEvent(PersonAssigned(person=person, role=role), about.person(person, role)),
    )


def release(command: ReleasePerson, book: RatingBook) -> Sequence[NewEvent]:
    """Somebody must lead as long as the inspection lasts."""
    role, person = known("role", command.role, PER_INSPECTION), command.person
    if role not in book.casework.roles_of(person):
        raise Refused("not-found", f"`{person}` has no part as `{role}` here")
    if role == LEAD and len(book.casework.people_with(LEAD)) == 1:
        raise Refused(
            "last-lead",
            f"`{person}` is the only lead; assign another lead first",
        )
    released = PersonReleased(person=person, role=role, reason=command.reason)
    return (NewEvent(released, about.person(person, role)),)
