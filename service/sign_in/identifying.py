"""Where the settings say people come from: an identity provider, or a local file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from msgspec import structs

from service.config import Settings
from service.identity import Identities, LocalIdentities, roles_by_name
from service.sign_in.openid import OpenIdentities, Provider, Registered, SignIn, Terms

_TIMEOUT = ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Known:
    """Who can tell a person by a token, and how browsers sign in if they can."""

    identities: Identities
    sign_in: SignIn | None = None


@asynccontextmanager
async def open_identities(
    settings: Settings, now: Callable[[], datetime]
) -> AsyncIterator[Known]:
    """Nobody is asked anything yet. Raises IdentitiesError."""
    if settings.openid_issuer is None:
        people = settings.identities
        yield Known(
            LocalIdentities.read(Path(people)) if people else LocalIdentities(())
        )
        return
    terms = _terms(settings, settings.openid_issuer)
    async with ClientSession(timeout=_TIMEOUT, cookie_jar=DummyCookieJar()) as session:
        provider = Provider(terms.issuer, session, now=now)
        client = _registered(settings)
        sign_in = (
            None
            if client is None
            else SignIn(provider, terms, client, now=now, random=token_bytes)
        )
        yield Known(OpenIdentities(provider, terms, now=now), sign_in)


def _terms(settings: Settings, issuer: str) -> Terms:
    roles = roles_by_name(settings.openid_roles) if settings.openid_roles else None
    key = settings.openid_person_key
    terms = Terms(
        issuer=issuer,
        audience=settings.openid_audience or "",
        roles_claim=settings.openid_roles_claim,
        person_key=None if key is None else key.encode(),
    )
    return terms if roles is None else structs.replace(terms, roles=roles)


def _registered(settings: Settings) -> Registered | None:
    id_, secret = settings.openid_client_id, settings.openid_client_secret
    if id_ is None or secret is None or settings.public_url is None:
        return None
    return Registered(id=id_, secret=secret, url=settings.public_url)
