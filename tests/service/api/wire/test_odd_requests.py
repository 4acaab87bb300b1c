"""Requests that are HTTP and mean nothing sensible get a clear answer, as all do."""

import asyncio

import pytest

from tests.service.api.asking import Api

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


@pytest.mark.parametrize("token", ["t\xf6ken", "\xff", "token-of-rosa\xe9"])
async def test_a_token_of_bytes_that_are_no_text_is_not_known(
    token: str, api: Api
) -> None:
    status, answer = await sent(api, ME, f"Authorization: Bearer {token}")

    assert status == 401
    assert "this token is not known here" in answer
