"""What cannot be undone asks for a fresh and strong sign-in, if a setting says so."""

from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from service.config import Settings
from tests.service.sign_in.openid.conftest import Answer, Service
from tests.service.sign_in.openid.provider import TWO_FACTORS, Browser
from tests.service.sign_in.openid.test_access_tokens import made
from tests.service.sign_in.openid.test_access_tokens import said as saying

SEEN = f"sha256:{'0' * 64}"
OPENING = {
    "inspection": "brent",
    "service": "Brent Youth Offending Service",
    "programme": "single",
    "fieldwork_starts_on": "2020-10-05",
    "framework": "youth-2020",
}
APPROVAL = ("/v1/inspections/brent/exports/9/approvals", {"content_hash": SEEN})
ADOPTION = (
    "/v1/frameworks/youth-2020/adoptions",
    {"revision": 9, "framework_hash": SEEN, "impact_hash": SEEN},
)
"""Of nothing: whoever may is told that there is nothing, and everybody else why not."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings, step_up_acr=f"{TWO_FACTORS} urn:example:card", step_up_seconds=300
    )


async def announce(service: Service) -> None:
    token = made(service, saying(service))
    reply = await service.ask(
        "/v1/inspections", token, "POST", body=OPENING, Idempotency_Key="announced"
    )
    assert reply.status == 201, reply.body


async def attempt(
    service: Service, step: tuple[str, object], **claims: object
) -> Answer:
    """One step with a token that says so much of a sign-in."""
    path, body = step
    token = made(service, saying(service, **claims))
    return await service.ask(path, token, "POST", body=body, Idempotency_Key="a-step")


async def attempt_by_session(
    service: Service, step: tuple[str, object], browser: Browser
) -> Answer:
    """The same with a browser."""
    path, body = step
    cookie = f"__Host-sid={browser.session}"
    me = await service.ask("/v1/me", Cookie=cookie)
    return await service.ask(
        path,
        method="POST",
        body=body,
        Idempotency_Key="a-step",
        Cookie=cookie,
        Origin=service.url,
        X_Form_Token=me.body["form_token"],
    )


def slug(answer: Answer) -> str:
    return str(answer.body["type"]).removeprefix("/problems/")


async def test_a_token_says_how_and_when_somebody_signed_in(service: Service) -> None:
    await announce(service)
    now = int(service.clock().timestamp())
    card = "urn:example:card"
    weak: tuple[dict[str, object], ...] = (
        {},
        {"acr": TWO_FACTORS},
        {"auth_time": now},
        {"acr": "urn:example:password", "auth_time": now},
        {"acr": TWO_FACTORS, "auth_time": now - 301},
        {"acr": TWO_FACTORS, "auth_time": "now"},
        {"acr": [TWO_FACTORS], "auth_time": now},
        {"acr": TWO_FACTORS, "auth_time": True},
    )

    for step in (APPROVAL, ADOPTION):
        for claims in weak:
            refused = await attempt(service, step, **claims)
            assert (refused.status, slug(refused)) == (401, "step-up-required"), claims
            assert refused.headers["WWW-Authenticate"] == (
                'Bearer realm="adjudge", error="insufficient_user_authentication", '
                f'acr_values="{TWO_FACTORS} {card}", max_age="300"'
            )
            assert refused.body["accepted"] == [TWO_FACTORS, card]
        for acr in (TWO_FACTORS, card):
            taken = await attempt(service, step, acr=acr, auth_time=now - 200)
            assert (taken.status, slug(taken)) == (404, "not-found")


async def test_only_those_who_may_are_asked_to_sign_in_again(service: Service) -> None:
    await announce(service)

    for step in (APPROVAL, ADOPTION):
        refused = await attempt(service, step, roles=["inspectors"])
        assert (refused.status, slug(refused)) == (403, "forbidden")


async def test_a_browser_signs_in_more_strongly_and_goes_on(service: Service) -> None:
    await announce(service)
    browser = service.browser()
    await browser.sign_in("greta")
    way = await service.ask("/login?step_up=true")
    plain = await service.ask("/login?step_up=false")

    refused = await attempt_by_session(service, APPROVAL, browser)
    arrived = await browser.sign_in("greta", at="/login?step_up=true&return_to=/v1/me")
    taken = await attempt_by_session(service, APPROVAL, browser)
    service.clock.wait(seconds=301)
    later = await attempt_by_session(service, APPROVAL, browser)

    query = parse_qs(urlsplit(way.headers["Location"]).query)
    assert query["acr_values"] == [f"{TWO_FACTORS} urn:example:card"]
    assert query["max_age"] == ["300"]
    assert "acr_values" not in plain.headers["Location"]
    assert (refused.status, slug(refused)) == (401, "step-up-required")
    assert "/login?step_up=true" in refused.body["detail"]
    assert arrived.status == 200
    assert (taken.status, slug(taken)) == (404, "not-found")
    assert (later.status, slug(later)) == (401, "step-up-required")
    assert (await service.ask("/login?step_up=please")).status == 422
