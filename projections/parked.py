"""Events that a follower could not take, and those that wait behind them."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.follower_tables import DEAD_LETTERS, PROGRESS


class Parked(Struct, frozen=True, kw_only=True):
    """An event that waits: it could not be taken, or one before it could not."""

    follower: str
    position: int
    stream: str
    error: str | None  # None: it waits behind an earlier one of its stream
    attempts: int
    parked_at: str
    skipped_at: str | None = None  # it waits no longer, because somebody said so
    skipped_because: str | None = None


class Following(Struct, frozen=True, kw_only=True):
    """How far one follower has come, and which process runs it."""

    follower: str
    position: int
    owner: str | None
    leased_until: str | None


WAITS = DEAD_LETTERS.c.skipped_at.is_(None)


def letter(follower: str, position: int) -> tuple[ColumnElement[bool], ...]:
    """Where one event of one follower is parked."""
    table = DEAD_LETTERS.c
    return table.follower == follower, table.position == position


async def parked(
    engine: AsyncEngine, follower: str | None = None, *, skipped: bool = False
) -> Sequence[Parked]:
    """What waits, of one follower or of all, in order; with what was `skipped`."""
    query = select(DEAD_LETTERS).order_by(
        DEAD_LETTERS.c.follower, DEAD_LETTERS.c.position
    )
    if not skipped:
        query = query.where(WAITS)
    if follower is not None:
        query = query.where(DEAD_LETTERS.c.follower == follower)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(Parked(**row) for row in rows)


async def following(engine: AsyncEngine) -> Sequence[Following]:
    """Every follower there is, by name."""
    query = select(PROGRESS).order_by(PROGRESS.c.follower)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(Following(**row) for row in rows)
