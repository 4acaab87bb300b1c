"""The door: nobody reaches an operation without the role its contract asks for."""

from contextlib import suppress

from aiohttp import web
from msgspec.structs import replace

from service.api.wire.context import (
    CLOCK,
    CONTRACT,
    DESK,
    IDENTITIES,
    IDENTITY,
    SESSIONS,
)
from service.api.wire.every_read import honouring
from service.api.wire.pacing import keep_pace, pace_of, stranger
from service.api.wire.parameter import KEY_REQUIRED, MIN_POSITION
from service.api.wire.promises import WATCHED, asks
from service.api.wire.reading import command_id, path, require_known_query
from service.api.wire.route import Handler, Operation
from service.api.wire.session import identity_by_session
from service.api.wire.viewing import (
    OPENED_AS,
    note_view,
    require_fit_reason,
    require_reason,
)
from service.authority import require_acquaintance, require_part
from service.identity import PER_INSPECTION, Identity
from service.limits import Pace
from service.permission import PERMISSIONS, Action, may, require
from service.refusal import Refused

_LOOKS = frozenset({"GET", "HEAD"})
_WITHIN = frozenset(
    {
        Action.READ_CASES,
        Action.READ_PUBLISHED_WHY,
        Action.READ_RATINGS,
        Action.READ_REPORT,
        Action.READ_SAMPLES,
        Action.TAKE_WORDS,
    }
)


def guarded(operation: Operation) -> Handler:
    """The operation's handler behind its permission and its limit."""
    contract, handler = operation.contract, operation.handler
    action = contract.may
    if operation.method == "GET":
        handler = honouring(operation, handler)
    if action is None:
        return handler if operation.path in WATCHED else _open(handler)
    pace = contract.pace or pace_of(operation.method)
    known = frozenset(each.name for each in asks(operation) if each.place == "query")
    if operation.method == "GET":
        known |= {MIN_POSITION.name}  # met by what is no part of the record as well

    async def guard(request: web.Request) -> web.StreamResponse:
        request[CONTRACT] = contract
        request[IDENTITY] = identity = await _identified(request)
        keep_pace(request, pace, identity.person)
        identity = await _in_emergency(request, action)
        require(identity, action)
        require_known_query(request, known)
        if action in _WITHIN:
            await _require_part(request, identity, action)
        require_fit_reason(request)
        if action is Action.READ_CASES and "inspection" in request.match_info:
            await require_reason(
                request,
                action,
                inspection=path(request, "inspection"),
                case=request.match_info.get("case"),
            )
        if KEY_REQUIRED in contract.asks:
            command_id(request)  # said before anything that depends on the record
        try:
            response = await handler(request)
        except Exception:
            await _require_acquaintance(request, identity)
            raise
        await note_view(request, operation.id, action)
        return response

    return guard


def _open(handler: Handler) -> Handler:
    """For anybody, as often as a stranger may ask."""

    async def counted(request: web.Request) -> web.StreamResponse:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        return await handler(request)

    return counted


async def _require_part(
    request: web.Request, identity: Identity, action: Action
) -> None:
    """Reading one inspection takes a part in it, of those whose role needs one."""
    if "inspection" not in request.match_info or action in identity.granted:
        return
    person, roles = identity.person, identity.roles
    if not roles & PERMISSIONS[action] <= PER_INSPECTION:
        return
    await _require_acquaintance(request, identity)
    await request.app[DESK].read(
        path(request, "inspection"),
        lambda book: require_part(person, roles, action, book),
    )


async def _require_acquaintance(request: web.Request, identity: Identity) -> None:
    """Whoever may not know of an inspection is not told by why they are refused."""
    if "inspection" in request.match_info and identity.roles <= PER_INSPECTION:
        inspection = path(request, "inspection")
        await request.app[DESK].read(
            inspection,
            lambda book: require_acquaintance(
                identity.person, identity.roles, inspection, book
            ),
        )


async def _in_emergency(request: web.Request, action: Action) -> Identity:
    """The asker; with the evidence open to them if they broke the glass here."""
    identity = request[IDENTITY]
    inspection = request.match_info.get("inspection")
    if (
        action is not Action.READ_CASES
        or request.method not in _LOOKS
        or inspection is None
        or not may(identity, Action.BREAK_GLASS)
        or may(identity, action)
    ):
        return identity
    now = request.app[CLOCK]()
    opening = None
    with suppress(Refused):  # there is no such inspection: that is not theirs to know
        opening = await request.app[DESK].read(
            inspection,
            lambda book: book.break_glass.opening_of(identity.person, now),
        )
    if opening is not None:
        request[OPENED_AS] = f"break-glass {opening.position}"
        request[IDENTITY] = replace(identity, granted=frozenset({action}))
    return request[IDENTITY]


async def _identified(request: web.Request) -> Identity:
    """By the token; without one, by the session."""
    if "Authorization" not in request.headers:
        identity = await identity_by_session(request)
        if identity is not None:
            return identity
    if len(request.headers.getall("Authorization", ())) > 1:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        raise Refused("not-authenticated", "send `Authorization` once")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        raise Refused(
            "not-authenticated", "send `Authorization: Bearer` with your token"
        )
    token = token.strip()
    # of a byte that is no text nothing can be made, and tokens are ASCII (RFC 6750)
    known = token.isascii()
    identity = await request.app[IDENTITIES].identify(token) if known else None
    if identity is None:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        raise Refused("not-authenticated", "this token is not known here", token=False)
    if identity.issued_at is not None and (sessions := request.app[SESSIONS]):
        await sessions.hear(identity)
    return identity
