"""The draft goes to the service, which may say that facts in it are wrong."""

from collections.abc import Sequence

from events.inspection import AccuracyPointRaised, AccuracyPointSettled, DraftSent
from events.recorded import NewEvent
from projections import RatingBook, snapshot
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.panel.agreeing import require_agreed
from service.inspection.panel.commands import (
    RaiseAccuracyPoint,
    SendDraft,
    SettleAccuracyPoint,
)
from service.inspection.record import known
from service.refusal import Refused

OUTCOMES = ("accepted", "rejected")


def send_draft(
    command: SendDraft, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Only ratings that a panel agreed leave the house."""
    seen = snapshot(book)
    require_agreed(book, seen)
    if command.due_on < asker.at.date():
        raise Refused(
            "due-date-past",
            f"{command.due_on} is past; give the service a day that it can still meet",
            pointer="/due_on",
        )
    sent = DraftSent(figures_hash=seen.figures_hash, due_on=command.due_on)
    return (NewEvent(sent, about.draft()),)


def raise_point(
    command: RaiseAccuracyPoint, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Points are taken while the draft is out and its day has not passed."""
    draft = book.proceedings.draft
    if draft is None:
        raise Refused("no-draft", "no draft was sent yet that could be wrong")
    if asker.at.date() > draft.fact.due_on:
        raise Refused(
            "accuracy-check-over",
            f"points could be raised until {draft.fact.due_on}; ask the lead inspector "
            f"to send the draft again",
            roles=("lead-inspector",),
        )
    raised = AccuracyPointRaised(
        point=f"P-{len(book.proceedings.points) + 1}", text=command.text
    )
    return (NewEvent(raised, about.accuracy()),)


def settle_point(command: SettleAccuracyPoint, book: RatingBook) -> Sequence[NewEvent]:
    """Accepting a point changes nothing by itself: corrections go their usual way.

    One that moves a rating leaves the ratings not agreed, so the panel sees them again.
    """
    known("outcome", command.outcome, OUTCOMES)
    point = book.proceedings.points.get(command.point)
    if point is None:
        raise Refused("not-found", f"nobody raised a point `{command.point}`")
    if point.settled is not None:
        raise Refused(
            "already-settled",
            f"`{command.point}` was {point.settled.fact.outcome} already",
        )
    settled = AccuracyPointSettled(
        point=command.point, outcome=command.outcome, reason=command.reason
    )
    return (NewEvent(settled, about.accuracy()),)


def require_settled(book: RatingBook) -> None:
    """Raise Refused while a draft was not sent or a point is open."""
    panel = book.proceedings
    if panel.draft is None:
        raise Refused("no-draft", "the service has not seen a draft; send it first")
    unsettled = tuple(
        name for name, point in panel.points.items() if point.settled is None
    )
    if unsettled:
        raise Refused(
            "points-open",
            f"{', '.join(f'`{name}`' for name in unsettled)} of the accuracy check "
            f"must be settled first",
            gaps=unsettled,
        )
