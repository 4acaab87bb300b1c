"""Measurements on a port of their own, out of reach of whoever calls the API."""

from math import nan

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from events.store import StoreError
from projections import DEAD_LETTERS, PROGRESS
from service.api.wire.context import (
    DRAIN,
    ENGINE,
    LOGGER,
    METRICS,
    PROOFS,
    STORE,
    Drain,
)


def metrics_application(served: web.Application) -> web.Application:
    """An application that shows the measurements of another, at `/metrics`."""

    async def show(_: web.Request) -> web.Response:
        await _look_up(served)
        headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        return web.Response(body=served[METRICS].text(), headers=headers)

    app = web.Application()
    app[DRAIN], app[LOGGER] = Drain(), served[LOGGER]
    app.router.add_get("/metrics", show)
    return app


async def _look_up(served: web.Application) -> None:
    """What only the store knows; while it cannot be asked, that is not a number."""
    metrics = served[METRICS]
    events = unsigned = parked = nan
    try:
        end = (await served[STORE].head()).position
        checkpoint = await served[PROOFS].checkpoint()
        unsigned = end - (0 if checkpoint is None else checkpoint.size)
        async with served[ENGINE].connect() as connection:
            progress = select(PROGRESS.c.follower, PROGRESS.c.position)
            for follower, position in await connection.execute(progress):
                metrics.lags(follower, max(0, end - position))
            waiting = DEAD_LETTERS.c.skipped_at.is_(None)
            count = select(func.count()).select_from(DEAD_LETTERS).where(waiting)
            parked = (await connection.execute(count)).scalar_one()
        events = end
    except (StoreError, DBAPIError):
        pass
    metrics.stands("adjudge_ledger_events", events)
    metrics.stands("adjudge_unsigned_events", unsigned)
    metrics.stands("adjudge_parked_events", parked)
