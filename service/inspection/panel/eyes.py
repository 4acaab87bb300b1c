"""Who may not take a step of the panel because of what they did before (F1, F4, F8).

Each rule says why this person may not, or None. They look at persons, never at roles:
whoever asked for something stays the one who asked, in whatever role they come back.
"""

from collections.abc import Sequence

from msgspec import Struct

from projections import LEAD, RatingBook
from service.inspection.asker import Asker
from service.inspection.panel.commands import (
    ApprovePublication,
    DecideDiscretion,
    SettleAccuracyPoint,
    VoteOnDiscretion,
)
from service.refusal import Refused

_PANEL = ("panel-member",)
_PUBLISHERS = ("head",)


def leads(_: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """The lead inspector's own inspection is for others to decide on."""
    if LEAD in book.casework.roles_of(asker.person):
        return _no("you lead this inspection; somebody else decides on it", _PANEL)
    return None


def assessed(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Nobody decides on a standard in which they answered for a case."""
    named = getattr(command, "standard", None)
    standards = book.framework.standards if named is None else (named,)
    if any(asker.person in book.casework.answered_below(each) for each in standards):
        what = "this inspection" if named is None else f"`{named}`"
        return _no(f"you answered for a case in {what}; somebody else decides", _PANEL)
    return None


def proposed_discretion(
    command: Struct, asker: Asker, book: RatingBook
) -> Refused | None:
    """Whoever proposed a move, even one replaced since, neither votes nor approves."""
    if isinstance(command, VoteOnDiscretion | DecideDiscretion) and (
        asker.person in book.proceedings.movers.get(command.standard, ())
    ):
        return _no("you proposed this; somebody else votes and approves", _PANEL)
    return None


def voted(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Whoever voted does not approve what the vote came to."""
    if not isinstance(command, DecideDiscretion):
        return None
    motion = book.proceedings.motions.get(command.standard)
    if motion is not None and asker.person in motion.votes:
        return _no("you voted on this; somebody who did not vote approves it", _PANEL)
    return None


def proposed_publication(
    command: Struct, asker: Asker, book: RatingBook
) -> Refused | None:
    """Whoever proposed to publish, even what was replaced, does not approve it."""
    if isinstance(command, ApprovePublication) and (
        asker.person in book.proceedings.publishers
    ):
        return _no("you proposed this publication; somebody else approves", _PUBLISHERS)
    return None


def raised_point(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Whoever raised a point does not settle it."""
    if not isinstance(command, SettleAccuracyPoint):
        return None
    point = book.proceedings.points.get(command.point)
    if point is not None and point.raised.by == asker.person:
        return _no("you raised this point; somebody else settles it", (LEAD,))
    return None


def _no(sentence: str, roles: Sequence[str]) -> Refused:
    return Refused("four-eyes", sentence, roles=tuple(roles))
