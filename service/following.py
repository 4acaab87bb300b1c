"""The read models that catch up behind the appends, kept going by the service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from events.store import EventStore
from projections import Follower
from service.logs import places
from service.read_models import READ_MODELS
from service.records.records import Records

_AGAIN = 5.0  # seconds until a follower that failed is started again


@asynccontextmanager
async def following(
    records: Records,
    *,
    owner: str,
    now: Callable[[], datetime],
    logger: FilteringBoundLogger,
) -> AsyncIterator[None]:
    """Have this process follow the ledger, or stand by while another one does."""
    tasks = [
        asyncio.create_task(
            _kept_going(
                Follower(model, engine=records.writing, clock=now, owner=owner),
                records.store,
                logger,
            )
        )
        for model in READ_MODELS.values()
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_going(
    follower: Follower, store: EventStore, logger: FilteringBoundLogger
) -> None:
    while True:
        try:
            await follower.run(store)
        except Exception as error:  # noqa: BLE001 - or nothing would follow any more
            logger.error(  # noqa: TRY400 - what an error says may quote people's words
                "follower_failed",
                follower=follower.name,
                fault=type(error).__name__,
                places=places(error),
            )
            await asyncio.sleep(_AGAIN)
        else:
            return
