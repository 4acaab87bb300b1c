"""The access log, for those who check who has looked at what."""

import csv
import io
from collections.abc import Sequence

import msgspec
from aiohttp import web
from msgspec import Struct

from service.access_log import AccessEvent, AccessFilter
from service.api.context import IDENTITY
from service.api.parameter import LIMIT, SINCE, UNTIL, WHOSE
from service.api.problems import Fault, Unfit
from service.api.reading import moment, number
from service.api.route import JSON, Contract, Parameter, Routes
from service.api.showing import limit_of, link_to, paged, shown
from service.api.viewing import ACCESS_LOG
from service.identity import Role
from service.permission import Action
from service.refusal import Refused

routes = Routes("audit")

_LINES, _CSV = "application/x-ndjson", "text/csv"
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
_COLUMNS = tuple(field.name for field in msgspec.structs.fields(AccessEvent))


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
        media=(JSON, _LINES, _CSV),
    ),
)
async def list_access_events(request: web.Request) -> web.Response:
    """List who has looked at cases and words, and who has taken exports away."""
    after = number(request, "after", default=0)
    query = request.query
    wanted = AccessFilter(
        person=_whose(request),
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
    headers = {} if following is None else {"Link": link_to(following)}
    accepted = request.headers.get("Accept", "").strip()
    if accepted.startswith(_LINES):
        lines = msgspec.json.Encoder().encode_lines(page)
        return web.Response(body=lines, content_type=_LINES, headers=headers)
    if accepted.startswith(_CSV):
        return web.Response(text=_csv(page), content_type=_CSV, headers=headers)
    return shown(AccessEventsView(accesses=page, next=following))


def _whose(request: web.Request) -> str | None:
    """Governance asks about anybody, everybody else about themselves."""
    person, identity = request.query.get("person"), request[IDENTITY]
    if Role.GOVERNANCE in identity.roles:
        return person
    if person in {None, identity.person}:
        return identity.person
    raise Refused(
        "forbidden",
        "you may look up your own accesses; `governance` may look up anybody's",
        roles=(Role.GOVERNANCE,),
    )


def _kind(kind: str | None) -> str | None:
    if kind is None or kind in _KINDS:
        return kind
    accepted = ", ".join(f"`{each}`" for each in _KINDS)
    raise Unfit((Fault(parameter="kind", detail=f"must be one of {accepted}"),))


def _csv(page: Sequence[AccessEvent]) -> str:
    """The page as a table, one row an access."""
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    for access in page:
        rows.writerow(
            " ".join(access.roles) if name == "roles" else getattr(access, name)
            for name in _COLUMNS
        )
    return file.getvalue()
