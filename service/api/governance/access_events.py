"""The access log, for those who check who has looked at what."""

from aiohttp import web
from msgspec import Struct

from service.access_log.access_log import AccessEvent, AccessFilter
from service.api.governance.activity import whose
from service.api.wire.parameter import LIMIT, SINCE, UNTIL, WHOSE
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import moment, position_after
from service.api.wire.route import JSON, Contract, Parameter, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.table import FORMS, at_once, form_asked, table
from service.api.wire.viewing import ACCESS_LOG
from service.permission import Action

routes = Routes("audit")

_KINDS = ("case", "words", "export")
_AFTER = Parameter(
    name="after",
    place="query",
    says="Only what was noted after the one of this number.",
    schema={"type": "integer", "minimum": 0, "default": 0},
)
_INSPECTION = Parameter(
    name="inspection", place="query", says="Only what was seen of this inspection."
)
_CASE = Parameter(name="case", place="query", says="Only what was seen of this case.")
_KIND = Parameter(
    name="kind",
    place="query",
    says="Only looks at cases, at sealed words, or exports.",
    schema={"type": "string", "enum": list(_KINDS)},
)


class AccessEventsView(Struct, frozen=True, kw_only=True):
    """A page of the access log; `next` is the address of what follows."""

    accesses: tuple[AccessEvent, ...]
    next: str | None


@routes.get(
    "/v1/access-events",
    Contract(
        may=Action.READ_ACCESS,
        gives={200: AccessEventsView},
        asks=(_AFTER, LIMIT, WHOSE, _INSPECTION, _CASE, _KIND, SINCE, UNTIL),
        media=FORMS,
    ),
)
async def list_access_events(request: web.Request) -> web.Response:
    """List who has looked at cases and words, and who has taken exports away."""
    after = position_after(request) or 0
    query = request.query
    wanted = AccessFilter(
        person=whose(request),
        kind=_kind(query.get("kind")),
        inspection=query.get("inspection"),
        case=query.get("case"),
        since=moment(request, "since"),
        until=moment(request, "until"),
    )
    found = await request.app[ACCESS_LOG].search(
        wanted, after=after, limit=limit_of(request) + 1
    )
    page, following = paged(request, found, lambda access: access.number)
    form = form_asked(request)
    if form != JSON:
        rows = at_once(page)
        return table(
            rows, AccessEvent, form=form, name="access-events", next_=following
        )
    return shown(AccessEventsView(accesses=page, next=following))


def _kind(kind: str | None) -> str | None:
    if kind is None or kind in _KINDS:
        return kind
    accepted = ", ".join(f"`{each}`" for each in _KINDS)
    raise Unfit((Fault(parameter="kind", detail=f"must be one of {accepted}"),))
