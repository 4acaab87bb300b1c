"""The stores that must keep the same promises."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest
from sqlalchemy import make_url

from events.appender import LIMITS, Limits
from events.ledger import Ledger
from events.memory_store import MemoryStorage, memory_store
from events.postgres.store import open_postgres
from events.sqlite.store import open_sqlite
from events.store import InlineProjection
from events.stored import Storage
from tests.events.asking import TALLY, Clock
from tests.postgres import Postgres


class Opens(Protocol):
    """Opens a ledger over one and the same storage, each time it is called."""

    async def __call__(
        self,
        projection: InlineProjection | None = None,
        *,
        limits: Limits = LIMITS,
    ) -> Ledger[Storage]: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def opens(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, postgres: Postgres
) -> AsyncIterator[Opens]:
    opened: list[Ledger[Storage]] = []
    storage = MemoryStorage()

    async def memory(
        projection: InlineProjection | None = None, *, limits: Limits = LIMITS
    ) -> Ledger[Storage]:
        ledger = memory_store(clock, projection, storage=storage, limits=limits)
        opened.append(ledger)
        return ledger

    async def sqlite(
        projection: InlineProjection | None = None, *, limits: Limits = LIMITS
    ) -> Ledger[Storage]:
        path = str(tmp_path / "ledger.db")
        ledger = await open_sqlite(
            path, clock, projection, tables=[TALLY], limits=limits
        )
        opened.append(ledger)
        return ledger

    url = ""

    async def postgresql(
        projection: InlineProjection | None = None, *, limits: Limits = LIMITS
    ) -> Ledger[Storage]:
        nonlocal url
        url = url or await postgres.new_database()
        ledger = await open_postgres(
            make_url(url), clock, projection, tables=[TALLY], limits=limits
        )
        opened.append(ledger)
        return ledger

    yield {"memory": memory, "sqlite": sqlite, "postgres": postgresql}[request.param]
    for ledger in opened:
        await ledger.close()


@pytest.fixture
async def url(postgres: Postgres) -> str:
    """A place without tables on the server."""
    return await postgres.new_database()


@pytest.fixture
async def direct(postgres: Postgres, url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another user of the same place."""
    connection = await postgres.connect(url)
    yield connection
    await connection.close()
