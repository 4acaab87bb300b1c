"""Forgetting stored replies once nobody sends their requests again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from events.sql.replies import forget_replies
from events.store import StoreError

_EVERY = 3_600.0  # seconds


@asynccontextmanager
async def forgetting(
    engine: AsyncEngine,
    kept: timedelta,
    *,
    now: Callable[[], datetime],
    logger: FilteringBoundLogger,
) -> AsyncIterator[None]:
    """Forget what was kept that long, at the start and every hour after it.

    The engine must be one that may write.
    """

    async def forget() -> None:
        while True:
            try:
                forgotten = await forget_replies(engine, now() - kept)
                if forgotten:
                    logger.info("replies_forgotten", replies=forgotten)
            except StoreError as error:  # tried again in an hour
                logger.warning("replies_not_forgotten", says=str(error))
            await asyncio.sleep(_EVERY)

    task = asyncio.create_task(forget())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
