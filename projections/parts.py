"""The index of parts: who works on which inspection, to be found by the person.

The parts themselves are the inspection's; this only says where to look.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Boolean, Column, MetaData, String, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.inspection import InspectionAnnounced, PersonAssigned, PersonReleased
from events.recorded import RecordedEvent
from events.store import Row, Rows
from projections.casework import LEAD
from projections.follower import RowsOf

METADATA = MetaData()

PARTS = Table(
    "parts",
    METADATA,
    Column("person", String, primary_key=True),
    Column("inspection", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("held", Boolean, nullable=False),
)


class Parts:
    """The read model: a row of every part anybody ever had."""

    name: Final = "parts"
    tables: Final[Sequence[Table]] = (PARTS,)

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        del connection, page  # the events say everything
        return _rows_of


async def inspections_of(
    engine: AsyncEngine, person: str, *, after: str, limit: int
) -> Sequence[str]:
    """Inspections in which a person has a part, by id."""
    parts = PARTS.c
    query = (
        select(parts.inspection)
        .where(parts.person == person, parts.held, parts.inspection > after)
        .distinct()
        .order_by(parts.inspection)
        .limit(limit)
    )
    async with engine.connect() as connection:
        return (await connection.execute(query)).scalars().all()


def _rows_of(recorded: RecordedEvent) -> Rows:
    inspection = recorded.stream.id
    match recorded.data:
        case InspectionAnnounced(team=team):
            people = dict(team)
            if LEAD not in team.values():
                people.setdefault(recorded.origin.actor, LEAD)
            rows: Sequence[Row] = [
                (person, inspection, role, True) for person, role in people.items()
            ]
        case PersonAssigned(person=person, role=role):
            rows = [(person, inspection, role, True)]
        case PersonReleased(person=person, role=role):
            rows = [(person, inspection, role, False)]
        case _:
            return {}
    return {PARTS.name: rows} if rows else {}
