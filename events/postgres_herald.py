"""Tells other processes that something was written, and hears of it from them.

Its own connection, outside every append: a notification takes a lock that all commits
of the server share, so there is at most one in 25 ms, however much is written. One that
is lost costs nothing but the time to the next slow poll.
"""

import asyncio

from sqlalchemy import URL

from events.bell import Bell
from events.postgres_errors import LOST
from events.postgres_session import Session, open_session

CHANNEL = "adjudge_written"

_GAP = 0.025  # seconds between two notifications
_AGAIN = 1.0  # seconds before a lost connection is tried again


class Herald:
    """Runs beside the writer; rings the bell for what other processes wrote."""

    def __init__(self, url: URL, bell: Bell) -> None:
        self._url = url
        self._bell = bell
        self._news = asyncio.Event()
        self._running = asyncio.create_task(self._run())

    def tell(self) -> None:
        """Something was written here."""
        self._news.set()

    async def close(self) -> None:
        """Stop telling and hearing."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                session = await open_session(self._url)
            except LOST:
                await asyncio.sleep(_AGAIN)
                continue
            try:
                await self._serve(session)
            except LOST:
                await asyncio.sleep(_AGAIN)
            finally:
                await session.close()

    async def _serve(self, session: Session) -> None:
        await session.driver.add_listener(CHANNEL, lambda *_: self._bell.ring())
        self._bell.ring()  # what was told meanwhile was not heard
        while True:
            await self._news.wait()
            self._news.clear()
            await session.driver.execute(f"NOTIFY {CHANNEL}")
            await asyncio.sleep(_GAP)
