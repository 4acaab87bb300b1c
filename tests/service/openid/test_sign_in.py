"""People sign in with a browser at a real provider, and have a session then."""

import re

from tests.service.openid.conftest import Service


async def test_somebody_signs_in_and_out_again(service: Service) -> None:
    browser = service.browser()

    arrived = await browser.sign_in("rosa@example.org", at="/login?return_to=/v1/me")

    assert arrived.status == 200
    assert arrived.json["roles"] == ["inspector"]
    assert re.fullmatch("p-[a-z2-7]{24}", arrived.json["person"])
    assert "rosa" not in arrived.text

    old = browser.session
    headers = {"Origin": service.url, "X-Form-Token": arrived.json["form_token"]}
    left = await browser.go(f"{service.url}/logout", {}, **headers)
    print(left)
    assert browser.session is None
