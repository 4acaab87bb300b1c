"""Signing in with a browser, and out again: the pages that only send it elsewhere."""

import re

from aiohttp import web

from service.api.wire.context import DESK, IDENTITY, SESSION, SESSIONS, SIGN_IN
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import one_of
from service.api.wire.route import Contract, Parameter, Routes
from service.api.wire.session import COOKIE, identity_by_session
from service.refusal import Refused
from service.sign_in.openid import SignIn
from service.sign_in.openid.sign_in import ATTEMPT_SECONDS
from service.sign_in.sessions import Sessions

ATTEMPT_COOKIE = "__Host-login"
_OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]{0,499}", re.ASCII)  # no `\`, no second `/`
_UNCONFIGURED = "nobody can sign in with a browser here"

routes = Routes("signing in")


@routes.get(
    "/login",
    Contract(
        may=None,
        gives={303: None},
        asks=(
            Parameter(
                name="return_to",
                place="query",
                says="The path to come back to, otherwise `/`.",
                schema={"type": "string", "pattern": f"^{_OWN_PATH.pattern}$"},
            ),
            Parameter(
                name="step_up",
                place="query",
                says="`true`: as strongly and freshly as `step-up-required` asks for.",
                schema={"type": "string", "enum": ["true", "false"]},
            ),
        ),
        refuses=("not-found", "identity-provider-unavailable"),
    ),
)
async def sign_in(request: web.Request) -> web.Response:
    """Send the browser to the identity provider, and back to `/callback` afterwards."""
    back_to = request.query.get("return_to", "/")
    if not _OWN_PATH.fullmatch(back_to):
        fault = Fault(detail="must be a path of this service", parameter="return_to")
        raise Unfit((fault,))
    signing, _ = _configured(request)
    wanted = request.app[DESK].choices.step_up
    is_asked = one_of(request, "step_up", ("true", "false")) == "true"
    departure = await signing.depart(back_to, wanted if is_asked else None)
    response = _see(departure.address)
    _keep(response, ATTEMPT_COOKIE, departure.attempt, ATTEMPT_SECONDS)
    return response


@routes.get(
    "/callback",
    Contract(
        may=None,
        gives={303: None},
        asks=tuple(
            Parameter(name=name, place="query", says=says)
            for name, says in (
                ("code", "What the provider gave, to be redeemed once."),
                ("state", "The attempt it belongs to."),
                ("iss", "The provider that answered."),
                ("error", "Why it gave no code."),
            )
        ),
        refuses=("not-found", "not-authenticated", "identity-provider-unavailable"),
    ),
)
async def finish_sign_in(request: web.Request) -> web.Response:
    """Begin a session for the person the provider sent back; its id is always new."""
    signing, sessions = _configured(request)
    attempt = request.cookies.get(ATTEMPT_COOKIE)
    if attempt is None:
        raise Refused(
            "not-authenticated",
            "signing in was not begun with this browser; begin at `/login`",
        )
    identity, back_to = await signing.arrive(request.query, attempt)
    request[IDENTITY] = identity  # for the log
    id_ = await sessions.begin(identity, instead_of=request.cookies.get(COOKIE))
    response = _see(back_to)
    _keep(response, COOKIE, id_)
    _keep(response, ATTEMPT_COOKIE, "", 0)
    return response


@routes.post(
    "/logout",
    Contract(
        may=None,  # everybody who is signed in, also without a role
        gives={303: None},
        refuses=("not-found", "not-authenticated", "cross-site"),
        repeatable=True,
    ),
)
async def sign_out(request: web.Request) -> web.Response:
    """End the session here, and send the browser on to end it at the provider."""
    signing, sessions = _configured(request)
    identity = await identity_by_session(request)
    if identity is None:
        raise Refused("not-authenticated", "nobody is signed in with this browser")
    request[IDENTITY] = identity  # for the log
    await sessions.end(request[SESSION])
    response = _see(await signing.departure_for_good())
    _keep(response, COOKIE, "", 0)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@routes.post(
    "/backchannel-logout",
    Contract(
        may=None,  # the token tells that the provider sends it
        gives={200: None},
        refuses=("not-found", "not-authenticated", "identity-provider-unavailable"),
        repeatable=True,
    ),
)
async def sign_out_everywhere(request: web.Request) -> web.Response:
    """End every session of a person who was signed out at the identity provider.

    The provider itself sends the form, with a `logout_token` it signed.
    """
    signing, sessions = _configured(request)
    token = (await request.post()).get("logout_token")
    if not isinstance(token, str):
        raise Refused("not-authenticated", "send a `logout_token`")
    await sessions.end_all(await signing.ended(token))
    return web.Response()


def _configured(request: web.Request) -> tuple[SignIn, Sessions]:
    signing, sessions = request.app[SIGN_IN], request.app[SESSIONS]
    if signing is None or sessions is None:
        raise Refused("not-found", _UNCONFIGURED)
    return signing, sessions


def _see(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


def _keep(
    response: web.Response, name: str, value: str, seconds: int | None = None
) -> None:
    """A cookie for this host alone, which no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
