"""Which of several processes runs a follower: one at a time, until its lease runs out.

The lease spares the others the work. That no event is taken twice does not rest on it
but on the position, which moves with the rows.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.follower_tables import PROGRESS
from projections.instant import instant


@dataclass(frozen=True, slots=True)
class Lease:
    """One process's claim on one follower."""

    follower: str
    owner: str  # one name a process and run, never used again
    engine: AsyncEngine
    clock: Callable[[], datetime]
    lasts: timedelta = timedelta(seconds=5)

    @property
    def pause(self) -> float:
        """Seconds after which it is asked for anew, or again."""
        return self.lasts.total_seconds() / 3

    @property
    def is_ours(self) -> ColumnElement[bool]:
        """Where the row says that this process runs the follower."""
        return (PROGRESS.c.follower == self.follower) & (PROGRESS.c.owner == self.owner)

    async def claim(self) -> bool:
        """Take it, or keep it, unless another process has it."""
        now = self.clock()
        free = or_(
            PROGRESS.c.owner.is_(None),
            PROGRESS.c.owner == self.owner,
            PROGRESS.c.leased_until < instant(now),
        )
        return await self._set(
            (PROGRESS.c.follower == self.follower) & free,
            owner=self.owner,
            leased_until=instant(now + self.lasts),
        )

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew it until the end, then let go of it at once."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._set(self.is_ours, owner=None, leased_until=None)

    async def _renew(self) -> None:
        while await self.claim():  # noqa: ASYNC110  it is the clock that is waited for
            await asyncio.sleep(self.pause)

    async def _set(self, where: ColumnElement[bool], **values: str | None) -> bool:
        async with self.engine.begin() as connection:
            set_ = update(PROGRESS).where(where).values(**values)
            return (await connection.execute(set_)).rowcount == 1
