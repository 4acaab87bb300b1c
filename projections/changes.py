"""The index of changes: every rating that moved, across all inspections.

One row a change, beside the service it is about and the person behind it, so that
governance can ask for the changes of a person, a standard or a week. It follows the
history that commits with each event, and catches up behind it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.recorded import RecordedEvent
from events.store import Row, Rows
from projections.follower import RowsOf
from projections.instant import instant
from projections.tables import INSPECTIONS, RATING_HISTORY

METADATA = MetaData()

_POSITION = BigInteger().with_variant(Integer(), "sqlite")

CHANGES = Table(
    "changes",
    METADATA,
    Column("position", _POSITION, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("inspection", String, nullable=False),
    Column("service", String, nullable=False),
    Column("part", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("value_before", String),
    Column("value_after", String),
    Column("unrated_before", String),
    Column("unrated", String),
    Column("provisional_before", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("event_type", String, nullable=False),
    Column("about", String),
    Column("answer_before", String),
    Column("answer_after", String),
    Column("actor", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("observed_at", String, nullable=False),
    Column("framework_hash", String, nullable=False),
    Column("rule_file", String, nullable=False),
    Column("rule_line", Integer, nullable=False),
    Index("changes_by_inspection", "inspection", "position"),
    Index("changes_by_actor", "actor", "position"),
    Index("changes_by_part", "part", "position"),
    Index("changes_by_time", "recorded_at"),
)


_COLUMNS = tuple(
    (INSPECTIONS if name == "service" else RATING_HISTORY).c[name]
    for name in CHANGES.columns.keys()  # noqa: SIM118 - the names, not the columns
)
"""Where a row comes from, in its own order: the position first."""


class IndexedChange(Struct, frozen=True, kw_only=True):
    """One value that one event moved, in which service, and by which rules.

    Why it moved is the event of this position: `about` and the answers say what it
    changed, and its sealed words can be read in its inspection.
    """

    position: int
    ordinal: int
    inspection: str
    service: str
    part: str
    kind: str
    value_before: str | None
    value_after: str | None
    unrated_before: str | None
    unrated: str | None
    provisional_before: bool
    provisional: bool
    event_type: str
    about: str | None
    answer_before: str | None
    answer_after: str | None
    actor: str
    recorded_at: str
    observed_at: str
    framework_hash: str
    rule_file: str
    rule_line: int


class Wanted(Struct, frozen=True, kw_only=True):
    """Which changes; None asks for all."""

    inspection: str | None = None
    actor: str | None = None
    part: str | None = None  # with all below it: 2.1 is 2.1.3 as well
    since: datetime | None = None
    until: datetime | None = None


class Changes:
    """The read model: rows of the history, joined once to what they belong to."""

    name: Final[str] = "changes"
    tables: Final[Sequence[Table]] = (CHANGES,)

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        found = await connection.execute(
            select(*_COLUMNS)
            .join(INSPECTIONS, INSPECTIONS.c.inspection == RATING_HISTORY.c.inspection)
            .where(
                RATING_HISTORY.c.position.between(page[0].position, page[-1].position)
            )
            .order_by(RATING_HISTORY.c.position, RATING_HISTORY.c.ordinal)
        )
        by_position: Mapping[int, list[Row]] = defaultdict(list)
        for row in found.tuples():
            by_position[row[0]].append(row)

        def rows_of(recorded: RecordedEvent) -> Rows:
            rows = by_position.get(recorded.position)
            return {} if rows is None else {CHANGES.name: rows}

        return rows_of


async def changes(
    engine: AsyncEngine, wanted: Wanted, *, after: int, limit: int
) -> Sequence[IndexedChange]:
    """At least `limit` changes after a position where there are as many.

    Those of one event are never torn apart, so a page that was read stays as it is, and
    what happens later comes after it.
    """
    where = [*_conditions(wanted), CHANGES.c.position > after]
    order = CHANGES.c.position, CHANGES.c.ordinal
    async with engine.connect() as connection:
        last = await connection.scalar(
            select(CHANGES.c.position)
            .where(*where)
            .order_by(*order)
            .offset(max(limit - 1, 0))
            .limit(1)
        )
        if last is not None:
            where.append(CHANGES.c.position <= last)
        rows = await connection.execute(select(CHANGES).where(*where).order_by(*order))
        return tuple(IndexedChange(**row) for row in rows.mappings())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = CHANGES.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.inspection is not None:
        conditions.append(table.inspection == wanted.inspection)
    if wanted.actor is not None:
        conditions.append(table.actor == wanted.actor)
    if wanted.part is not None:
        below = table.part.startswith(f"{wanted.part}.", autoescape=True)
        conditions.append(or_(table.part == wanted.part, below))
    if wanted.since is not None:
        conditions.append(table.recorded_at >= instant(wanted.since))
    if wanted.until is not None:
        conditions.append(table.recorded_at < instant(wanted.until))
    return conditions
