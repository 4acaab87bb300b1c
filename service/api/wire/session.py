"""A request that comes with a session: whose it is, and whether our own pages sent it.

The cookie goes with every request a browser makes, also with those that another site
made it send. So one that changes something must come from our own origin, as the
browser itself says, and carry a word that only our own pages can know.
"""

import hmac

from aiohttp import web

from service.api.wire.context import SESSION, SESSIONS, SIGN_IN
from service.identity import Identity
from service.refusal import Refused
from service.sign_in.sessions import form_token

COOKIE = "__Host-sid"
TOKEN_HEADER = "X-Form-Token"  # noqa: S105 - a header's name
TOKEN_FIELD = "form_token"  # noqa: S105 - a field's name
_FORM = "application/x-www-form-urlencoded"
_SAFE = frozenset({"GET", "HEAD"})


async def identity_by_session(request: web.Request) -> Identity | None:
    """Who is signed in with this browser; None where the request has no session.

    Raises Refused where the session is over, or another site made the request.
    """
    id_, sessions = request.cookies.get(COOKIE), request.app[SESSIONS]
    if id_ is None or sessions is None:
        return None
    identity = await sessions.identity(id_)
    if identity is None:
        raise Refused("not-authenticated", "your session is over; sign in at `/login`")
    if request.method not in _SAFE:
        _require_own_origin(request)
        await _require_token(request, id_)
    request[SESSION] = id_
    return identity


def _require_own_origin(request: web.Request) -> None:
    sign_in = request.app[SIGN_IN]
    ours = None if sign_in is None else sign_in.registered.url
    site, origin = (request.headers.get(name) for name in ("Sec-Fetch-Site", "Origin"))
    if site not in {None, "same-origin"} or (origin or site) is None:
        raise Refused("cross-site", "another site made this browser send it")
    if origin not in {None, ours}:
        raise Refused("cross-site", "its `Origin` is not this service")


async def _require_token(request: web.Request, id_: str) -> None:
    said = request.headers.get(TOKEN_HEADER)
    if said is None and request.content_type == _FORM:
        field = (await request.post()).get(TOKEN_FIELD)
        said = field if isinstance(field, str) else None
    if not (
        said is not None
        and said.isascii()
        and hmac.compare_digest(said, form_token(id_))
    ):
        raise Refused(
            "cross-site",
            f"send the `form_token` of `/v1/me` in the header `{TOKEN_HEADER}`",
        )
