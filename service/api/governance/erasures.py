"""Erasures: what is due, asked for by one person, approved by another, carried out."""

import re
from datetime import datetime

from aiohttp import web
from msgspec import Struct

from events.recorded import RecordedEvent
from events.retention import ErasureRequested
from projections import ErasureEntry, erasures, instant
from service.api.wire.bodies import ApprovalBody, ErasureBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import CLOCK, DESK, ENGINE, PERIODS, STORE
from service.api.wire.parameter import AFTER_POSITION, KEY_REQUIRED, LIMIT
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import PATH_FORMS, number, path, read
from service.api.wire.route import Contract, Parameter, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.words import VAULT, seal_under, words_of
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.commands import ApproveErasure, RequestErasure
from service.permission import Action
from service.refusal import Refused
from service.retention import Due, Place, destroy_erased, due

routes = Routes("retention")

_ERASURES = "/v1/erasures"
_PLACE = re.compile(
    rf"({PATH_FORMS['inspection'].pattern})(?:/({PATH_FORMS['case'].pattern}))?",
    re.ASCII,
)
_AFTER = Parameter(
    name="after",
    place="query",
    says="Only what follows, as the address of the next page says it.",
    schema={"type": "string", "pattern": rf"^{_PLACE.pattern}$", "maxLength": 127},
    example="brent-2020/C-7F3K-Q2M",
)


class ErasuresView(Struct, frozen=True, kw_only=True):
    """A page of erasures, oldest first; `next` is the address of what follows."""

    erasures: tuple[ErasureEntry, ...]
    next: str | None


class ErasureView(Struct, frozen=True, kw_only=True):
    """An erasure with the reason it was asked for."""

    erasure: ErasureEntry
    reason: str | None
    approvable_from: str


class DueView(Struct, frozen=True, kw_only=True):
    """A page of what was kept long enough, and how long words are kept, in days."""

    on: str
    retention_case_days: int
    retention_inspection_days: int
    due: tuple[Due, ...]
    next: str | None


@routes.get(
    "/v1/retention/due",
    Contract(may=Action.READ_RETENTION, gives={200: DueView}, asks=(_AFTER, LIMIT)),
)
async def list_due(request: web.Request) -> web.Response:
    """List the words that have been kept long enough, and what holds any of them."""
    app = request.app
    periods, today = app[PERIODS], app[CLOCK]().date()
    found = await due(
        (app[ENGINE], app[DESK]),
        periods,
        today,
        after=_place(request),
        limit=limit_of(request) + 1,
    )
    page, following = paged(request, found, _cursor)
    view = DueView(
        on=today.isoformat(),
        retention_case_days=periods.cases,
        retention_inspection_days=periods.inspections,
        due=page,
        next=following,
    )
    return shown(view)


@routes.get(
    _ERASURES,
    Contract(
        may=Action.READ_RETENTION,
        gives={200: ErasuresView},
        asks=(AFTER_POSITION, LIMIT),
    ),
)
async def list_erasures(request: web.Request) -> web.Response:
    """List every erasure asked for: by whom, and who approved it and when."""
    after = number(request, "after", default=0)
    found = await erasures(
        request.app[ENGINE], after=after, limit=limit_of(request) + 1
    )
    page, following = paged(request, found, lambda entry: entry.position)
    view = ErasuresView(
        erasures=page,
        next=following,
    )
    return shown(view)


@routes.get(
    f"{_ERASURES}/{{erasure}}",
    Contract(
        may=Action.READ_RETENTION,
        gives={200: ErasureView},
        refuses=("reason-required",),
    ),
)
async def show_erasure(request: web.Request) -> web.Response:
    """Show an erasure with the reason it was asked for, which outlives the words."""
    position = int(path(request, "erasure"))
    event = await _request_at(request, position)
    (entry,) = await erasures(request.app[ENGINE], after=position - 1, limit=1)
    words = await words_of(request, event, "reason")
    asked_at = datetime.fromisoformat(entry.requested_at)
    view = ErasureView(
        erasure=entry,
        reason=words.text,
        approvable_from=instant(asked_at + request.app[DESK].choices.erasure_wait),
    )
    return shown(view, at=position)


@routes.post(
    _ERASURES,
    Contract(
        may=Action.REQUEST_ERASURE,
        takes=ErasureBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-found", "legal-hold", "already-requested", "erased"),
    ),
)
async def request_erasure(request: web.Request) -> web.Response:
    """Ask that the words of a case, of all cases or of an inspection be erased.

    Nothing is erased until another person approves it, after the wait.
    """
    body = await read(request, ErasureBody)
    key = keys.of_retention(body.inspection)
    thing = about.erasure(body.case)
    await request.app[DESK].read(body.inspection, lambda book: book.version)
    task = Task(
        inspection=body.inspection,
        command=RequestErasure(
            case=body.case,
            cases_only=body.cases_only and body.case is None,
            reason_code=body.reason_code,
            reason=await seal_under(
                request, key, body.reason, inspection=body.inspection, thing=thing
            ),
        ),
        key=key,
    )
    return await carry_out(
        request, task, body, location=lambda at: location("erasures", str(at))
    )


@routes.post(
    f"{_ERASURES}/{{erasure}}/approvals",
    Contract(
        may=Action.APPROVE_ERASURE,
        takes=ApprovalBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "four-eyes",
            "legal-hold",
            "approval-waits",
            "request-lapsed",
            "erased",
        ),
    ),
)
async def approve_erasure(request: web.Request) -> web.Response:
    """Approve what somebody else asked for: when this is answered all is gone."""
    position = int(path(request, "erasure"))
    body = await read(request, ApprovalBody)
    inspection = (await _request_at(request, position)).stream.id
    task = Task(
        inspection=inspection,
        command=ApproveErasure(request=position),
        key=keys.of_retention(inspection),
    )
    response = await carry_out(
        request, task, body, location=location("erasures", str(position))
    )
    # after a repeat too: the first try may have ended between the two databases
    await destroy_erased(request.app[ENGINE], request.app[VAULT])
    return response


def _place(request: web.Request) -> Place | None:
    text = request.query.get("after")
    if text is None:
        return None
    found = _PLACE.fullmatch(text)
    if found is None:
        detail = "must be taken from the address of the next page"
        raise Unfit((Fault(parameter="after", detail=detail),))
    return Place(found[1], found[2])


def _cursor(each: Due) -> str:
    return each.inspection if each.case is None else f"{each.inspection}/{each.case}"


async def _request_at(request: web.Request, position: int) -> RecordedEvent:
    """The event that asked for an erasure."""
    events = await request.app[STORE].read_all(after=position - 1, limit=1)
    if not events or not isinstance(events[0].data, ErasureRequested):
        raise Refused("not-found", f"there is no erasure {position}")
    return events[0]
