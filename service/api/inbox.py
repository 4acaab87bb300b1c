"""The inbox: what waits for the person who asks, in all inspections."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct

from projections import RatingBook, inspections_of, instant, register
from service.api.wire.carrying_out import location
from service.api.wire.context import CLOCK, DESK, ENGINE, IDENTITY
from service.api.wire.parameter import AFTER_ID, LIMIT
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.identity import PER_INSPECTION
from service.inspection.asker import Asker
from service.permission import Action
from service.waiting import Waiting, waiting_for

routes = Routes("inbox")


class TaskView(Struct, frozen=True, kw_only=True):
    """One thing that waits for you, and where it is dealt with."""

    inspection: str
    kind: str  # "case-to-check"
    case: str | None
    question: str | None
    standard: str | None
    thing: str | None  # its id, where it has one: a query, a point, an erasure
    since: str | None
    by: str | None
    links: dict[str, str]


class InboxView(Struct, frozen=True, kw_only=True):
    """What waits for you in some inspections; `next` leads to the following ones."""

    tasks: tuple[TaskView, ...]
    next: str | None


@routes.get(
    "/v1/inbox",
    Contract(may=Action.READ_INBOX, gives={200: InboxView}, asks=(AFTER_ID, LIMIT)),
)
async def show_inbox(request: web.Request) -> web.Response:
    """Show what waits for you: cases, queries, corrections, votes and approvals.

    Only what you could do now is in it. A page is of so many inspections, whatever
    waits there.
    """
    identity, limit = request[IDENTITY], limit_of(request)
    asker = Asker(
        person=identity.person,
        roles=identity.roles,
        at=request.app[CLOCK](),
        choices=request.app[DESK].choices,
    )

    def view(book: RatingBook) -> tuple[Waiting, ...]:
        return waiting_for(book, asker)

    found = await _inspections(request, limit + 1)
    tasks = [
        _task(inspection, each)
        for inspection in found[:limit]
        for each in await request.app[DESK].read(inspection, view)
    ]
    following = None
    if len(found) > limit:
        following = next_page(request, after=found[limit - 1])
    return shown(InboxView(tasks=tuple(tasks), next=following))


async def _inspections(request: web.Request, limit: int) -> Sequence[str]:
    """Those in which the asker has a part; all, where their role needs none."""
    engine, identity = request.app[ENGINE], request[IDENTITY]
    after = request.query.get("after", "")
    if identity.roles <= PER_INSPECTION:
        return await inspections_of(engine, identity.person, after=after, limit=limit)
    found = await register(engine, after=after, limit=limit)
    return [entry.inspection for entry in found]


def _task(inspection: str, waiting: Waiting) -> TaskView:
    return TaskView(
        inspection=inspection,
        kind=waiting.kind,
        case=waiting.case,
        question=waiting.question,
        standard=waiting.standard,
        thing=waiting.thing,
        since=None if waiting.since is None else instant(waiting.since),
        by=waiting.by,
        links={"self": _where(inspection, waiting)},
    )


def _where(inspection: str, waiting: Waiting) -> str:
    here = ("inspections", inspection)
    if waiting.case is not None:
        return location(*here, "cases", waiting.case)
    if waiting.standard is not None:
        return location(*here, "discretion", waiting.standard)
    if waiting.kind == "break-glass-to-review":
        return location(*here, "break-glass")
    if waiting.kind in _EXPORTS and waiting.thing is not None:
        return location(*here, "exports", waiting.thing)
    return _PLACES.get(waiting.kind) or location(*here)


_EXPORTS = frozenset({"export-to-approve", "export-to-make"})
_PLACES = {
    "erasure-to-approve": "/v1/erasures",
    "release-to-approve": "/v1/retention/holds",
}
