"""People sign in with a browser at a real provider, and have a session then."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from service.api.sign_in import ATTEMPT_COOKIE
from tests.service.sign_in.openid.conftest import Answer, Service
from tests.service.sign_in.openid.provider import SCREENS, Browser
from tests.service.sign_in.openid.test_access_tokens import made
from tests.service.sign_in.openid.test_access_tokens import said as saying

ROSA = "rosa@example.org"


async def asked(service: Service, browser: Browser, path: str = "/v1/me") -> Answer:
    return await service.ask(path, Cookie=f"__Host-sid={browser.session}")


async def test_somebody_signs_in_and_is_known_by_their_session(
    service: Service,
) -> None:
    browser = service.browser()

    arrived = await browser.sign_in(ROSA, at="/login?return_to=/v1/me")

    assert arrived.status == 200
    assert arrived.address == f"{service.url}/v1/me"
    assert arrived.json["roles"] == ["inspector"]
    assert re.fullmatch("p-[a-z2-7]{24}", arrived.json["person"])
    assert "rosa" not in arrived.text
    assert (await asked(service, browser, "/v1/inspections")).status == 200
    assert {"/callback": arrived.json["person"]}.items() <= service.logged().items()
    assert (await asked(service, browser, "/v1/events")).status == 403


async def test_a_person_is_the_same_with_a_token_and_with_a_session(
    service: Service,
) -> None:
    one, other = service.browser(), service.browser()

    first = (await one.sign_in(ROSA, at="/login?return_to=/v1/me")).json
    again = (await other.sign_in(ROSA, at="/login?return_to=/v1/me")).json

    assert first["person"] == again["person"]
    assert one.session != other.session


async def test_the_way_to_the_provider_carries_proof_state_and_nonce(
    service: Service,
) -> None:
    ways = [await service.ask("/login") for _ in range(2)]

    for way in ways:
        assert way.status == 303
        cookie = way.headers["Set-Cookie"]
        assert cookie.startswith(f"{ATTEMPT_COOKIE}=")
        for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
            assert word in cookie
        assert "Domain" not in cookie
    one, other = (parse_qs(urlsplit(way.headers["Location"]).query) for way in ways)
    assert one["code_challenge_method"] == ["S256"]
    for random in ("state", "nonce", "code_challenge"):
        assert len(one[random][0]) >= 43
        assert one[random] != other[random]


async def test_signing_in_again_makes_a_new_session_and_ends_the_old(
    service: Service,
) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)
    old = browser.session
    await browser.sign_in(ROSA)

    assert browser.session != old
    assert (await asked(service, browser)).status == 200
    assert (await service.ask("/v1/me", Cookie=f"__Host-sid={old}")).status == 401


async def test_an_id_that_somebody_else_chose_is_never_taken_up(
    service: Service,
) -> None:
    browser = service.browser()
    browser.cookies[service.url] = {"__Host-sid": "chosen-by-somebody-else"}

    await browser.sign_in(ROSA)

    assert browser.session not in {None, "chosen-by-somebody-else"}


async def test_signing_out_ends_the_session_here_and_at_the_provider(
    service: Service,
) -> None:
    browser = service.browser()
    me = (await browser.sign_in(ROSA, at="/login?return_to=/v1/me")).json
    id_ = browser.session

    form = {"form_token": me["form_token"]}
    page = await browser.go(f"{service.url}/logout", form, Origin=service.url)
    assert page.form is not None
    await browser.go(page.form, page.fields | {"logout": "yes"})

    assert browser.session is None
    assert (await service.ask("/v1/me", Cookie=f"__Host-sid={id_}")).status == 401
    login = await browser.go(f"{service.url}/login")
    assert "login" in login.fields  # the provider asks anew who it is


async def test_whoever_leaves_at_the_provider_is_signed_out_everywhere(
    service: Service,
) -> None:
    one, other, stranger = (service.browser() for _ in range(3))
    for browser in (one, other):
        await browser.sign_in(ROSA)
    await stranger.sign_in("greta")

    page = await one.go(f"{service.provider.issuer}/session/end")
    assert page.form is not None
    await one.go(page.form, page.fields | {"logout": "yes"})

    assert (await asked(service, one)).status == 401
    assert (await asked(service, other)).status == 401
    assert (await asked(service, stranger)).status == 200


async def test_nobody_is_signed_out_by_what_the_provider_did_not_say(
    service: Service,
) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)
    event: dict[str, object] = {
        "http://schemas.openid.net/event/backchannel-logout": {}
    }
    good = saying(service, sub=ROSA, aud=SCREENS, events=event)
    kind = "logout+jwt"
    forms: list[dict[str, str]] = [
        {},
        {"logout_token": "x"},
        {"logout_token": made(service, good)},
        {"logout_token": made(service, good | {"nonce": "n"}, typ=kind)},
        {"logout_token": made(service, good | {"events": {}}, typ=kind)},
        {"logout_token": made(service, good | {"events": 7}, typ=kind)},
        {"logout_token": made(service, good | {"aud": "other"}, typ=kind)},
    ]

    for form in forms:
        page = await service.browser().go(f"{service.url}/backchannel-logout", form)
        assert page.status == 401, form
    assert (await asked(service, browser)).status == 200

    token = made(service, good, typ=kind)
    page = await service.browser().go(
        f"{service.url}/backchannel-logout", {"logout_token": token}
    )
    assert page.status == 200
    assert (await asked(service, browser)).status == 401


async def test_without_a_session_nobody_is_signed_out(service: Service) -> None:
    answer = await service.ask("/logout", method="POST")

    assert answer.status == 401
    assert "nobody is signed in" in answer.body["detail"]


async def test_without_the_provider_one_is_still_signed_out_here(
    service: Service,
) -> None:
    browser = service.browser()
    me = (await browser.sign_in(ROSA, at="/login?return_to=/v1/me")).json
    service.provider.stop()
    try:
        headers = {"X_Form_Token": me["form_token"], "Origin": service.url}
        left = await service.ask(
            "/logout", method="POST", Cookie=f"__Host-sid={browser.session}", **headers
        )
    finally:
        service.provider.start()

    assert left.status == 303
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert (await asked(service, browser)).status == 401


CROSS_SITE: list[dict[str, str | None]] = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "none"},
    {"Sec_Fetch_Site": "cross-site", "Origin": "ours"},
    {"Sec_Fetch_Site": "same-origin", "Origin": "https://evil.example"},
    {"Origin": "ours", "X_Form_Token": "guessed"},
    {"Origin": "ours", "X_Form_Token": "gu\u00e9ssed"},
    {"Origin": "ours", "X_Form_Token": None},
    {"Sec_Fetch_Site": "same-origin", "X_Form_Token": None},
]


async def test_what_another_site_may_have_sent_changes_nothing(
    service: Service,
) -> None:
    browser = service.browser()
    me = (await browser.sign_in(ROSA, at="/login?return_to=/v1/me")).json
    mine = {"Cookie": f"__Host-sid={browser.session}"}

    for said in CROSS_SITE:
        headers = mine | {"X_Form_Token": me["form_token"]} | said
        if headers.get("Origin") == "ours":
            headers["Origin"] = service.url
        given = {name: value for name, value in headers.items() if value is not None}
        answer = await service.ask("/logout", method="POST", **given)
        assert answer.status == 403, said
        assert answer.body["type"] == "/problems/cross-site", said

    assert (await asked(service, browser)).status == 200


@pytest.mark.parametrize(
    "site", [{"Origin": "ours"}, {"Sec_Fetch_Site": "same-origin"}]
)
async def test_our_own_pages_may_change_what_their_person_may(
    service: Service, site: dict[str, str]
) -> None:
    browser = service.browser()
    me = (await browser.sign_in(ROSA, at="/login?return_to=/v1/me")).json
    headers = {"Cookie": f"__Host-sid={browser.session}", **site}
    if "Origin" in headers:
        headers["Origin"] = service.url

    answer = await service.ask(
        "/v1/inspections",
        method="POST",
        X_Form_Token=me["form_token"],
        Idempotency_Key="one",
        **headers,
    )

    assert answer.status == 403
    assert answer.body["type"] == "/problems/forbidden"  # an inspector announces none


async def test_a_form_token_of_another_script_is_not_ours(service: Service) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)

    answer = await service.ask(
        "/v1/inspections",
        method="POST",
        X_Form_Token="ключ",  # noqa: S106 - it opens nothing
        Idempotency_Key="one",
        Cookie=f"__Host-sid={browser.session}",
        Origin=service.url,
    )

    assert answer.status == 403
    assert answer.body["type"] == "/problems/cross-site"


async def test_a_token_tells_who_asks_before_a_session_does(service: Service) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)
    token = await service.provider.machine_token()

    answer = await service.ask("/v1/me", token, Cookie=f"__Host-sid={browser.session}")

    assert answer.body["kind"] == "machine"
    assert answer.body["form_token"] is None


async def test_a_token_with_other_roles_ends_the_sessions_of_before(
    service: Service,
) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)
    service.clock.wait(seconds=5)
    same, other = (
        made(service, saying(service, sub=ROSA, iat=now, roles=roles))
        for now, roles in (
            (int(service.clock().timestamp()), ["inspectors"]),
            (int(service.clock().timestamp()) + 1, ["inspectors", "governance"]),
        )
    )

    with_same = await service.ask("/v1/me", same)
    still = await asked(service, browser)
    with_other = await service.ask("/v1/me", other)
    over = await asked(service, browser)

    assert with_same.body["person"] == with_other.body["person"]
    assert (with_same.status, still.status) == (200, 200)
    assert (with_other.status, over.status) == (200, 401)


async def test_a_session_ends_when_nothing_is_asked_for_a_while(
    service: Service,
) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)

    for _ in range(3):
        service.clock.wait(minutes=14)
        assert (await asked(service, browser)).status == 200
    service.clock.wait(minutes=15)

    over = await asked(service, browser)
    assert over.status == 401
    assert "your session is over" in over.body["detail"]


async def test_a_session_ends_after_a_working_day_however_busy(
    service: Service,
) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)

    for _ in range(8 * 5 - 1):
        service.clock.wait(minutes=12)
        assert (await asked(service, browser)).status == 200
    service.clock.wait(minutes=12)

    assert (await asked(service, browser)).status == 401


async def test_what_does_not_belong_to_the_attempt_begins_no_session(
    service: Service,
) -> None:
    way = await service.ask("/login")
    state = parse_qs(urlsplit(way.headers["Location"]).query)["state"][0]
    cookie = way.headers["Set-Cookie"].partition(";")[0]
    issuer = service.provider.issuer
    tried = [
        (f"state={state}&code=x", "", "was not begun with this browser"),
        (f"state={state}&code=x", f"{ATTEMPT_COOKIE}=garbage", "did not begin it"),
        (f"state={state}&code=x", f"{cookie}x", "did not begin it"),
        ("code=x", cookie, "begun elsewhere"),
        ("state=guessed&code=x", cookie, "begun elsewhere"),
        (f"state={state}&code=x&iss=https://e.example", cookie, "another provider"),
        (f"state={state}&error=access_denied", cookie, "said `access_denied`"),
        (f"state={state}&error=<b>", cookie, "the provider said no"),
        (f"state={state}&code=x&iss={issuer}", cookie, "does not take the code"),
    ]

    for query, said, why in tried:
        answer = await service.ask(f"/callback?{query}", Cookie=said)
        assert answer.status == 401, query
        assert why in answer.body["detail"], query
        assert "__Host-sid" not in str(answer.headers), query
    service.clock.wait(minutes=11)
    late = await service.ask(f"/callback?state={state}&code=x", Cookie=cookie)
    assert "longer than ten minutes" in late.body["detail"]


async def test_a_code_is_good_once(service: Service) -> None:
    browser = service.browser()
    await browser.sign_in(ROSA)
    address, cookies = next(e for e in browser.history if "/callback?" in e[0])

    again = await service.ask(address.removeprefix(service.url), Cookie=cookies)

    assert again.status == 401
    assert "does not take the code" in again.body["detail"]


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "", "x", "/" * 2],
)
async def test_one_never_comes_back_to_another_site(
    service: Service, elsewhere: str
) -> None:
    answer = await service.ask(f"/login?return_to={elsewhere}")

    assert answer.status == 422
    assert answer.body["errors"][0]["parameter"] == "return_to"
