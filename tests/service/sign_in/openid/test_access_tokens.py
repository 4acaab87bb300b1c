"""Access tokens of a real provider: which are taken, which are not, and why."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as of
from hypothesis import strategies as st
from joserfc import jws

from service.refusal import Refused
from service.sign_in.openid import OpenIdentities, Provider, Terms
from service.sign_in.openid.provider import KEPT_SECONDS, PAUSE_SECONDS
from tests.service.sign_in.openid.conftest import Clock, Service
from tests.service.sign_in.openid.provider import AUDIENCE, BATCH, Key, new_key


def said(service: Service, **other: object) -> dict[str, object]:
    """What a good token says, but for `other`; None leaves a claim out."""
    now = int(service.clock().timestamp())
    claims: dict[str, object] = {
        "iss": service.provider.issuer,
        "sub": "greta",
        "aud": AUDIENCE,
        "exp": now + 600,
        "iat": now,
        "client_id": "a-tool",
        "jti": "1",
        "roles": ["governance"],
    } | other
    return {name: value for name, value in claims.items() if value is not None}


def made(service: Service, claims: object, key: Any = None, **header: object) -> str:
    """A token with the provider's own signature, but for what is asked otherwise."""
    key = key or service.provider.keys[0]
    named = {"alg": "ES256", "typ": "at+jwt", "kid": "first"} | header
    heading = {name: value for name, value in named.items() if value is not None}
    algorithms = [str(heading["alg"])]
    payload = json.dumps(claims).encode()
    return str(jws.serialize_compact(heading, payload, key, algorithms=algorithms))


def _encoded(*parts: bytes) -> str:
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def unsigned(service: Service) -> str:
    header = {"alg": "none", "typ": "at+jwt", "kid": "first"}
    parts = [json.dumps(part).encode() for part in (header, said(service))]
    return _encoded(*parts, b"")


def with_the_public_key_as_secret(service: Service) -> str:
    """The old trick: what everybody can read is taken for a shared secret."""
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "first"}
    parts = [json.dumps(part).encode() for part in (header, said(service))]
    public = service.provider.keys[0].as_pem(private=False)
    digest = hmac.digest(public, _encoded(*parts).encode(), "sha256")
    return _encoded(*parts, digest)


BAD: dict[str, Callable[[Service], str]] = {
    "another issuer": lambda s: made(s, said(s, iss="https://elsewhere.example")),
    "another audience": lambda s: made(s, said(s, aud="urn:other")),
    "other audiences": lambda s: made(s, said(s, aud=["urn:other", "urn:more"])),
    "over": lambda s: made(s, said(s, exp=int(s.clock().timestamp()))),
    "not yet": lambda s: made(s, said(s, nbf=int(s.clock().timestamp()) + 60)),
    "made tomorrow": lambda s: made(s, said(s, iat=int(s.clock().timestamp()) + 60)),
    "too long": lambda s: made(s, said(s, iat=int(s.clock().timestamp()) - 301)),
    "without end": lambda s: made(s, said(s, exp=None)),
    "without subject": lambda s: made(s, said(s, sub=None)),
    "without client": lambda s: made(s, said(s, client_id=None)),
    "without its own id": lambda s: made(s, said(s, jti=None)),
    "a word for a time": lambda s: made(s, said(s, exp="soon")),
    "true for a time": lambda s: made(s, said(s, exp=True)),
    "no object": lambda s: made(s, ["greta"]),
    "no access token": lambda s: made(s, said(s), typ="JWT"),
    "no type": lambda s: made(s, said(s), typ=None),
    "no key id": lambda s: made(s, said(s), kid=None),
    "unknown key": lambda s: made(s, said(s), new_key("never"), kid="never"),
    "stolen key id": lambda s: made(s, said(s), new_key("first")),
    "another algorithm": lambda s: made(
        s, said(s), new_key("first", "RS256"), alg="RS256"
    ),
    "unsigned": unsigned,
    "public key as secret": with_the_public_key_as_secret,
    "cut": lambda s: made(s, said(s))[:-3],
    "altered": lambda s: made(s, said(s)).replace(".", ".e", 1),
    "not encoded": lambda s: made(s, said(s), b64=False, crit=["b64"]),
    "no token": lambda _: "local-token",
    "machine with a strange name": lambda s: made(
        s, said(s, sub="a b", client_id="a b")
    ),
}


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key("first")


async def test_a_token_that_is_not_good_is_refused_with_why(service: Service) -> None:
    good = await service.ask("/v1/me", made(service, said(service)))
    assert good.status == 200

    for name, make in BAD.items():
        token = make(service)
        answer = await service.ask("/v1/me", token)
        assert answer.status == 401, name
        assert answer.body["type"] == "/problems/not-authenticated", name
        assert answer.body["detail"].startswith("this token is not good: "), name
        assert token not in str(answer.body), name
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge == 'Bearer realm="adjudge", error="invalid_token"', name


async def test_without_a_token_nothing_is_said_of_one(service: Service) -> None:
    answer = await service.ask("/v1/me")

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="adjudge"'


async def test_a_person_is_the_same_with_every_token_and_never_their_name(
    service: Service,
) -> None:
    tokens = [made(service, said(service, jti=str(number))) for number in range(2)]
    other = made(service, said(service, sub="rosa@example.org"))

    answers = [await service.ask("/v1/me", token) for token in (*tokens, other)]

    one, again, another = (answer.body["person"] for answer in answers)
    assert one == again != another
    assert one.startswith("p-")
    assert "greta" not in str(answers[0].body)


async def test_a_program_calls_with_a_token_of_its_own(service: Service) -> None:
    token = await service.provider.machine_token()

    answer = await service.ask("/v1/me", token)

    assert answer.status == 200
    assert answer.body["person"] == f"machine:{BATCH}"
    assert answer.body["kind"] == "machine"
    assert answer.body["roles"] == ["inspector"]


async def test_a_token_may_do_what_its_roles_may(service: Service) -> None:
    governance = made(service, said(service))
    nobody = made(service, said(service, roles=["canteen"], jti="2"))

    assert (await service.ask("/v1/events", governance)).status == 200
    assert (await service.ask("/v1/events", nobody)).status == 403


async def test_a_token_ends_though_it_was_found_good_before(service: Service) -> None:
    token = made(service, said(service))
    assert (await service.ask("/v1/me", token)).status == 200

    service.clock.wait(seconds=601)

    assert (await service.ask("/v1/me", token)).status == 401


async def test_no_more_tokens_are_remembered_than_there_is_room_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.sign_in.openid.access_token.REMEMBERED", 1)
    tokens = [made(service, said(service, jti=str(number))) for number in range(3)]

    for token in (*tokens, *tokens):
        assert (await service.ask("/v1/me", token)).status == 200


async def test_a_key_that_is_new_is_taken_up_and_one_withdrawn_let_go(
    service: Service,
) -> None:
    first, second = service.provider.keys[0], new_key("second", "RS256")
    before = await service.provider.machine_token()
    assert (await service.ask("/v1/me", before)).status == 200

    service.provider.stop()
    service.provider.start(second, first)
    service.clock.wait(seconds=PAUSE_SECONDS + 1)
    after = await service.provider.machine_token()
    assert (await service.ask("/v1/me", after)).status == 200
    assert (await service.ask("/v1/me", before)).status == 200

    service.provider.stop()
    service.provider.start(second)
    service.clock.wait(minutes=6)
    late = made(service, said(service), first)
    assert (await service.ask("/v1/me", late)).status == 401

    service.provider.stop()
    service.provider.start(first)  # for the other tests


async def test_without_the_provider_known_keys_go_on_for_a_day(
    service: Service,
) -> None:
    assert (await service.ask("/v1/me", made(service, said(service)))).status == 200
    service.provider.stop()
    try:
        service.clock.wait(minutes=20)
        known = await service.ask("/v1/me", made(service, said(service)))
        unknown = await service.ask(
            "/v1/me", made(service, said(service), new_key("next"), kid="next")
        )
        service.clock.wait(seconds=KEPT_SECONDS)
        late = await service.ask("/v1/me", made(service, said(service)))
    finally:
        service.provider.start()

    assert known.status == 200
    for answer in (unknown, late):
        assert answer.status == 503
        assert answer.body["type"] == "/problems/identity-provider-unavailable"
        assert answer.headers["Retry-After"]


async def test_without_the_provider_from_the_start_callers_are_told_so(
    service: Service,
) -> None:
    token = made(service, said(service))
    service.provider.stop()
    try:
        refused = await service.ask("/v1/me", token)
        sign_in = await service.ask("/login")
    finally:
        service.provider.start()
    service.clock.wait(seconds=PAUSE_SECONDS + 1)
    answer = await service.ask("/v1/me", token)

    assert refused.status == sign_in.status == 503
    assert answer.status == 200


async def test_subjects_that_are_opaque_ids_may_be_taken_as_they_are(
    service: Service,
) -> None:
    terms = Terms(issuer=service.provider.issuer, audience=AUDIENCE)
    provider = Provider(terms.issuer, service.client, now=service.clock)
    identities = OpenIdentities(provider, terms, now=service.clock)

    known = await identities.identify(made(service, said(service, sub="f3a-9")))

    assert known.person == "f3a-9"
    with pytest.raises(Refused, match="its subject is no opaque id"):
        await identities.identify(made(service, said(service, sub="rosa@example.org")))


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("roles", {"roles": ["governance", 7, "canteen"]}),
        ("scope", {"scope": "openid governance"}),
        ("realm_access.roles", {"realm_access": {"roles": ["governance"]}}),
        ("https://example.org/roles", {"https://example.org/roles": ["governance"]}),
    ],
)
def test_roles_are_read_where_the_provider_puts_them(
    claim: str, given: dict[str, object]
) -> None:
    terms = Terms(issuer="i", audience="a", roles_claim=claim)

    assert terms.person("x", given).roles == {"governance"}
    assert terms.person("x", {"other": 1}).roles == frozenset()
    assert terms.person("x", {claim: 7}).roles == frozenset()


class _Nobody(Provider):
    """Asked for a key it has one; so what is tried is how tokens are read."""

    def __init__(self, key: Key) -> None:
        self.issuer = "https://issuer.example"
        self._key = key

    async def key(self, key_id: str) -> Key:  # noqa: ARG002 - any id will do
        return self._key


TEXT = st.text(alphabet='abcABC012._-={}"e', max_size=60)
PART = st.one_of(
    st.binary(max_size=40),
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "iss", "exp"]),
        st.one_of(
            st.sampled_from(["ES256", "none", "at+jwt"]), st.integers(), st.none()
        ),
    ).map(lambda said: json.dumps(said).encode()),
)


@given(
    token=st.one_of(
        TEXT,
        st.lists(PART, min_size=1, max_size=5).map(lambda parts: _encoded(*parts)),
    )
)
@of(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_whatever_is_sent_as_a_token_is_refused_in_words(
    token: str, key: Key
) -> None:
    clock = Clock(timedelta())
    terms = Terms(issuer="https://issuer.example", audience=AUDIENCE)
    identities = OpenIdentities(_Nobody(key), terms, now=clock)

    with pytest.raises(Refused) as refused:
        await identities.identify(token)

    assert refused.value.code == "not-authenticated"
