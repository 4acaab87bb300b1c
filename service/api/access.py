"""The door: nobody reaches an operation without the role its contract asks for."""

from aiohttp import web

from service.api.context import CONTRACT, IDENTITIES, IDENTITY
from service.api.route import Handler, Operation
from service.api.session import identity_by_session
from service.identity import Identity
from service.permission import require
from service.refusal import Refused


def guarded(operation: Operation) -> Handler:
    """The operation's handler behind its permission."""
    contract, handler = operation.contract, operation.handler
    action = contract.may
    if action is None:
        return handler

    async def guard(request: web.Request) -> web.StreamResponse:
        request[CONTRACT] = contract
        request[IDENTITY] = identity = await _identified(request)
        require(identity, action)
        return await handler(request)

    return guard


async def _identified(request: web.Request) -> Identity:
    """By the token; without one, by the session."""
    if "Authorization" not in request.headers:
        identity = await identity_by_session(request)
        if identity is not None:
            return identity
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(
            "not-authenticated", "send `Authorization: Bearer` with your token"
        )
    identity = await request.app[IDENTITIES].identify(token.strip())
    if identity is None:
        raise Refused("not-authenticated", "this token is not known here", token=False)
    return identity
