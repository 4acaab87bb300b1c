"""When to show: the first edit after a pause at once, quick ones once they stop."""

import asyncio
from collections.abc import Callable


class Pace:
    """For presentation only: what is asked for is always worked out from the text."""

    def __init__(self, pause: float) -> None:
        self._pause = pause  # seconds
        self._quiet: dict[str, asyncio.TimerHandle] = {}
        self._waiting: dict[str, Callable[[], None]] = {}

    def show(self, what: str, how: Callable[[], None]) -> None:
        """Shows now, or when nothing has been edited for a while."""
        pending = self._quiet.pop(what, None)
        if pending is None:
            how()
        else:
            pending.cancel()
            self._waiting[what] = how
        loop = asyncio.get_running_loop()
        self._quiet[what] = loop.call_later(self._pause, self._stopped, what)

    def _stopped(self, what: str) -> None:
        self._quiet.pop(what, None)
        how = self._waiting.pop(what, None)
        if how is not None:
            how()
