"""The bell that followers of a ledger wait for: a hint, with a slow poll behind it."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bell:
    """Rung when something may have been written; `patience` is the slow poll."""

    patience: float = 1.0  # seconds to wait for a ring that may never come
    _next: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Wake everyone who listens."""
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """What the next ring sets; take it before looking, so that none is missed."""
        return self._next

    async def wait(self, rung: asyncio.Event) -> None:
        """Return at the ring, or when patience is at an end."""
        try:
            # not wait_for: it can lose a cancellation that comes with the ring
            async with asyncio.timeout(self.patience):
                await rung.wait()
        except TimeoutError:
            return
