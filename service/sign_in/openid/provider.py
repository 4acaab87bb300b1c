"""The provider: where it answers, and the keys it signs with at this time.

Both are fetched when they are first needed. Keys are fetched again every five minutes,
so that one that was withdrawn is let go, and at once for a key id that is not known,
though never twice within ten seconds: false tokens cannot make us call the provider
without end. While it cannot be reached, the keys we know go on for a day.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from service.refusal import Refused
from service.sign_in.openid.terms import invalid_token

Answer = TypeVar("Answer", bound=Struct)

FRESH_SECONDS = 300
PAUSE_SECONDS = 10
KEPT_SECONDS = 86_400
_AT_MOST = 256 * 1024  # bytes of an answer
_OK = 200
_RSA_LETTERS = 342  # at least, of a modulus: 2048 bits
_KEY_TYPES: Mapping[str, type[ECKey | RSAKey]] = {"EC": ECKey, "RSA": RSAKey}


class Endpoints(Struct, frozen=True, kw_only=True):
    """What a provider publishes of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    end_session_endpoint: str | None = None


class _Published(Struct, frozen=True):
    keys: list[dict[str, Any]]


class Provider:
    """One provider, asked over HTTP; `session` is not closed here."""

    def __init__(
        self, issuer: str, session: ClientSession, *, now: Callable[[], datetime]
    ) -> None:
        self.issuer = issuer
        self._session = session
        self._now = now
        self._endpoints: Endpoints | None = None
        self._keys: Mapping[str, ECKey | RSAKey] = {}
        self._fetched = self._tried = float("-inf")
        self._turn = asyncio.Lock()

    async def endpoints(self) -> Endpoints:
        """Raises Refused `identity-provider-unavailable`."""
        if self._endpoints is None:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self.fetch("GET", address, Endpoints)
            if found.issuer != self.issuer:
                raise unavailable("it publishes itself under another name")
            if not found.jwks_uri.startswith(_scheme(self.issuer)):
                raise unavailable("it publishes its keys where they are not safe")
            self._endpoints = found
        return self._endpoints

    async def key(self, key_id: str) -> ECKey | RSAKey:
        """The key of this id; raises Refused where there is none, or none is known."""
        if not self._knows(key_id):
            async with self._turn:
                if not self._knows(key_id) and self._since(self._tried) > PAUSE_SECONDS:
                    await self._refresh()
        if self._since(self._fetched) > KEPT_SECONDS:
            raise unavailable("its keys are not known at this moment")
        if key_id not in self._keys:
            if self._tried > self._fetched:
                raise unavailable("whether it has this key is not known")
            raise invalid_token("its key is not among those its issuer publishes")
        return self._keys[key_id]

    async def fetch(
        self, method: str, address: str, type_: type[Answer], **sent: Any
    ) -> Answer:
        """What an endpoint answers; raises Refused where that is no answer."""
        try:
            async with self._session.request(
                method, address, allow_redirects=False, **sent
            ) as reply:
                body, status = await _body(reply), reply.status
        except (ClientError, TimeoutError, OSError) as error:
            raise unavailable("it cannot be reached") from error
        if status != _OK:
            raise Unwilling(status, f"it answers with status {status}")
        try:
            return msgspec.json.decode(body, type=type_)
        except msgspec.DecodeError as error:
            raise unavailable("its answer cannot be read") from error

    def _knows(self, key_id: str) -> bool:
        return key_id in self._keys and self._since(self._fetched) < FRESH_SECONDS

    def _since(self, then: float) -> float:
        return self._now().timestamp() - then

    async def _refresh(self) -> None:
        """Take the keys published now; those known stay where that comes to nothing."""
        self._tried = self._now().timestamp()
        try:
            endpoints = await self.endpoints()
            published = await self.fetch("GET", endpoints.jwks_uri, _Published)
            self._keys = _usable(published)
            self._fetched = self._now().timestamp()
        except Refused:
            if self._since(self._fetched) > KEPT_SECONDS:
                raise


class Unwilling(Refused):
    """The provider answered, and what it said was no."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__("identity-provider-unavailable", _says(why))
        self.status = status


def unavailable(why: str) -> Refused:
    """The refusal for want of a provider."""
    return Refused("identity-provider-unavailable", _says(why))


def _says(why: str) -> str:
    return f"the identity provider cannot be asked: {why}"


async def _body(reply: ClientResponse) -> bytes:
    body = b""
    async for chunk in reply.content.iter_chunked(_AT_MOST):
        body += chunk
        if len(body) > _AT_MOST:
            raise unavailable("its answer is too large")
    return body


def _scheme(address: str) -> str:
    return address.partition("://")[0] + "://"


def _usable(published: _Published) -> Mapping[str, ECKey | RSAKey]:
    """The public keys to check signatures with, by their ids."""
    found: dict[str, ECKey | RSAKey] = {}
    for key in published.keys:
        type_ = _KEY_TYPES.get(str(key.get("kty")))
        signs = key.get("use", "sig") == "sig" and isinstance(key.get("kid"), str)
        short = type_ is RSAKey and len(str(key.get("n", ""))) < _RSA_LETTERS
        if type_ is None or short or not signs:
            continue
        # one key that cannot be read takes no other with it
        with suppress(JoseError, ValueError, TypeError, KeyError):
            found[key["kid"]] = type_.import_key(key)
    return found
