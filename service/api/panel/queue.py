"""What is before the panel: in one inspection, and in all of them."""

from aiohttp import web
from msgspec import Struct

from projections import RatingBook, inspections_before_panel
from service.api.panel.filed import FiledView, filed_view
from service.api.wire.context import DESK, ENGINE
from service.api.wire.looking import look
from service.api.wire.parameter import AFTER_ID, AS_OF, LIMIT, STAGE
from service.api.wire.reading import one_of, path
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.inspection.panel.stage import Stage, Staged, staged
from service.permission import Action

routes = Routes("discretion")


class VotesView(Struct, frozen=True, kw_only=True):
    """How many voted which way on what stands proposed."""

    proposal: int  # its version
    outcome: str
    after: str
    in_favour: int
    against: int


class OpenView(Struct, frozen=True, kw_only=True):
    """A standard before the panel, and how far the panel has come with it."""

    inspection: str
    standard: str
    title: str
    stage: str  # "eligible", "considered", "decided" or "lapsed"
    outcome: str | None  # of the last decision: "applied" or "declined"
    computed: str | None
    rating: str | None
    grounds: tuple[str, ...]
    because: tuple[str, ...]  # one sentence for each ground
    provisional: bool
    votes: VotesView | None
    decided: FiledView | None


class InspectionQueueView(Struct, frozen=True, kw_only=True):
    """The standards of one inspection that are or were before the panel."""

    inspection: str
    as_of: int
    standards: tuple[OpenView, ...]


class QueueView(Struct, frozen=True, kw_only=True):
    """Standards before the panel in all inspections, by inspection; `next` follows."""

    standards: tuple[OpenView, ...]
    next: str | None


@routes.get(
    "/v1/inspections/{inspection}/discretion",
    Contract(may=Action.READ_RATINGS, gives={200: InspectionQueueView}, asks=(AS_OF,)),
)
async def list_standards_before_panel(request: web.Request) -> web.Response:
    """List the standards that are open to discretion, on which grounds, and how far."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> InspectionQueueView:
        return InspectionQueueView(
            inspection=inspection,
            as_of=book.position,
            standards=_views(inspection, book),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.get(
    "/v1/discretion",
    Contract(
        may=Action.READ_QUEUE, gives={200: QueueView}, asks=(STAGE, AFTER_ID, LIMIT)
    ),
)
async def list_before_panel(request: web.Request) -> web.Response:
    """List what is before the panel in all inspections, and how far it has come."""
    wanted = one_of(request, "stage", [stage.value for stage in Stage])
    limit = limit_of(request)
    found = await inspections_before_panel(
        request.app[ENGINE], after=request.query.get("after", ""), limit=limit + 1
    )
    standards: list[OpenView] = []
    for inspection in found[:limit]:

        def view(book: RatingBook, name: str = inspection) -> tuple[OpenView, ...]:
            return _views(name, book)

        standards += [
            each
            for each in await request.app[DESK].read(inspection, view)
            if wanted is None or each.stage == wanted
        ]
    following = None
    if len(found) > limit:
        following = next_page(request, after=found[limit - 1])
    return shown(QueueView(standards=tuple(standards), next=following))


def _views(inspection: str, book: RatingBook) -> tuple[OpenView, ...]:
    return tuple(_view(inspection, book, each) for each in staged(book))


def _view(inspection: str, book: RatingBook, each: Staged) -> OpenView:
    outcome, panel = each.outcome, book.proceedings
    decided = panel.decided.get(outcome.part)
    return OpenView(
        inspection=inspection,
        standard=outcome.part,
        title=outcome.title,
        stage=each.stage,
        outcome=None if decided is None else decided.fact.outcome,
        computed=outcome.computed,
        rating=outcome.rating,
        grounds=tuple(each.discretion.grounds),
        because=each.discretion.because,
        provisional=outcome.provisional,
        votes=_votes(book, outcome.part),
        decided=None if decided is None else filed_view(decided),
    )


def _votes(book: RatingBook, standard: str) -> VotesView | None:
    motion = book.proceedings.motions.get(standard)
    if motion is None:
        return None
    said = [filed.fact.in_favour for filed in motion.votes.values()]
    return VotesView(
        proposal=motion.proposal.version,
        outcome=motion.proposal.fact.outcome,
        after=motion.proposal.fact.after,
        in_favour=sum(said),
        against=len(said) - sum(said),
    )
