"""Opening evidence in an emergency, and looking at it afterwards: never one person."""

from collections.abc import Sequence
from typing import assert_never

from events.break_glass import BreakGlassOpened, BreakGlassReviewed
from events.recorded import NewEvent
from projections import RatingBook
from service.identity import Role
from service.inspection.asker import Asker
from service.inspection.commands import (
    BreakGlass,
    BreakGlassCommand,
    InspectionCommand,
    ReviewBreakGlass,
)
from service.refusal import Refused


def break_glass(
    command: BreakGlassCommand, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """The events that follow; none where it is open, or was looked at, already."""
    match command:
        case BreakGlass(reason=reason):
            if book.break_glass.opening_of(asker.person, asker.at) is not None:
                return ()
            minutes = asker.choices.break_glass_minutes
            opened = BreakGlassOpened(minutes=minutes, reason=reason)
            return (NewEvent(opened, ABOUT),)
        case ReviewBreakGlass(opening=position):
            opening = book.break_glass.openings.get(position)
            if opening is None:
                raise Refused("not-found", f"there is no opening {position} here")
            if opening.reviewed is not None:
                return ()
            return (NewEvent(BreakGlassReviewed(opening=position), ABOUT),)
        case _:
            assert_never(command)


ABOUT = "break-glass"
"""What these events are about, and their words are bound to."""


def opened_it(
    command: InspectionCommand, asker: Asker, book: RatingBook
) -> Refused | None:
    """Nobody looks after themselves."""
    position = getattr(command, "opening", 0)
    opening = book.break_glass.openings.get(position)
    if opening is None or opening.opened.by != asker.person:
        return None
    return Refused(
        "four-eyes",
        "you opened it yourself; somebody else in `governance` looks at it",
        roles=(Role.GOVERNANCE,),
    )
