"""Requests to erase and holds as rows, across inspections, and reading them."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.store import Row
from projections.instant import instant
from projections.retention import Agreed, Erasure, Hold
from projections.tables import ERASURES, HOLDS


class ErasureEntry(Struct, frozen=True, kw_only=True):
    """A request that words be erased, and who agreed to it if they were."""

    position: int
    inspection: str
    keys: tuple[str, ...]
    reason_code: str
    requested_by: str
    requested_at: str
    approved_by: str | None
    erased_at: str | None


class HoldEntry(Struct, frozen=True, kw_only=True):
    """A hold on a case or an inspection; in force until `released_at`."""

    position: int
    inspection: str
    case: str | None  # None: the inspection and every case of it
    placed_by: str
    placed_at: str
    release_requested_by: str | None
    release_requested_at: str | None
    released_by: str | None
    released_at: str | None


def retention_row(inspection: str, kept: Erasure | Hold) -> tuple[str, Row]:
    """The table and the row of a request or a hold."""
    if isinstance(kept, Erasure):
        return ERASURES.name, (
            kept.position,
            inspection,
            msgspec.json.encode(kept.keys).decode(),
            kept.reason_code,
            *_columns(kept.requested),
            *_columns(kept.approved),
        )
    return HOLDS.name, (
        kept.position,
        inspection,
        kept.case,
        *_columns(kept.placed),
        *_columns(kept.release_requested),
        *_columns(kept.released),
    )


async def erasures(
    engine: AsyncEngine, *, after: int = 0, limit: int | None = None
) -> Sequence[ErasureEntry]:
    """Every request that words be erased, by position."""
    query = (
        select(ERASURES)
        .where(ERASURES.c.position > after)
        .order_by(ERASURES.c.position)
        .limit(limit)
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(map(_erasure, rows))


async def holds(
    engine: AsyncEngine, *, after: int = 0, limit: int | None = None
) -> Sequence[HoldEntry]:
    """Every hold, by position, lifted ones included."""
    query = (
        select(HOLDS)
        .where(HOLDS.c.position > after)
        .order_by(HOLDS.c.position)
        .limit(limit)
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(map(_hold, rows))


async def erased_keys(engine: AsyncEngine) -> frozenset[str]:
    """Every key that the ledger says was destroyed."""
    query = select(ERASURES.c["keys"]).where(ERASURES.c.erased_at.is_not(None))
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return frozenset(
        key for (keys,) in rows for key in msgspec.json.decode(keys, type=list[str])
    )


def _columns(agreed: Agreed | None) -> tuple[str | None, str | None]:
    return (None, None) if agreed is None else (agreed.by, instant(agreed.at))


def _erasure(row: RowMapping) -> ErasureEntry:
    values = dict(row)
    values["keys"] = msgspec.json.decode(values["keys"], type=tuple[str, ...])
    return ErasureEntry(**values)


def _hold(row: RowMapping) -> HoldEntry:
    values = dict(row)
    values["case"] = values.pop("of_case")
    return HoldEntry(**values)
