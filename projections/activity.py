"""The index of activity: who did what to which case and when, one row an event.

It says nothing that the ledger does not say; it is there to be searched by person, by
inspection, by case and by time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.codec import CODEC
from events.inspection import CATEGORY
from events.recorded import RecordedEvent
from events.store import Row, Rows
from projections.follower import RowsOf
from projections.instant import instant

METADATA = MetaData()

_POSITION = BigInteger().with_variant(Integer(), "sqlite")

ACTIVITY = Table(
    "activity",
    METADATA,
    Column("position", _POSITION, primary_key=True, autoincrement=False),
    Column("recorded_at", String, nullable=False),
    Column("observed_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("type", String, nullable=False),
    Column("inspection", String),  # None: about a framework
    Column("case", String),
    Column("about", String),
    Column("correlation_id", String),
    Index("activity_by_actor", "actor", "position"),
    Index("activity_by_inspection", "inspection", "case", "position"),
)


class Deed(Struct, frozen=True, kw_only=True):
    """One event, as far as it can be told without anybody's words."""

    position: int
    recorded_at: str
    observed_at: str
    actor: str
    type: str
    inspection: str | None
    case: str | None
    about: str | None
    correlation_id: str | None


class DeedFilter(Struct, frozen=True, kw_only=True):
    """Which deeds are asked for; None: all."""

    actor: str | None = None
    inspection: str | None = None
    case: str | None = None
    type: str | None = None
    since: datetime | None = None  # from here on
    until: datetime | None = None  # before


class Activity:
    """The read model: a row of every event."""

    name: Final = "activity"
    tables: Final[Sequence[Table]] = (ACTIVITY,)

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        del connection, page  # nothing else is needed to tell what happened
        return _rows_of


async def deeds(
    engine: AsyncEngine, wanted: DeedFilter, *, after: int, limit: int
) -> Sequence[Deed]:
    """Deeds in the order of the ledger, after a position of it."""
    table = ACTIVITY.c
    query = select(ACTIVITY).where(table.position > after)
    for name in ("actor", "inspection", "case", "type"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(table[name] == value)
    if wanted.since is not None:
        query = query.where(table.recorded_at >= instant(wanted.since))
    if wanted.until is not None:
        query = query.where(table.recorded_at < instant(wanted.until))
    async with engine.connect() as connection:
        rows = await connection.execute(query.order_by(table.position).limit(limit))
        return tuple(Deed(**row) for row in rows.mappings())


def _rows_of(recorded: RecordedEvent) -> Rows:
    origin, stream = recorded.origin, recorded.stream
    row: Row = (
        recorded.position,
        instant(recorded.recorded_at),
        instant(origin.observed_at),
        origin.actor,
        CODEC.name(recorded.data),
        stream.id if stream.category == CATEGORY else None,
        getattr(recorded.data, "case", None),
        recorded.about,
        origin.correlation_id,
    )
    return {ACTIVITY.name: (row,)}
