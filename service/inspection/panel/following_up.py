"""The action plan: what the service will do, and what the inspectorate thinks of it."""

from collections.abc import Sequence

from events.inspection import ActionPlanReceived, ActionPlanReviewed
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.panel.commands import ReceiveActionPlan, ReviewActionPlan
from service.inspection.record import known
from service.refusal import Refused

OUTCOMES = ("sufficient", "not-sufficient")


def receive_plan(command: ReceiveActionPlan, book: RatingBook) -> Sequence[NewEvent]:
    """A plan answers a report; a later one takes the place of an earlier."""
    if not book.proceedings.published:
        raise Refused(
            "not-published", "a plan answers the report, which is not published yet"
        )
    received = ActionPlanReceived(summary=command.summary)
    return (NewEvent(received, about.action_plan()),)


def review_plan(command: ReviewActionPlan, book: RatingBook) -> Sequence[NewEvent]:
    """Each plan is reviewed once; what is not sufficient is answered by another."""
    known("outcome", command.outcome, OUTCOMES)
    if book.proceedings.plan is None:
        raise Refused("no-plan", "there is no action plan to review")
    if book.proceedings.review is not None:
        raise Refused(
            "already-reviewed", "this plan was reviewed; a new one can be received"
        )
    reviewed = ActionPlanReviewed(outcome=command.outcome, summary=command.summary)
    return (NewEvent(reviewed, about.action_plan()),)
