"""Two points in time side by side: what differs between them."""

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from projections import RatingBook
from service.api.rating.rating_view import RatingView, part_view, rated
from service.api.wire.looking import look_at
from service.api.wire.parameter import FROM_POINT, TO_POINT
from service.api.wire.reading import path
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.permission import Action

routes = Routes("ratings")


class PointView(Struct, frozen=True, kw_only=True):
    """The record at one point, and the rules it was held to then."""

    as_of: int
    framework: str
    revision: int
    framework_hash: str
    agreed: bool  # by a panel, on the figures of then


class DifferenceView(Struct, frozen=True, kw_only=True):
    """One part that is not the same at both; None where its framework has no such."""

    part: str
    a: RatingView | None
    b: RatingView | None


class ComparisonView(Struct, frozen=True, kw_only=True):
    """Two points of one inspection, and only what differs, in framework order."""

    inspection: str
    a: PointView
    b: PointView
    differences: tuple[DifferenceView, ...]


@routes.get(
    "/v1/inspections/{inspection}/compare",
    Contract(
        may=Action.READ_RATINGS,
        gives={200: ComparisonView},
        asks=(FROM_POINT, TO_POINT),
    ),
)
async def compare(request: web.Request) -> web.Response:
    """Show what differs between two points in time: ratings, figures and reasons."""
    point_a, parts_a = await look_at(request, _all_of, "a")
    point_b, parts_b = await look_at(request, _all_of, "b")
    view = ComparisonView(
        inspection=path(request, "inspection"),
        a=point_a,
        b=point_b,
        differences=tuple(
            DifferenceView(part=part, a=parts_a.get(part), b=parts_b.get(part))
            for part in dict.fromkeys((*parts_a, *parts_b))
            if _told(parts_a.get(part)) != _told(parts_b.get(part))
        ),
    )
    return shown(view, at=max(point_a.as_of, point_b.as_of))


def _told(view: RatingView | None) -> RatingView | None:
    """A part but for the panel's agreement, which is to all parts or none."""
    return None if view is None else replace(view, agreed=False)


def _all_of(book: RatingBook) -> tuple[PointView, dict[str, RatingView]]:
    seen = rated(book)
    views = (part_view(part, seen) for part in book.framework.rates)
    point = PointView(
        as_of=book.position,
        framework=book.edition.id,
        revision=book.edition.revision,
        framework_hash=book.framework.hash,
        agreed=seen.agreed,
    )
    return point, {view.part: view for view in views if view is not None}
