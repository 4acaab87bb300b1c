"""What comes after a position, read and decoded once for all who follow from there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from events.recorded import RecordedEvent

Page = Sequence[RecordedEvent]


@dataclass(frozen=True, slots=True)
class _Reading:
    after: int
    rung: asyncio.Event  # what the next ring sets: nothing rang since this began
    page: asyncio.Task[Page]

    def serves(self, after: int, rung: asyncio.Event) -> bool:
        """Whether it says what reading now would say, or the beginning of it."""
        if self.after != after:
            return False
        if not self.page.done():
            return self.rung is rung  # else it may miss what rang in between
        failed = self.page.cancelled() or self.page.exception() is not None
        return not failed and bool(self.page.result())


class SharedPage:
    """The page that was read last, for followers that go side by side."""

    def __init__(self, read: Callable[[int], Awaitable[Page]]) -> None:
        self._read = read
        self._last: _Reading | None = None

    async def after(self, position: int, rung: asyncio.Event) -> Page:
        """Events after a position; `rung` was taken from the bell before this."""
        last = self._last
        if last is None or not last.serves(position, rung):
            task = asyncio.create_task(self._reading(position))
            last = self._last = _Reading(position, rung, task)
        return await asyncio.shield(last.page)

    async def _reading(self, position: int) -> Page:
        return await self._read(position)
