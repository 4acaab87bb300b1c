"""Answering until told to stop, and then finishing what was begun."""

import asyncio
import os
import signal

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from service.api.context import DRAIN, Drain
from service.serving import PortTaken, serving, told_to_stop


def _app(slowly: asyncio.Event) -> web.Application:
    """Answers `/` once `slowly` is set."""

    async def answer(_: web.Request) -> web.Response:
        await slowly.wait()
        return web.Response(text="done")

    app = web.Application()
    app[DRAIN] = Drain()
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
