"""Replies are forgotten after their time; that a request was carried out, never."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import create_async_engine

from events.open_store import open_store, open_to_prove
from events.sql.replies import forget_replies
from events.store import CommandReused, StoreError
from tests.events.asking import Clock, answer, ask, key
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    else:
        yield await postgres.new_database()


async def test_a_reply_is_forgotten_after_its_time_and_its_request_never(
    database: str, clock: Clock
) -> None:
    store = await open_store(database, clock)
    engine = open_to_prove(database)
    old = ask(answer(), command="old")
    others = (ask(answer(), command=f"other-{number}") for number in range(501))
    await asyncio.gather(*map(store.append, others))  # more than one page
    await store.append(old)
    at = clock() + timedelta(seconds=1)
    clock.now = at
    new = ask(answer(), command="new")
    await store.append(new)

    forgotten = await forget_replies(engine, at)
    again = await forget_replies(engine, at)
    replayed, kept = await store.append(old), await store.append(new)

    assert (forgotten, again) == (502, 0)
    assert replayed.replayed
    assert replayed.reply is None
    assert kept.reply is not None
    with pytest.raises(CommandReused):
        await store.append(replace(old, command=key("old", "another request")))
    await engine.dispose()
    await store.close()


async def test_a_database_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'nothing.db'}")

    with pytest.raises(StoreError, match="old replies cannot be forgotten"):
        await forget_replies(engine, Clock()())

    await engine.dispose()
