"""Signing in with a browser: authorization code with PKCE (RFC 7636), state and nonce.

What belongs to one attempt travels in a cookie that only we can open, so that nobody
who merely asks for the sign-in page makes us keep anything.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import encode_basic_auth
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from service.identity import Identity
from service.refusal import Refused
from service.sign_in.openid.provider import Provider, Unwilling, unavailable
from service.sign_in.openid.signed import signed
from service.sign_in.openid.terms import Terms, invalid_token
from service.strength import StepUp

ATTEMPT_SECONDS = 600
_NONCE = 12  # bytes, of AES-GCM
_ERROR = re.compile(r"[a-z_]{1,40}", re.ASCII)
_OTHER_KINDS = ("at+jwt", "logout+jwt")  # in place of an ID token
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class Registered(Struct, frozen=True, kw_only=True):
    """This service as a client of the provider."""

    id: str
    secret: str
    url: str  # where browsers reach us: `https://adjudge.example.org`

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.url}/callback"


class Departure(Struct, frozen=True):
    """Where a browser is sent, and the cookie that it must bring back."""

    address: str
    attempt: str


class _Attempt(Struct, frozen=True):
    state: str
    nonce: str
    verifier: str
    back_to: str
    until: float


class _Tokens(Struct, frozen=True):
    id_token: str


class SignIn:
    """The code flow with one provider."""

    def __init__(
        self,
        provider: Provider,
        terms: Terms,
        registered: Registered,
        *,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self.registered = registered
        self._provider = provider
        self._terms = terms
        self._now = now
        self._random = random
        said = b"adjudge attempt to sign in"
        key = hmac.digest(registered.secret.encode(), said, "sha256")
        self._seal = AESGCM(key)

    async def depart(self, back_to: str, step_up: StepUp | None = None) -> Departure:
        """Begin an attempt that ends at `back_to`, a path of ours.

        With `step_up` the provider is asked for that much; whether it did as it was
        asked, the ID token tells.
        """
        endpoint = (await self._provider.endpoints()).authorization_endpoint
        if endpoint is None:
            raise unavailable("it has no page to sign in on")
        attempt = _Attempt(
            state=self._chance(),
            nonce=self._chance(),
            verifier=self._chance(),
            back_to=back_to,
            until=self._now().timestamp() + ATTEMPT_SECONDS,
        )
        challenge = _text(sha256(attempt.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self.registered.id,
            "redirect_uri": self.registered.redirect_uri,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if step_up is not None:
            asked |= _strongly(step_up)
        return Departure(_with(endpoint, asked), self._sealed(attempt))

    async def arrive(
        self, query: Mapping[str, str], attempt: str
    ) -> tuple[Identity, str]:
        """Who came back with this query and this cookie, and where they wanted to go.

        Raises Refused for everything that does not belong together.
        """
        begun = self._opened(attempt)
        if not hmac.compare_digest(
            begun.state.encode(), query.get("state", "").encode()
        ):
            raise _not_completed("it was begun elsewhere")
        if query.get("iss", self._terms.issuer) != self._terms.issuer:  # RFC 9207
            raise _not_completed("another provider answered")
        if "code" not in query:
            error = query.get("error", "")
            named = f"`{error}`" if _ERROR.fullmatch(error) else "no"
            raise _not_completed(f"the provider said {named}")
        return await self._redeemed(query["code"], begun), begun.back_to

    async def departure_for_good(self) -> str:
        """Where a browser is sent to be signed out at the provider too; ours if not."""
        home = f"{self.registered.url}/"
        try:
            endpoint = (await self._provider.endpoints()).end_session_endpoint
        except Refused:
            endpoint = None
        if endpoint is None:
            return home
        said = {"client_id": self.registered.id, "post_logout_redirect_uri": home}
        return _with(endpoint, said)

    async def ended(self, token: str) -> str:
        """Whom a logout token (OpenID Connect Back-Channel Logout 1.0) signs out."""
        now = self._now().timestamp()
        found = await signed(
            token, self._provider, audience=self.registered.id, now=now
        )
        said = found.said
        events = said.get("events")
        if (
            not found.kind.endswith("logout+jwt")
            or not isinstance(events, dict)
            or _LOGOUT not in events
            or "nonce" in said
        ):
            raise invalid_token("it signs nobody out")
        return self._terms.person(found.claims.sub, {}).person

    async def _redeemed(self, code: str, begun: _Attempt) -> Identity:
        """The person a code stands for."""
        endpoint = (await self._provider.endpoints()).token_endpoint
        if endpoint is None:
            raise unavailable("it gives no tokens")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.registered.redirect_uri,
            "code_verifier": begun.verifier,
        }
        client = self.registered
        said = encode_basic_auth(quote(client.id, ""), quote(client.secret, ""))
        try:
            tokens = await self._provider.fetch(
                "POST", endpoint, _Tokens, data=form, headers={"Authorization": said}
            )
        except Unwilling as no:
            if no.status != 400:  # noqa: PLR2004 - RFC 6749, section 5.2
                raise
            raise _not_completed("the provider does not take the code") from no
        found = await signed(
            tokens.id_token,
            self._provider,
            audience=self.registered.id,
            now=self._now().timestamp(),
        )
        if found.kind.endswith(_OTHER_KINDS) or found.said.get("nonce") != begun.nonce:
            raise invalid_token("it does not belong to this attempt to sign in")
        if found.claims.azp not in {None, self.registered.id}:
            raise invalid_token("it was made for another client")
        return self._terms.person(found.claims.sub, found.said)

    def _chance(self) -> str:
        return _text(self._random(32))

    def _sealed(self, attempt: _Attempt) -> str:
        nonce = self._random(_NONCE)
        said = msgspec.json.encode(attempt)
        return _text(nonce + self._seal.encrypt(nonce, said, None))

    def _opened(self, sealed: str) -> _Attempt:
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            said = self._seal.decrypt(raw[:_NONCE], raw[_NONCE:], None)
        except (ValueError, InvalidTag) as error:
            raise _not_completed("this browser did not begin it") from error
        attempt = msgspec.json.decode(said, type=_Attempt)
        if attempt.until < self._now().timestamp():
            raise _not_completed("it took longer than ten minutes")
        return attempt


def _strongly(wanted: StepUp) -> dict[str, str]:
    asked = {} if not wanted.acr else {"acr_values": " ".join(wanted.acr)}
    return asked if wanted.seconds is None else asked | {"max_age": str(wanted.seconds)}


def _not_completed(why: str) -> Refused:
    return Refused(
        "not-authenticated",
        f"signing in came to nothing: {why}; begin again at `/login`",
    )


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
