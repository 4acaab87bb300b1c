"""Answering until told to stop, and then finishing what was begun."""

import asyncio
import gzip
import io
import json
import os
import signal
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from service.api.wire.bodies import ReasonBody
from service.api.wire.context import BODY_SECONDS, DRAIN, LOGGER, Drain
from service.api.wire.reading import read
from service.logs import logger_to
from service.refusal import Refused
from service.serving import Patience, PortTaken, serving, told_to_stop

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _app(slowly: asyncio.Event, log: io.BytesIO | None = None) -> web.Application:
    """Answers `/` once `slowly` is set."""

    async def answer(_: web.Request) -> web.Response:
        await slowly.wait()
        return web.Response(text="done")

    app = web.Application()
    app[DRAIN] = Drain()
    app[LOGGER] = logger_to(log or io.BytesIO(), level="info", now=lambda: NOON)
    app.router.add_get("/", answer)
    return app


async def test_a_request_that_was_begun_is_finished_after_the_stop() -> None:
    slowly = asyncio.Event()
    app = _app(slowly)

    async with ClientSession() as client:
        async with serving(app, host="127.0.0.1", port=0, drain_seconds=30) as url:
            begun = asyncio.create_task(client.get(url))
            await asyncio.sleep(0.1)
            asyncio.get_running_loop().call_later(0.1, slowly.set)

        response = await begun
        text = await response.text()

    assert (response.status, text) == (200, "done")
    assert app[DRAIN].begun


async def test_nothing_new_is_taken_after_the_stop() -> None:
    slowly = asyncio.Event()
    async with serving(_app(slowly), host="127.0.0.1", port=0, drain_seconds=1) as url:
        pass

    async with ClientSession() as client:
        with pytest.raises(ClientConnectionError):
            await client.get(url)


NOT_HTTP = {
    "a token": b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\x00\r\n\r\n",
    "a long path": b"GET /cases/secret" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a body": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"secret\r\n",
}


@pytest.mark.parametrize("sent", NOT_HTTP.values(), ids=NOT_HTTP)
async def test_what_is_no_http_leaves_one_line_without_what_was_sent(
    sent: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    log = io.BytesIO()
    app = _app(asyncio.Event(), log)
    async with serving(app, host="127.0.0.1", port=0, drain_seconds=0) as url:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(url.rpartition(":")[2])
        )
        writer.write(sent)
        status = await asyncio.wait_for(reader.readline(), 5)
        await hang_up(writer)

    assert b" 400 " in status
    (line,) = log.getvalue().splitlines()
    assert json.loads(line)["event"] == "connection_failed"
    for told in (log.getvalue().decode(), caplog.text, *capfd.readouterr()):
        assert "secret" not in told


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_connection_that_sends_no_whole_head_is_closed(sent: bytes) -> None:
    app = _app(asyncio.Event())
    async with serving(
        app,
        host="127.0.0.1",
        port=0,
        drain_seconds=1,
        patience=Patience(header_seconds=0.3),
    ) as url:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(url.rpartition(":")[2])
        )
        writer.write(sent)

        answer = await asyncio.wait_for(reader.read(), 5)
        await hang_up(writer)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert bool(sent) == head.startswith(b"HTTP/1.1 408 ")
    assert not sent or json.loads(body)["type"] == "/problems/request-timeout"


REFUSED_BY_THE_LIBRARY = {
    "no HTTP": (b"HELLO\r\n\r\n", 400, "malformed-request"),
    "a long line": (
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
        400,
        "malformed-request",
    ),
    "many headers": (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: x\r\n" * 200 + b"\r\n",
        400,
        "malformed-request",
    ),
    "an expectation": (
        b"POST / HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n",
        417,
        "expectation-failed",
    ),
}


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    REFUSED_BY_THE_LIBRARY.values(),
    ids=REFUSED_BY_THE_LIBRARY,
)
async def test_what_no_handler_sees_gets_a_problem_too(
    sent: bytes, status: int, slug: str
) -> None:
    app = _taking(seconds=1)
    async with serving(app, host="127.0.0.1", port=0, drain_seconds=1) as url:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(url.rpartition(":")[2])
        )
        writer.write(sent)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        problem = json.loads(await asyncio.wait_for(reader.readuntil(b"}"), 5))
        await hang_up(writer)

    assert head.split()[1] == str(status).encode()
    assert b"application/problem+json" in head
    assert b"Cache-Control: no-store" in head
    assert (problem["status"], problem["type"]) == (status, f"/problems/{slug}")


async def test_a_request_that_takes_longer_than_its_head_may_is_answered() -> None:
    slowly = asyncio.Event()
    patience = Patience(header_seconds=0.1)
    async with (
        serving(
            _app(slowly), host="127.0.0.1", port=0, drain_seconds=1, patience=patience
        ) as url,
        ClientSession() as client,
    ):
        asyncio.get_running_loop().call_later(0.5, slowly.set)
        async with client.get(url) as response:
            assert await response.text() == "done"


def _taking(*, seconds: float) -> web.Application:
    """Reads what is posted and answers with why it is refused."""
    app = _app(asyncio.Event())

    async def take(request: web.Request) -> web.Response:
        try:
            await read(request, ReasonBody)
        except Refused as refused:
            return web.Response(text=refused.code)
        return web.Response()

    app.router.add_post("/", take)
    app[BODY_SECONDS] = seconds
    return app


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(1)
        yield b"}"

    json_ = {"Content-Type": "application/json"}
    app = _taking(seconds=0.1)
    async with (
        serving(app, host="127.0.0.1", port=0, drain_seconds=1) as url,
        ClientSession() as client,
        client.post(url, data=dripping(), headers=json_) as response,
    ):
        assert await response.text() == "request-timeout"


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\n",
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 9\r\n\r\n{"
        ),
    ],
    ids=["head", "body"],
)
async def test_a_request_half_sent_does_not_hold_up_the_stop(sent: bytes) -> None:
    app = _taking(seconds=60)
    loop = asyncio.get_running_loop()
    async with serving(app, host="127.0.0.1", port=0, drain_seconds=20) as url:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(url.rpartition(":")[2])
        )
        writer.write(sent)
        await asyncio.sleep(0.1)
        begun = loop.time()

    assert loop.time() - begun < 10
    reply = await asyncio.wait_for(reader.read(), 5)
    assert reply.endswith(b"request-timeout") is sent.endswith(b"{")
    await hang_up(writer)


async def test_a_port_that_is_taken_is_named() -> None:
    slowly = asyncio.Event()
    async with serving(_app(slowly), host="127.0.0.1", port=0, drain_seconds=1) as url:
        port = int(url.rpartition(":")[2])

        with pytest.raises(PortTaken, match=f"`127.0.0.1:{port}` cannot be"):
            async with serving(
                _app(slowly), host="127.0.0.1", port=port, drain_seconds=1
            ):
                pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_both_signals_tell_it_to_stop(number: signal.Signals) -> None:
    waiting = asyncio.create_task(told_to_stop())
    await asyncio.sleep(0)

    os.kill(os.getpid(), number)

    await asyncio.wait_for(waiting, 5)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close a connection, whatever the other end did to it."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


WHOLE = b'{"reason": "It was said twice."}'
CODED = {
    "whole": ("gzip", gzip.compress(WHOLE)),
    "cut before its checksum": ("gzip", gzip.compress(WHOLE)[:-8]),
    "deflated": ("deflate", zlib.compress(WHOLE)),
    "of a coding nobody has here": ("br", WHOLE),
    "of no known coding": ("sheep", WHOLE),
    "twice": ("identity, gzip", gzip.compress(WHOLE)),
    "not at all": ("identity", WHOLE),
    "as it is": ("Identity", WHOLE),
}


@pytest.mark.parametrize(("coding", "sent"), CODED.values(), ids=CODED)
async def test_a_body_comes_as_it_is_or_is_refused(coding: str, sent: bytes) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    app = _taking(seconds=1)
    async with (
        serving(app, host="127.0.0.1", port=0, drain_seconds=1) as url,
        ClientSession() as client,
        client.post(url, data=sent, headers=headers) as response,
    ):
        told = await response.text()

    plain = coding.lower() == "identity"
    assert (response.status, told) == (200, "" if plain else "unsupported-media-type")


async def test_what_is_left_of_a_refused_body_begins_no_request() -> None:
    refused = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: x/x\r\n"
    app = _taking(seconds=1)
    async with serving(
        app,
        host="127.0.0.1",
        port=0,
        drain_seconds=1,
        patience=Patience(header_seconds=0.1),
    ) as url:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(url.rpartition(":")[2])
        )
        writer.write(refused + b"Content-Length: 20\r\n\r\n")
        first = await asyncio.wait_for(reader.readuntil(b"media-type"), 5)
        writer.write(b"x" * 10)
        await asyncio.sleep(0.3)
        writer.write(b"x" * 10)
        await asyncio.sleep(0.05)
        writer.write(refused + b"Content-Length: 0\r\n\r\n")
        second = await asyncio.wait_for(reader.readuntil(b"media-type"), 5)
        await hang_up(writer)

    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 200 ")
