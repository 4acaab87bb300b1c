"""Forgetting what was kept for as long as it may be: old replies, old accesses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from msgspec import Struct
from structlog.typing import FilteringBoundLogger

from events.store import StoreError

_EVERY = 3_600.0  # seconds


class Kept(Struct, frozen=True, kw_only=True):
    """What is kept for so many days; `forget` drops what is older, and counts it."""

    what: str
    days: int
    forget: Callable[[datetime], Awaitable[int]]


@asynccontextmanager
async def forgetting(
    kept: Sequence[Kept], *, now: Callable[[], datetime], logger: FilteringBoundLogger
) -> AsyncIterator[None]:
    """Forget what was kept that long, at the start and every hour after it."""

    async def forget() -> None:
        while True:
            for each in kept:
                await _forget(each, now(), logger)
            await asyncio.sleep(_EVERY)

    task = asyncio.create_task(forget())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _forget(kept: Kept, now: datetime, logger: FilteringBoundLogger) -> None:
    try:
        forgotten = await kept.forget(now - timedelta(days=kept.days))
    except StoreError as error:  # tried again in an hour
        logger.warning("not_forgotten", what=kept.what, says=str(error))
        return
    if forgotten:
        logger.info("forgotten", what=kept.what, number=forgotten)
