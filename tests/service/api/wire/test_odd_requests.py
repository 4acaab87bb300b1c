"""Requests that are HTTP and mean nothing sensible get a clear answer, as all do."""

import asyncio

import pytest

from tests.service.api.asking import Api, answer_path

ME = "GET /v1/me HTTP/1.1"


async def sent(api: Api, *lines: str) -> tuple[int, str]:
    """The status and text that a head gets which no client library would send."""
    host, port = api.client.server.host, api.client.server.port
    reader, writer = await asyncio.open_connection(host, port)
    head = "\r\n".join((*lines, f"Host: {host}", "Connection: close", "", ""))
    writer.write(head.encode("latin-1"))
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer


async def test_two_tokens_are_none(api: Api) -> None:
    tokens = (f"Authorization: Bearer token-of-{who}" for who in ("rosa", "greta"))

    status, answer = await sent(api, ME, *tokens)

    assert status == 401
    assert "send `Authorization` once" in answer


async def test_two_keys_are_none(api: Api) -> None:
    status, answer = await sent(
        api,
        "POST /v1/inspections HTTP/1.1",
        "Authorization: Bearer token-of-lena",
        "Idempotency-Key: one",
        "Idempotency-Key: other",
    )

    assert status == 400
    assert "/problems/malformed-idempotency-key" in answer


UNKNOWN = {
    "/v1/inspections/brent/ratings?asof=1": (
        "asof",
        "is not known here; known are `as_of`, `min_position`",
    ),
    "/v1/inspections/brent/ratings?rules=youth-2021@1": (
        "rules",
        "is not known here; known are `as_of`, `min_position`",
    ),
    "/v1/me?x": ("x", "is not known here; known are `min_position`"),
}


@pytest.mark.parametrize(("path", "fault"), UNKNOWN.items(), ids=UNKNOWN)
async def test_what_a_query_cannot_ask_is_refused_and_not_passed_over(
    path: str, fault: tuple[str, str], brent: Api
) -> None:
    reply = await brent.get(path)

    assert (reply.status, reply.slug) == (422, "validation")
    (found,) = reply.body["errors"]
    assert (found["parameter"], found["detail"]) == fault


async def test_one_point_in_time_is_asked_for_and_not_two(brent: Api) -> None:
    status, answer = await sent(
        brent,
        "GET /v1/inspections/brent/ratings?as_of=1&as_of=9 HTTP/1.1",
        "Authorization: Bearer token-of-rosa",
    )

    assert status == 422
    assert "`as_of` is given more than once" in answer


async def test_a_query_of_a_change_is_refused_before_it_is_made(brent: Api) -> None:
    path = answer_path("C-1", "2.1.1")

    reply = await brent.put(f"{path}?dry_run=true", {"answer": "Yes"})

    assert (reply.status, reply.slug) == (422, "validation")
    assert "nothing is asked in the query" in reply.body["detail"]
    assert (await brent.get(path)).status == 404


@pytest.mark.parametrize("token", ["t\xf6ken", "\xff", "token-of-rosa\xe9"])
async def test_a_token_of_bytes_that_are_no_text_is_not_known(
    token: str, api: Api
) -> None:
    status, answer = await sent(api, ME, f"Authorization: Bearer {token}")

    assert status == 401
    assert "this token is not known here" in answer
