"""One search over both logs: what people did, and what they looked at or took away."""

import re
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice

from aiohttp import web
from msgspec import Struct

from projections import Deed, DeedFilter, deeds
from service.access_log.access_log import AccessEvent, AccessFilter
from service.api.wire.context import ENGINE, IDENTITY
from service.api.wire.parameter import LIMIT, SINCE, UNTIL, WHOSE
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import moment
from service.api.wire.route import JSON, Contract, Parameter, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.api.wire.table import FORMS, at_once, form_asked, table
from service.api.wire.viewing import ACCESS_LOG
from service.identity import Role
from service.permission import Action
from service.refusal import Refused

routes = Routes("audit")

_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})", re.ASCII)
_AFTER = Parameter(
    name="after",
    place="query",
    says="Only what follows, as the address of the next page says it.",
    schema={
        "type": "string",
        "pattern": r"^[0-9]{1,18}\.[0-9]{1,18}$",
        "maxLength": 37,
        "default": "0.0",
    },
)
_INSPECTION = Parameter(
    name="inspection", place="query", says="Only what concerns this inspection."
)
_CASE = Parameter(name="case", place="query", says="Only what concerns this case.")
_WHAT = Parameter(
    name="what",
    place="query",
    says="Only this: a type of event, or `case`, `words` or `export` of the access "
    "log.",
)


class Act(Struct, frozen=True, kw_only=True):
    """One thing a person did, in the ledger or in the access log."""

    log: str  # "ledger" or "access"
    number: int  # its position in the ledger, or its number in the access log
    at: str
    person: str
    what: str  # type of the event, or kind of access
    inspection: str | None
    case: str | None
    about: str | None  # what it changed, or which operation showed it
    reason: str | None  # why somebody looked; the ledger's reasons are sealed
    request_id: str | None


class ActivityView(Struct, frozen=True, kw_only=True):
    """A page of what people did, in the order of time; `next` leads to what follows."""

    acts: tuple[Act, ...]
    next: str | None


@routes.get(
    "/v1/activity",
    Contract(
        may=Action.READ_ACCESS,
        gives={200: ActivityView},
        asks=(_AFTER, LIMIT, WHOSE, _INSPECTION, _CASE, _WHAT, SINCE, UNTIL),
        media=FORMS,
    ),
)
async def list_activity(request: web.Request) -> web.Response:
    """Search what people did and what they looked at, in both logs at once."""
    limit = limit_of(request)
    position, noted = _cursor(request)
    person, query = whose(request), request.query
    since, until = moment(request, "since"), moment(request, "until")
    done = await deeds(
        request.app[ENGINE],
        DeedFilter(
            actor=person,
            inspection=query.get("inspection"),
            case=query.get("case"),
            type=query.get("what"),
            since=since,
            until=until,
        ),
        after=position,
        limit=limit + 1,
    )
    seen = await request.app[ACCESS_LOG].search(
        AccessFilter(
            person=person,
            kind=query.get("what"),
            inspection=query.get("inspection"),
            case=query.get("case"),
            since=since,
            until=until,
        ),
        after=noted,
        limit=limit + 1,
    )
    acts = merge(_of_ledger(done), _of_access(seen), key=lambda act: act.at)
    page = tuple(islice(acts, limit))
    more = page and len(done) + len(seen) > len(page)
    following = _next(request, page) if more else None
    form = form_asked(request)
    if form != JSON:
        rows = at_once(page)
        return table(rows, Act, form=form, name="activity", next_=following)
    return shown(ActivityView(acts=page, next=following))


def whose(request: web.Request) -> str | None:
    """Governance asks about anybody, everybody else about themselves."""
    person, identity = request.query.get("person"), request[IDENTITY]
    if Role.GOVERNANCE in identity.roles:
        return person
    if person in {None, identity.person}:
        return identity.person
    raise Refused(
        "forbidden",
        "you may look up what you did; `governance` may look up anybody",
        roles=(Role.GOVERNANCE,),
    )


def _cursor(request: web.Request) -> tuple[int, int]:
    """How far each log was read: a position and a number."""
    text = request.query.get("after", "0.0")
    found = _CURSOR.fullmatch(text)
    if found is None:
        detail = "must be taken from the address of the next page"
        raise Unfit((Fault(parameter="after", detail=detail),))
    return int(found[1]), int(found[2])


def _next(request: web.Request, page: Sequence[Act]) -> str:
    position, noted = _cursor(request)
    for act in page:
        if act.log == "ledger":
            position = act.number
        else:
            noted = act.number
    return next_page(request, after=f"{position}.{noted}")


def _of_ledger(found: Sequence[Deed]) -> Iterator[Act]:
    for deed in found:
        yield Act(
            log="ledger",
            number=deed.position,
            at=deed.recorded_at,
            person=deed.actor,
            what=deed.type,
            inspection=deed.inspection,
            case=deed.case,
            about=deed.about,
            reason=None,
            request_id=deed.correlation_id,
        )


def _of_access(found: Sequence[AccessEvent]) -> Iterator[Act]:
    for access in found:
        yield Act(
            log="access",
            number=access.number,
            at=access.at,
            person=access.person,
            what=access.kind,
            inspection=access.inspection,
            case=access.case,
            about=access.operation,
            reason=access.reason,
            request_id=access.request_id,
        )
