"""Answering on a port until told to stop, and then finishing what was begun."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from service.api.context import DRAIN, LOGGER
from service.logs import wordless


class PortTaken(Exception):
    """Somebody else answers there, or we may not; the message says where."""


@asynccontextmanager
async def serving(
    app: web.Application,
    *,
    host: str,
    port: int,
    drain_seconds: int,
    keep_alive_seconds: int = 75,
) -> AsyncIterator[str]:
    """Answer while the block runs; gives the address, raises PortTaken.

    At the end no new connection is taken, requests that were begun are finished for at
    most `drain_seconds`, and then the store is closed. A connection on which no
    whole head of a request arrives for `keep_alive_seconds` is closed.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=wordless(app[LOGGER]),
        handle_signals=False,
        shutdown_timeout=drain_seconds,
        keepalive_timeout=keep_alive_seconds,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise PortTaken(
                f"`{host}:{port}` cannot be listened on ({error.strerror})"
            ) from error
        bound_host, bound_port = runner.addresses[0][:2]
        yield f"http://{bound_host}:{bound_port}"
        app[DRAIN].begin()
    finally:
        await runner.cleanup()


async def told_to_stop() -> None:
    """Return at SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
