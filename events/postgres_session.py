"""One connection to PostgreSQL, with the settings that a ledger's writer relies on."""

from typing import cast

import asyncpg
from sqlalchemy import URL, NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from events.postgres_text import OWN_SESSION

_PARTING = 1.0  # seconds to say goodbye in

_SETTINGS = {
    "application_name": "adjudge",
    "default_transaction_isolation": "read committed",  # compare-and-set relies on it
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "5000",  # a process that stalls holds nobody
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",  # planning a batch costs more than it does
    "enable_seqscan": "off",  # a plan made when the tables were empty stays right
}
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false)
 WHERE current_setting('synchronous_commit') = 'off'
"""


class Session:
    """An asyncpg connection from SQLAlchemy's engine, and who it is to the server."""

    def __init__(
        self,
        connection: AsyncConnection,
        driver: asyncpg.Connection,
        who: tuple[object, ...],
    ) -> None:
        self.driver = driver
        self.who = who  # (process id, start): names the session after it is lost
        self._connection = connection

    async def close(self) -> None:
        """Let go, whatever became of the connection."""
        try:
            await self.driver.close(timeout=_PARTING)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self.driver.terminate()
        await self._connection.invalidate()
        await self._connection.close()


async def open_session(url: URL) -> Session:
    """Connect; raises what the driver raises."""
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"server_settings": _SETTINGS}
    )
    connection = await engine.connect()
    pooled = await connection.get_raw_connection()
    driver = cast("asyncpg.Connection", pooled.driver_connection)
    await driver.execute(_DURABLE)
    who = await driver.fetchrow(OWN_SESSION)
    return Session(connection, driver, tuple(who or ()))
