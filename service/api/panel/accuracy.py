"""The accuracy check: a draft goes out, the service raises points, all are settled."""

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from projections import Point, RatingBook, snapshot
from service.api.panel.bodies import DraftBody, PointSettlementBody, TextBody
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import (
    RaiseAccuracyPoint,
    SendDraft,
    SettleAccuracyPoint,
)
from service.permission import Action

routes = Routes("accuracy")

_INSPECTION = "/v1/inspections/{inspection}"
_POINTS = f"{_INSPECTION}/accuracy-points"


class DraftView(Struct, frozen=True, kw_only=True):
    """The draft that went out; `same_figures` tells if they have moved since."""

    due_on: str
    figures_hash: str
    same_figures: bool
    filed: FiledView


class SettledView(Struct, frozen=True, kw_only=True):
    """What became of a point."""

    outcome: str
    reason: WordsView
    filed: FiledView


class PointView(Struct, frozen=True, kw_only=True):
    """Something that the service says is wrong."""

    point: str
    text: WordsView
    raised: FiledView
    settled: SettledView | None


class AccuracyView(Struct, frozen=True, kw_only=True):
    """The draft, and every point raised on it."""

    inspection: str
    as_of: int
    draft: DraftView | None
    points: tuple[PointView, ...]


@recording(
    routes,
    "POST",
    f"{_INSPECTION}/drafts",
    Recording(
        may=Action.WRITE_REPORT,
        takes=DraftBody,
        thing=about.draft,
        refuses=("not-agreed", "due-date-past"),
        lies_at=_POINTS,
    ),
)
def send_draft(said: Said[DraftBody]) -> SendDraft:
    """Send the draft to the service, which can raise points until a day."""
    return SendDraft(due_on=said.body.due_on)


@recording(
    routes,
    "POST",
    _POINTS,
    Recording(
        may=Action.RAISE_POINTS,
        takes=TextBody,
        thing=about.accuracy,
        refuses=("no-draft", "accuracy-check-over"),
        lies_at=_POINTS,
    ),
)
def raise_accuracy_point(said: Said[TextBody]) -> RaiseAccuracyPoint:
    """Say that a fact in the draft is wrong."""
    return RaiseAccuracyPoint(text=said.sealed["text"])


def _points(_: str) -> str:
    return about.accuracy()


@recording(
    routes,
    "POST",
    f"{_POINTS}/{{point}}/settlements",
    Recording(
        may=Action.SETTLE_POINTS,
        takes=PointSettlementBody,
        thing=_points,
        refuses=("already-settled", "unknown-outcome", "four-eyes"),
        lies_at=_POINTS,
    ),
)
def settle_accuracy_point(said: Said[PointSettlementBody]) -> SettleAccuracyPoint:
    """Accept or reject a point; corrections that follow from it go their usual way."""
    (point,) = said.steps
    return SettleAccuracyPoint(
        point=point, outcome=said.body.outcome, reason=said.sealed["reason"]
    )


@routes.get(
    _POINTS, Contract(may=Action.READ_REPORT, gives={200: AccuracyView}, asks=(AS_OF,))
)
async def list_accuracy_points(request: web.Request) -> web.Response:
    """Show the draft that went out and the points raised on it."""

    def view(book: RatingBook) -> tuple[AccuracyView, list[Point]]:
        panel, draft = book.proceedings, None
        if panel.draft is not None:
            fact = panel.draft.fact
            draft = DraftView(
                due_on=fact.due_on.isoformat(),
                figures_hash=fact.figures_hash,
                same_figures=fact.figures_hash == snapshot(book).figures_hash,
                filed=filed_view(panel.draft),
            )
        seen = AccuracyView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            draft=draft,
            points=(),
        )
        return seen, [*panel.points.values()]

    seen, raised = await look(request, view)
    points = tuple([await _point(request, point) for point in raised])
    return shown(replace(seen, points=points), at=seen.as_of)


async def _point(request: web.Request, point: Point) -> PointView:
    settled = None
    if point.settled is not None:
        settled = SettledView(
            outcome=point.settled.fact.outcome,
            reason=await words_view(request, point.settled, "reason"),
            filed=filed_view(point.settled),
        )
    return PointView(
        point=point.raised.fact.point,
        text=await words_view(request, point.raised, "text"),
        raised=filed_view(point.raised),
        settled=settled,
    )
