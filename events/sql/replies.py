"""Replies that were kept long enough: a request is known for good, its reply is not."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.codec import microseconds
from events.sql.tables import REQUESTS
from events.store import StoreError

_PAGE = 500  # forgotten in one transaction, so that nobody waits for it long

_KEPT = REQUESTS.c
_FORGET = (
    update(REQUESTS)
    .where(_KEPT.stream_key == bindparam("stream"), _KEPT.command_id == bindparam("id"))
    .values(reply=None)
)


async def forget_replies(engine: AsyncEngine, before: datetime) -> int:
    """Forget the replies given before a time, and say how many those were.

    The engine must be one that may write. Raises StoreError.
    """
    old = (
        select(_KEPT.stream_key.label("stream"), _KEPT.command_id.label("id"))
        .where(_KEPT.recorded_at < microseconds(before), _KEPT.reply.is_not(None))
        .limit(_PAGE)
    )
    forgotten = 0
    try:
        while True:
            async with engine.connect() as connection:
                found = (await connection.execute(old)).mappings().all()
            if not found:
                return forgotten
            async with engine.begin() as connection:
                await connection.execute(_FORGET, [dict(each) for each in found])
            forgotten += len(found)
    except DBAPIError as error:
        raise StoreError(f"old replies cannot be forgotten: {error.orig}") from error
