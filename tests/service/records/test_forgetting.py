"""What was kept long enough is forgotten while the service runs; a fault is told."""

import asyncio
import io
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.open_store import open_store, open_to_prove
from events.sql.replies import forget_replies
from service.logs import logger_to
from service.records.forgetting import Kept, forgetting
from tests.events.asking import Clock, answer, ask


async def test_what_was_kept_long_enough_is_forgotten_at_the_start(
    tmp_path: Path,
) -> None:
    url, clock = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}", Clock()
    log = io.BytesIO()
    store = await open_store(url, clock)
    engine = open_to_prove(url)
    old = ask(answer(), command="old")
    await store.append(old)
    clock.now += timedelta(days=8)

    logger = logger_to(log, level="info", now=clock)
    async with forgetting(_replies(engine), now=clock, logger=logger):
        await _told(log)

    said = json.loads(log.getvalue())
    assert (said["event"], said["what"], said["number"]) == ("forgotten", "replies", 1)
    assert (await store.append(old)).reply is None
    await engine.dispose()
    await store.close()


async def test_a_database_that_fails_is_told_of_and_tried_again(
    tmp_path: Path,
) -> None:
    log, clock = io.BytesIO(), Clock()
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")

    logger = logger_to(log, level="info", now=clock)
    async with forgetting(_replies(engine), now=clock, logger=logger):
        await _told(log)

    said = json.loads(log.getvalue())
    assert (said["event"], said["what"]) == ("not_forgotten", "replies")
    await engine.dispose()


def _replies(engine: AsyncEngine) -> tuple[Kept]:
    forget = partial(forget_replies, engine)
    return (Kept(what="replies", days=7, forget=forget),)


async def _told(log: io.BytesIO) -> None:
    async with asyncio.timeout(10):
        while not log.getvalue():  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(0.01)
