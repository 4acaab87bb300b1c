"""Break-glass: an administrator opens evidence for an hour, and governance looks."""

from aiohttp import web
from msgspec import Struct

from projections import Opening, RatingBook, instant
from service.api.wire.bodies import DoneBody, ReasonBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import DESK, LOGGER, STORE
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import seal_under, words_of
from service.desk import Accepted
from service.inspection import keys
from service.inspection.break_glass import ABOUT
from service.inspection.commands import BreakGlass, ReviewBreakGlass
from service.permission import Action

routes = Routes("break-glass")

_HERE = "/v1/inspections/{inspection}/break-glass"


class OpeningView(Struct, frozen=True, kw_only=True):
    """One opening: by whom, until when, why, and who of governance looked at it."""

    opening: int
    opened_by: str
    opened_at: str
    until: str
    reason: str | None
    reviewed_by: str | None
    reviewed_at: str | None


class OpeningsView(Struct, frozen=True, kw_only=True):
    """Every time the evidence of an inspection was opened in an emergency."""

    inspection: str
    as_of: int
    openings: tuple[OpeningView, ...]


@routes.get(
    _HERE,
    Contract(may=Action.READ_BREAK_GLASS, gives={200: OpeningsView}, asks=(AS_OF,)),
)
async def list_openings(request: web.Request) -> web.Response:
    """List who opened evidence in an emergency; the access log has what they saw."""

    def openings(book: RatingBook) -> tuple[tuple[Opening, ...], int]:
        return tuple(book.break_glass.openings.values()), book.position

    found, at = await look(request, openings)
    views = [await _view(request, each) for each in found]
    seen = OpeningsView(
        inspection=path(request, "inspection"), as_of=at, openings=tuple(views)
    )
    return shown(seen, at=at)


async def _view(request: web.Request, opening: Opening) -> OpeningView:
    (event,) = await request.app[STORE].read_all(after=opening.position - 1, limit=1)
    reason = await words_of(request, event, "reason", needs=Action.READ_BREAK_GLASS)
    reviewed = opening.reviewed
    return OpeningView(
        opening=opening.position,
        opened_by=opening.opened.by,
        opened_at=instant(opening.opened.at),
        until=instant(opening.until),
        reason=reason.text,
        reviewed_by=None if reviewed is None else reviewed.by,
        reviewed_at=None if reviewed is None else instant(reviewed.at),
    )


@routes.post(
    _HERE,
    Contract(
        may=Action.BREAK_GLASS,
        takes=ReasonBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
    ),
)
async def open_evidence(request: web.Request) -> web.Response:
    """Open the evidence of an inspection to yourself, in an emergency.

    You can read its cases for an hour; then it ends by itself. It is recorded for good,
    governance is asked to look at it, and each of your looks is in the access log.
    """
    inspection = path(request, "inspection")
    body = await read(request, ReasonBody)
    await request.app[DESK].read(inspection, lambda book: book.version)
    key = keys.of_retention(inspection)
    reason = await seal_under(
        request, key, body.reason, inspection=inspection, thing=ABOUT
    )
    task = Task(inspection=inspection, command=BreakGlass(reason=reason), key=key)
    here = location("inspections", inspection, "break-glass")
    response = await carry_out(request, task, body, location=here)
    request.app[LOGGER].warning("break_glass_opened")
    return response


@routes.post(
    f"{_HERE}/{{opening}}/reviews",
    Contract(
        may=Action.REVIEW_BREAK_GLASS,
        takes=DoneBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("four-eyes",),
    ),
)
async def review_opening(request: web.Request) -> web.Response:
    """Say that you looked at an opening and what was read under it."""
    inspection, opening = path(request, "inspection"), int(path(request, "opening"))
    body = await read(request, DoneBody)
    task = Task(
        inspection=inspection,
        command=ReviewBreakGlass(opening=opening),
        key=keys.of_retention(inspection),
    )
    here = location("inspections", inspection, "break-glass")
    return await carry_out(request, task, body, location=here)
