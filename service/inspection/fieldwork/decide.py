"""What follows from a command about who gathers and checks the answers, and how."""

from collections.abc import Sequence
from typing import assert_never

from events.recorded import NewEvent
from projections import RatingBook
from service.inspection.fieldwork.commands import (
    AssignPerson,
    FieldworkCommand,
    ReleasePerson,
)
from service.inspection.fieldwork.people import assign, release


def decide(command: FieldworkCommand, book: RatingBook) -> Sequence[NewEvent]:
    """The events that follow; none if nothing changes."""
    match command:
        case AssignPerson():
            return assign(command, book)
        case ReleasePerson():
            return release(command, book)
        case _:
            assert_never(command)
