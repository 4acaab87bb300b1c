"""One connection to PostgreSQL, with the settings that a ledger's writer relies on."""

import asyncio
from typing import cast

import asyncpg
from sqlalchemy import URL, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from events.postgres.errors import FAULTS
from events.postgres.text import OWN_SESSION

_GREETING = 5.0  # seconds for a server to let us in
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

    def __init__(self, connection: AsyncConnection, driver: asyncpg.Connection) -> None:
        self.driver = driver
        self.who: tuple[object, ...] = (
            0,
            None,
        )  # process id, start: names it when lost
        self._connection = connection

    async def close(self) -> None:
        """Let go, whatever became of the connection."""
        try:
            await self.driver.close(timeout=_PARTING)
        except FAULTS:
            self.driver.terminate()
            await asyncio.sleep(0)  # the loop lets go of the socket
        await self._connection.invalidate()
        await self._connection.close()


async def open_session(url: URL) -> Session:
    """Connect; raises what the driver raises."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        connect_args={"server_settings": _SETTINGS, "timeout": _GREETING},
    )
    try:
        connection = await engine.connect()
    except DBAPIError as error:  # lost while SQLAlchemy made itself known
        raise _of_the_driver(error) from error
    pooled = await connection.get_raw_connection()
    driver = cast("asyncpg.Connection", pooled.driver_connection)
    session = Session(connection, driver)
    try:
        await driver.execute(_DURABLE)
        session.who = tuple(await driver.fetchrow(OWN_SESSION) or ())
    except BaseException:
        await session.close()
        raise
    return session


def _of_the_driver(error: DBAPIError) -> BaseException:
    """What the driver raised, beneath SQLAlchemy's wrapping of it."""
    cause = None if error.orig is None else error.orig.__cause__
    return cause or error
