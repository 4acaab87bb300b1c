"""Answering on a port until told to stop, and then finishing what was begun."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from service.api.wire.context import DRAIN, LOGGER
from service.connection import Connection
from service.logs import wordless


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a client may take; in seconds."""

    header_seconds: float = 10  # to send the head of a request
    keep_alive_seconds: float = 75  # from an answer to the next request


_PATIENCE = Patience()


class PortTaken(Exception):
    """Somebody else answers there, or we may not; the message says where."""


@asynccontextmanager
async def serving(
    app: web.Application,
    *,
    host: str,
    port: int,
    drain_seconds: int,
    patience: Patience = _PATIENCE,
) -> AsyncIterator[str]:
    """Answer while the block runs; gives the address, raises PortTaken.

    At the end no new connection is taken, requests that were begun are finished for at
    most `drain_seconds`, and then the store is closed.
    """
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=drain_seconds)
    await runner.setup()
    server, logger = runner.server, wordless(app[LOGGER])
    assert server is not None  # noqa: S101 - the runner is set up

    def connected() -> Connection:
        return Connection(
            server,
            loop=loop,
            head_seconds=patience.header_seconds,
            keepalive_timeout=patience.keep_alive_seconds,
            access_log=None,
            auto_decompress=False,  # a body comes as it is, or is refused
            logger=logger,
        )

    try:
        listening = await _listening(connected, host, port)
        try:
            bound_host, bound_port = listening.sockets[0].getsockname()[:2]
            yield f"http://{bound_host}:{bound_port}"
            app[DRAIN].begin()
        finally:
            listening.close()
    finally:
        await runner.cleanup()


async def _listening(
    connected: Callable[[], Connection], host: str, port: int
) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(connected, host, port)
    except OSError as error:
        raise PortTaken(
            f"`{host}:{port}` cannot be listened on ({error.strerror})"
        ) from error


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
