"""Access tokens (RFC 9068): the person or the program that calls the API.

Checking a signature takes longer than most requests, so a token that was found good is
good for another minute, and never past its end. There is no list of tokens taken back:
they live for a quarter of an hour at most, and one that is to live longer is refused.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from service.identity import Identity
from service.sign_in.openid.provider import Provider
from service.sign_in.openid.signed import signed
from service.sign_in.openid.terms import Terms, invalid_token

LONGEST_SECONDS = 900
_REMEMBERED_SECONDS = 60
REMEMBERED = 4096  # tokens
_KINDS = frozenset({"at+jwt", "application/at+jwt"})


class _OfAccess(Struct, frozen=True):
    client_id: str
    jti: str


class OpenIdentities:
    """Whoever an identity provider gave an access token for us."""

    def __init__(
        self, provider: Provider, terms: Terms, *, now: Callable[[], datetime]
    ) -> None:
        self._provider = provider
        self._terms = terms
        self._now = now
        self._known: dict[bytes, tuple[Identity, float]] = {}

    async def identify(self, token: str) -> Identity:
        """Raises Refused where the token is not good or nobody can tell."""
        now = self._now().timestamp()
        digest = sha256(token.encode()).digest()
        identity, until = self._known.get(digest, (None, now))
        if identity is not None and now < until:
            return identity
        identity, end = await self._checked(token, now)
        self._remember(digest, identity, min(end, now + _REMEMBERED_SECONDS))
        return identity

    async def _checked(self, token: str, now: float) -> tuple[Identity, float]:
        found = await signed(
            token, self._provider, audience=self._terms.audience, now=now
        )
        if found.kind not in _KINDS:
            raise invalid_token("it is no access token; its `typ` must be `at+jwt`")
        claims = found.claims
        if claims.exp - claims.iat > LONGEST_SECONDS:
            raise invalid_token("it lives longer than fifteen minutes")
        try:
            access = msgspec.convert(found.said, _OfAccess)
        except msgspec.ValidationError as error:
            raise invalid_token("it does not name its client and itself") from error
        of_program = claims.sub == access.client_id
        read = self._terms.machine if of_program else self._terms.person
        identity = read(claims.sub, found.said)
        return structs.replace(identity, issued_at=float(claims.iat)), claims.exp

    def _remember(self, digest: bytes, identity: Identity, until: float) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[digest] = (identity, until)
