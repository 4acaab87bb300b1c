"""The action plan: received from the service, reviewed by the inspectorate."""

from aiohttp import web
from msgspec import Struct

from events.inspection import ActionPlanReceived, ActionPlanReviewed
from projections import Filed, RatingBook
from service.api.panel.bodies import PlanBody, ReviewBody
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import ReceiveActionPlan, ReviewActionPlan
from service.permission import Action
from service.refusal import Refused

routes = Routes("action plan")

_PLAN = "/v1/inspections/{inspection}/action-plan"


class PlanReviewView(Struct, frozen=True, kw_only=True):
    """What the inspectorate thinks of a plan."""

    outcome: str
    summary: WordsView
    filed: FiledView


class PlanView(Struct, frozen=True, kw_only=True):
    """The last action plan and its review."""

    inspection: str
    as_of: int
    summary: WordsView
    received: FiledView
    review: PlanReviewView | None


@recording(
    routes,
    "POST",
    _PLAN,
    Recording(
        may=Action.RECEIVE_PLAN,
        takes=PlanBody,
        thing=about.action_plan,
        refuses=("not-published",),
        lies_at=_PLAN,
    ),
)
def receive_action_plan(said: Said[PlanBody]) -> ReceiveActionPlan:
    """Put on record what the service will do; it replaces an earlier plan."""
    return ReceiveActionPlan(summary=said.sealed["summary"])


@recording(
    routes,
    "POST",
    f"{_PLAN}/reviews",
    Recording(
        may=Action.REVIEW_PLAN,
        takes=ReviewBody,
        thing=about.action_plan,
        refuses=("no-plan", "already-reviewed", "unknown-outcome"),
        lies_at=_PLAN,
    ),
)
def review_action_plan(said: Said[ReviewBody]) -> ReviewActionPlan:
    """Say what the inspectorate thinks of the plan."""
    return ReviewActionPlan(outcome=said.body.outcome, summary=said.sealed["summary"])


@routes.get(
    _PLAN, Contract(may=Action.READ_REPORT, gives={200: PlanView}, asks=(AS_OF,))
)
async def show_action_plan(request: web.Request) -> web.Response:
    """Show the action plan and what the inspectorate thinks of it."""

    def view(
        book: RatingBook,
    ) -> tuple[Filed[ActionPlanReceived], Filed[ActionPlanReviewed] | None, int]:
        panel = book.proceedings
        if panel.plan is None:
            raise Refused("not-found", "no action plan was received yet")
        return panel.plan, panel.review, book.position

    plan, reviewed, at = await look(request, view)
    review = None
    if reviewed is not None:
        review = PlanReviewView(
            outcome=reviewed.fact.outcome,
            summary=await words_view(request, reviewed, "summary"),
            filed=filed_view(reviewed),
        )
    shown_plan = PlanView(
        inspection=path(request, "inspection"),
        as_of=at,
        summary=await words_view(request, plan, "summary"),
        received=filed_view(plan),
        review=review,
    )
    return shown(shown_plan, at=at)
