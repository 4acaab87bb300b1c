"""What PostgreSQL says went wrong, as one sentence about the database.

Never with the server's details: they may hold what somebody wrote.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from events.store import Overloaded, StoreError

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,  # the connection is closed
    asyncpg.InternalClientError,  # the server closed it while we were asking
)
"""The connection is gone; what was under way may have been committed."""

RACES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Another process was first; nothing was written, and deciding anew is safe."""


FAULTS = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""All that the driver raises."""


@contextmanager
def plain_errors(url: URL) -> Iterator[None]:
    """Turn what the driver raises into one sentence about this database."""
    try:
        yield
    except FAULTS as error:
        raise plain(error, url) from error
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig is not None else None
        raise plain(cause or error, url) from error


def plain(error: BaseException, url: URL) -> StoreError:
    """What to say of it to an operator."""
    name = f"`{url.database}`"
    match error:
        case asyncpg.InvalidCatalogNameError():
            return StoreError(f"there is no database {name}")
        case asyncpg.InvalidAuthorizationSpecificationError():
            return StoreError(f"the database {name} refuses this user")
        case asyncpg.InsufficientPrivilegeError():
            return StoreError(f"this user may not use the ledger in {name}")
        case asyncpg.ReadOnlySQLTransactionError():
            return StoreError(f"{name} takes no writes: it is a standby")
        case asyncpg.DiskFullError():
            return StoreError(f"no space is left to write {name}")
        case asyncpg.LockNotAvailableError() | asyncpg.QueryCanceledError():
            return Overloaded(f"another process keeps the head of {name} locked")
        case asyncpg.TooManyConnectionsError():
            return Overloaded(f"{name} takes no more connections")
        case asyncpg.PostgresConnectionError() | asyncpg.AdminShutdownError():
            return StoreError(f"the connection to {name} was lost")
        case asyncpg.PostgresError():
            kind = type(error).__name__.removesuffix("Error")
            return StoreError(f"{name} cannot be used: {kind} ({error.sqlstate})")
        case _:
            return StoreError(f"{name} cannot be reached")
