"""Holds: placed by one person, lifted by two."""

from aiohttp import web
from msgspec import Struct

from events.recorded import RecordedEvent
from events.retention import HoldPlaced
from projections import HoldEntry, holds
from service.api.wire.bodies import ApprovalBody, HoldBody, ReasonBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import DESK, ENGINE, STORE
from service.api.wire.parameter import AFTER_POSITION, KEY_REQUIRED, LIMIT
from service.api.wire.reading import number, path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.words import seal_under, words_of
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.commands import ApproveRelease, PlaceHold, RequestRelease
from service.permission import Action
from service.refusal import Refused

routes = Routes("retention")

_HOLDS = "/v1/retention/holds"


class HoldsView(Struct, frozen=True, kw_only=True):
    """A page of holds, oldest first; `next` is the address of what follows."""

    holds: tuple[HoldEntry, ...]
    next: str | None


class HoldView(Struct, frozen=True, kw_only=True):
    """A hold with the reason it was placed."""

    hold: HoldEntry
    reason: str | None


@routes.get(
    _HOLDS,
    Contract(
        may=Action.READ_RETENTION, gives={200: HoldsView}, asks=(AFTER_POSITION, LIMIT)
    ),
)
async def list_holds(request: web.Request) -> web.Response:
    """List every hold, lifted ones included."""
    after = number(request, "after", default=0)
    found = await holds(request.app[ENGINE], after=after, limit=limit_of(request) + 1)
    page, following = paged(request, found, lambda entry: entry.position)
    view = HoldsView(
        holds=page,
        next=following,
    )
    return shown(view)


@routes.get(
    f"{_HOLDS}/{{hold}}",
    Contract(
        may=Action.READ_RETENTION,
        gives={200: HoldView},
        refuses=("reason-required",),
    ),
)
async def show_hold(request: web.Request) -> web.Response:
    """Show a hold with the reason it was placed."""
    position = int(path(request, "hold"))
    event, _ = await _hold_at(request, position)
    (entry,) = await holds(request.app[ENGINE], after=position - 1, limit=1)
    words = await words_of(request, event, "reason")
    return shown(HoldView(hold=entry, reason=words.text), at=position)


@routes.post(
    _HOLDS,
    Contract(
        may=Action.PLACE_HOLDS,
        takes=HoldBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-found",),
    ),
)
async def place_hold(request: web.Request) -> web.Response:
    """Let nothing of a case, or of a whole inspection, be erased from now on."""
    body = await read(request, HoldBody)
    key = keys.of_retention(body.inspection)
    thing = about.hold(body.case)
    await request.app[DESK].read(body.inspection, lambda book: book.version)
    task = Task(
        inspection=body.inspection,
        command=PlaceHold(
            case=body.case,
            reason=await seal_under(
                request, key, body.reason, inspection=body.inspection, thing=thing
            ),
        ),
        key=key,
    )
    return await carry_out(
        request, task, body, location=lambda at: location("retention", "holds", str(at))
    )


@routes.post(
    f"{_HOLDS}/{{hold}}/releases",
    Contract(
        may=Action.REQUEST_ERASURE,
        takes=ReasonBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("already-requested",),
    ),
)
async def request_release(request: web.Request) -> web.Response:
    """Ask that a hold be lifted; it stands until another person approves that."""
    position = int(path(request, "hold"))
    body = await read(request, ReasonBody)
    event, placed = await _hold_at(request, position)
    inspection, thing = event.stream.id, about.hold(placed.case)
    key = keys.of_retention(inspection)
    reason = await seal_under(
        request, key, body.reason, inspection=inspection, thing=thing
    )
    task = Task(
        inspection=inspection,
        command=RequestRelease(hold=position, reason=reason),
        key=key,
    )
    here = location("retention", "holds", str(position))
    return await carry_out(request, task, body, location=here)


@routes.post(
    f"{_HOLDS}/{{hold}}/releases/approvals",
    Contract(
        may=Action.APPROVE_ERASURE,
        takes=ApprovalBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("four-eyes", "approval-waits", "request-lapsed"),
    ),
)
async def approve_release(request: web.Request) -> web.Response:
    """Approve that a hold be lifted, as somebody else asked."""
    position = int(path(request, "hold"))
    body = await read(request, ApprovalBody)
    event, _ = await _hold_at(request, position)
    inspection = event.stream.id
    task = Task(
        inspection=inspection,
        command=ApproveRelease(hold=position),
        key=keys.of_retention(inspection),
    )
    here = location("retention", "holds", str(position))
    return await carry_out(request, task, body, location=here)


async def _hold_at(
    request: web.Request, position: int
) -> tuple[RecordedEvent, HoldPlaced]:
    """The event that placed a hold, and what it says."""
    events = await request.app[STORE].read_all(after=position - 1, limit=1)
    if not events or not isinstance(events[0].data, HoldPlaced):
        raise Refused("not-found", f"there is no hold {position}")
    return events[0], events[0].data
