"""Answering until told to stop, and then finishing what was begun."""

import asyncio
import io
import json
import os
import signal
from datetime import UTC, datetime

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from service.api.context import DRAIN, LOGGER, Drain
from service.logs import logger_to
from service.serving import PortTaken, serving, told_to_stop

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
        writer.close()

    assert b" 400 " in status
    (line,) = log.getvalue().splitlines()
    assert json.loads(line)["event"] == "connection_failed"
    for told in (log.getvalue().decode(), caplog.text, *capfd.readouterr()):
        assert "secret" not in told


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
