"""A signed token: signature, times and issuer are checked before it is read."""

from collections.abc import Mapping
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct

from service.sign_in.openid.provider import Provider
from service.sign_in.openid.terms import invalid_token

ALGORITHMS = ("ES256", "RS256")
_SLACK = 5  # seconds that clocks may differ by


class Claims(Struct, frozen=True, kw_only=True):
    """What every token must say."""

    iss: str
    sub: str
    aud: str | tuple[str, ...]
    exp: int | float
    iat: int | float
    nbf: int | float = 0
    azp: str | None = None


class Signed(Struct, frozen=True):
    """A token that its issuer signed."""

    kind: str  # its header `typ`, in lower case
    claims: Claims
    said: Mapping[str, Any]  # everything it says


async def signed(
    token: str, provider: Provider, *, audience: str, now: float
) -> Signed:
    """A token of this provider for this audience at this time, or Refused.

    No message tells what is in the token.
    """
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise invalid_token("it is no signed token") from error
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise invalid_token(f"it must be signed with {' or '.join(ALGORITHMS)}")
    if not isinstance(key_id, str):
        raise invalid_token("it does not name its key")
    key = await provider.key(key_id)
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[algorithm]).payload
    except (JoseError, ValueError) as error:
        raise invalid_token("its signature is false") from error
    try:
        said = msgspec.json.decode(payload, type=dict[str, Any])
        claims = msgspec.convert(said, Claims)
    except msgspec.MsgspecError as error:
        raise invalid_token("a claim is missing or of the wrong kind") from error
    _check(claims, issuer=provider.issuer, audience=audience, now=now)
    return Signed(str(header.get("typ", "")).lower(), claims, said)


def _check(claims: Claims, *, issuer: str, audience: str, now: float) -> None:
    named = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    if claims.iss != issuer:
        raise invalid_token("it comes from another issuer")
    if audience not in named:
        raise invalid_token("it is meant for somebody else")
    if claims.exp <= now:
        raise invalid_token("it has expired; get a new one")
    if max(claims.nbf, claims.iat) > now + _SLACK:
        raise invalid_token("its time has not come")
