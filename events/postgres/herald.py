"""Tells other processes that something was written, and hears of it from them.

Its own connection, outside every append: a notification takes a lock that all commits
of the server share, so there is at most one in 25 ms, however much is written. One that
is lost costs nothing but the time to the next slow poll.
"""

import asyncio
from contextlib import suppress

from sqlalchemy import URL

from events.bell import Bell
from events.postgres.errors import FAULTS
from events.postgres.session import Session, open_session

CHANNEL = "adjudge_written"

_GAP = 0.025  # seconds between two notifications
_AGAIN = 1.0  # seconds before a lost connection is tried again


class Herald:
    """Runs beside the writer; rings the bell for what other processes wrote."""

    def __init__(self, url: URL, bell: Bell) -> None:
        self._url = url
        self._bell = bell
        self._news = asyncio.Event()
        self._closing = asyncio.Event()
        self._running = asyncio.create_task(self._run())

    def tell(self) -> None:
        """Something was written here."""
        self._news.set()

    async def close(self) -> None:
        """Stop telling and hearing."""
        self._closing.set()
        self._news.set()
        await self._running

    async def _run(self) -> None:
        while not self._closing.is_set():
            try:
                session = await open_session(self._url)
            except FAULTS:
                await self._pause(_AGAIN)
                continue
            try:
                await self._serve(session)
            except FAULTS:
                await self._pause(_AGAIN)
            finally:
                await session.close()

    async def _serve(self, session: Session) -> None:
        await session.driver.add_listener(CHANNEL, lambda *_: self._bell.ring())
        session.driver.add_termination_listener(lambda *_: self._news.set())
        self._bell.ring()  # what was told meanwhile was not heard
        while not self._closing.is_set():
            await self._news.wait()
            self._news.clear()
            await session.driver.execute(f"NOTIFY {CHANNEL}")
            await self._pause(_GAP)

    async def _pause(self, seconds: float) -> None:
        """Wait, unless it is time to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
