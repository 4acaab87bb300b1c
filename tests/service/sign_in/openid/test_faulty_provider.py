"""A provider that answers nonsense, too much, or for somebody else."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from joserfc import jws

from service.refusal import Refused
from service.sign_in.openid import Provider, Registered, SignIn, Terms
from service.sign_in.openid.provider import PAUSE_SECONDS
from tests.service.sign_in.openid.conftest import Clock
from tests.service.sign_in.openid.provider import new_key

KEY = new_key("k")
SHORT = {"kty": "RSA", "kid": "short", "e": "AQAB", "n": "x" * 171}  # 1024 bits
URL = "https://adjudge.example"


@dataclass
class Faulty:
    """A provider that publishes what a test says."""

    url: str = ""
    configuration: dict[str, object] = field(default_factory=dict)
    keys: object = None
    tokens: object = None
    status: int = 200
    asked: int = 0

    def token(self, **said: object) -> str:
        """An ID token for us."""
        header = {"alg": "ES256", "kid": "k", **said.pop("header", {})}  # type: ignore[dict-item]
        claims = {"iss": self.url, "sub": "s", "aud": "us", "exp": 4e9, "iat": 1} | said
        return jws.serialize_compact(header, json.dumps(claims).encode(), KEY)


@pytest.fixture
async def faulty() -> AsyncIterator[Faulty]:
    said = Faulty(keys={"keys": [KEY.as_dict(private=False)]})

    def answer(what: Callable[[], object]) -> Any:
        async def handler(_: web.Request) -> web.Response:
            said.asked += 1
            body = what()
            text = body if isinstance(body, str) else json.dumps(body)
            return web.Response(text=text, status=said.status)

        return handler

    app = web.Application()
    discovery = "/.well-known/openid-configuration"
    app.router.add_get(discovery, answer(lambda: said.configuration))
    app.router.add_get("/keys", answer(lambda: said.keys))
    app.router.add_post("/token", answer(lambda: said.tokens))
    async with TestServer(app) as server:
        said.url = str(server.make_url("")).rstrip("/")
        said.configuration = {
            "issuer": said.url,
            "jwks_uri": f"{said.url}/keys",
            "authorization_endpoint": f"{said.url}/auth?tenant=1",
            "token_endpoint": f"{said.url}/token",
        }
        yield said


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def break_issuer(said: Faulty) -> None:
    said.configuration["issuer"] = "https://elsewhere.example"


def break_keys_address(said: Faulty) -> None:
    said.configuration["jwks_uri"] = "ftp://elsewhere.example/keys"


def break_status(said: Faulty) -> None:
    said.status = 500


def break_redirect(said: Faulty) -> None:
    said.status = 302


def break_answer(said: Faulty) -> None:
    said.keys = "<html>"


def break_size(said: Faulty) -> None:
    said.keys = "x" * 300_000


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (break_issuer, "under another name"),
        (break_keys_address, "where they are not safe"),
        (break_status, "status 500"),
        (break_redirect, "status 302"),
        (break_answer, "cannot be read"),
        (break_size, "is too large"),
    ],
)
async def test_what_is_wrong_with_a_provider_is_said(
    faulty: Faulty,
    session: ClientSession,
    broken: Callable[[Faulty], None],
    why: str,
) -> None:
    broken(faulty)

    with pytest.raises(Refused, match=why) as refused:
        await Provider(faulty.url, session, now=Clock()).key("k")

    assert refused.value.code == "identity-provider-unavailable"


async def test_a_key_that_cannot_be_used_takes_no_other_with_it(
    faulty: Faulty, session: ClientSession
) -> None:
    faulty.keys = {
        "keys": [
            {"kty": "lattice", "kid": "new"},
            {"kty": "EC", "kid": "half"},
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
            {**KEY.as_dict(private=False), "kid": "for-sealing", "use": "enc"},
            {"kty": "EC"},
            SHORT,
            KEY.as_dict(private=False),
        ]
    }
    provider = Provider(faulty.url, session, now=Clock())

    assert (await provider.key("k")).thumbprint() == KEY.thumbprint()
    for kid in ("new", "half", "secret", "for-sealing", "short"):
        with pytest.raises(Refused, match="not among those"):
            await provider.key(kid)


async def test_false_key_ids_do_not_make_us_call_without_end(
    faulty: Faulty, session: ClientSession
) -> None:
    clock = Clock()
    provider = Provider(faulty.url, session, now=clock)
    for number in range(50):
        with pytest.raises(Refused):
            await provider.key(f"false-{number}")
    assert faulty.asked == 2  # what it publishes of itself, and its keys

    clock.wait(seconds=PAUSE_SECONDS + 1)
    with pytest.raises(Refused):
        await provider.key("false")
    assert faulty.asked == 3


def signing_in(faulty: Faulty, session: ClientSession) -> SignIn:
    terms = Terms(issuer=faulty.url, audience="api")
    return SignIn(
        Provider(faulty.url, session, now=Clock()),
        terms,
        Registered(id="us", secret="secret", url=URL),  # noqa: S106 - of this test
        now=Clock(),
        random=token_bytes,
    )


async def arrive(faulty: Faulty, session: ClientSession, **said: object) -> None:
    """Come back from a provider that gives an ID token with these claims."""
    signing = signing_in(faulty, session)
    way = await signing.depart("/")
    query = dict(
        part.split("=", 1) for part in way.address.partition("?")[2].split("&")
    )
    if "nonce" not in said:
        said["nonce"] = query["nonce"]
    faulty.tokens = {"id_token": faulty.token(**said)}
    await signing.arrive({"state": query["state"], "code": "c"}, way.attempt)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"nonce": "of another attempt"}, "does not belong to this attempt"),
        ({"header": {"typ": "at+jwt"}}, "does not belong to this attempt"),
        ({"aud": "another"}, "meant for somebody else"),
        ({"azp": "another", "aud": ["us", "another"]}, "made for another client"),
        ({"sub": "two words"}, "no opaque id"),
        ({"iss": "https://elsewhere.example"}, "another issuer"),
    ],
)
async def test_an_id_token_for_something_else_begins_no_session(
    faulty: Faulty, session: ClientSession, said: dict[str, object], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await arrive(faulty, session, **said)


async def test_an_id_token_that_fits_tells_the_person(
    faulty: Faulty, session: ClientSession
) -> None:
    await arrive(faulty, session)


async def test_a_fault_of_the_provider_is_not_the_persons(
    faulty: Faulty, session: ClientSession
) -> None:
    signing = signing_in(faulty, session)
    way = await signing.depart("/")
    state = way.address.partition("&state=")[2].partition("&")[0]
    faulty.status = 500

    with pytest.raises(Refused) as refused:
        await signing.arrive({"state": state, "code": "c"}, way.attempt)

    assert refused.value.code == "identity-provider-unavailable"


async def test_a_provider_without_pages_or_tokens_is_told_of(
    faulty: Faulty, session: ClientSession
) -> None:
    signing = signing_in(faulty, session)
    assert await signing.departure_for_good() == f"{URL}/"  # it has no page for that
    way = await signing.depart("/")
    state = way.address.partition("&state=")[2].partition("&")[0]

    del faulty.configuration["token_endpoint"]
    with pytest.raises(Refused, match="gives no tokens"):
        await signing_in_again(faulty, session, way.attempt, state)
    del faulty.configuration["authorization_endpoint"]
    with pytest.raises(Refused, match="no page to sign in on"):
        await signing_in(faulty, session).depart("/")


async def signing_in_again(
    faulty: Faulty, session: ClientSession, attempt: str, state: str
) -> None:
    """Another process takes up the attempt: what it needs is in the cookie."""
    await signing_in(faulty, session).arrive({"state": state, "code": "c"}, attempt)
