"""The door: nobody reaches an operation without the role its contract asks for."""

from aiohttp import web

from service.api.context import CONTRACT, IDENTITIES, IDENTITY
from service.api.every_read import honouring
from service.api.pacing import keep_pace, pace_of, stranger
from service.api.promises import WATCHED
from service.api.route import Handler, Operation
from service.identity import Identity
from service.limits import Pace
from service.permission import require
from service.refusal import Refused


def guarded(operation: Operation) -> Handler:
    """The operation's handler behind its permission and its limit."""
    contract, handler = operation.contract, operation.handler
    action = contract.may
    if operation.method == "GET":
        handler = honouring(operation, handler)
    if action is None:
        return handler if operation.path in WATCHED else _open(handler)
    pace = contract.pace or pace_of(operation.method)

    async def guard(request: web.Request) -> web.StreamResponse:
        request[CONTRACT] = contract
        request[IDENTITY] = identity = await _identified(request)
        keep_pace(request, pace, identity.person)
        require(identity, action)
        return await handler(request)

    return guard


def _open(handler: Handler) -> Handler:
    """For anybody, as often as a stranger may ask."""

    async def counted(request: web.Request) -> web.StreamResponse:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        return await handler(request)

    return counted


async def _identified(request: web.Request) -> Identity:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        raise Refused(
            "not-authenticated", "send `Authorization: Bearer` with your token"
        )
    identity = await request.app[IDENTITIES].identify(token.strip())
    if identity is None:
        keep_pace(request, Pace.STRANGERS, stranger(request))
        raise Refused("not-authenticated", "this token is not known here")
    return identity
