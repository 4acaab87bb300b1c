"""A ledger on the tests' PostgreSQL, and its sessions ended from outside."""

import asyncpg
from sqlalchemy import make_url

from events.appender import LIMITS, Limits
from events.ledger import Ledger
from events.postgres.store import PostgresStorage, open_postgres
from tests.events.asking import TALLY, Clock, Tally


async def opened(
    url: str, clock: Clock, tally: Tally | None = None, *, limits: Limits = LIMITS
) -> Ledger[PostgresStorage]:
    tally = Tally() if tally is None else tally
    return await open_postgres(
        make_url(url), clock, tally, tables=[TALLY], limits=limits
    )


async def cut(direct: asyncpg.Connection) -> None:
    """End every session of this user but one's own."""
    await direct.execute(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
        " WHERE usename = current_user AND pid <> pg_backend_pid()"
    )
