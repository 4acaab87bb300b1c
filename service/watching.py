"""Waiting for news of an inspection: one reader of the ledger wakes all who wait.

However many people watch, each event is looked at once, and only those who watch its
stream read it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.typing import FilteringBoundLogger

from events.recorded import StreamName
from events.store import EventStore, StoreError

_REST = 0.05  # seconds in which events gather, so that many are looked at in one go
_AGAIN = 5.0  # seconds until the ledger is read again after a failure


class Watching:
    """Everybody who waits for an event of one stream, in this process."""

    def __init__(self) -> None:
        self.over = False  # the process is being stopped
        self._waiting: dict[StreamName, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def watch(self, stream: StreamName) -> Iterator[asyncio.Event]:
        """What is set whenever there may be news; whoever waits clears it first."""
        woken = asyncio.Event()
        self._waiting[stream].add(woken)
        try:
            yield woken
        finally:
            waiting = self._waiting[stream]
            waiting.discard(woken)
            if not waiting:
                del self._waiting[stream]

    async def follow(self, store: EventStore, logger: FilteringBoundLogger) -> None:
        """Wake whom an event concerns, until the store is closed."""
        while True:
            try:
                position = (await store.head()).position
                self._wake_all()  # what came before was told to nobody
                async for page in store.follow(after=position):
                    for stream in {recorded.stream for recorded in page}:
                        self._wake(stream)
                    await asyncio.sleep(_REST)
            except StoreError as error:
                logger.error(  # noqa: TRY400 - the store's sentence is enough
                    "watching_failed", fault=type(error).__name__
                )
                await asyncio.sleep(_AGAIN)
            else:
                return

    def end(self) -> None:
        """Let everybody go."""
        self.over = True
        self._wake_all()

    def _wake(self, stream: StreamName) -> None:
        for woken in self._waiting.get(stream, ()):
            woken.set()

    def _wake_all(self) -> None:
        for stream in self._waiting:
            self._wake(stream)
