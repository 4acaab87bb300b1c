"""Reading the read models: which answer changed which rating, and what stands now."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dsl import DiscretionState
from projections.effect import Figures
from projections.parts import PARTS
from projections.tables import CURRENT_RATINGS, INSPECTIONS, RATING_HISTORY


class RatingChange(Struct, frozen=True, kw_only=True):
    """One row of the history: one value that one event moved.

    `about` names what the event changed and `answer_before`/`answer_after` what was on
    record there; the rule is the line that gave the new value.
    """

    position: int
    ordinal: int
    inspection: str
    part: str
    kind: str
    value_before: str | None
    value_after: str | None
    unrated: str | None
    provisional: bool
    unrated_before: str | None
    provisional_before: bool
    departed: bool | None
    figures_before: Figures
    figures_after: Figures
    event_type: str
    version: int
    about: str | None
    answer_before: str | None
    answer_after: str | None
    actor: str
    recorded_at: str
    observed_at: str
    command_id: str | None
    framework_hash: str
    rule_file: str
    rule_line: int


class RegisterEntry(Struct, frozen=True, kw_only=True):
    """One inspection in the register, with its overall rating."""

    inspection: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    announced_at: str
    overall: str | None


_FIGURES = msgspec.json.Decoder(Figures)


async def rating_changes(  # noqa: PLR0913 - filters, each by its name
    engine: AsyncEngine,
    inspection: str,
    *,
    part: str | None = None,
    about: str | None = None,
    after: int = 0,
    until: int | None = None,
    limit: int | None = None,
) -> Sequence[RatingChange]:
    """History rows of one inspection in order, of one part or of one thing's events."""
    table = RATING_HISTORY.c
    conditions: list[ColumnElement[bool]] = [
        table.inspection == inspection,
        table.position > after,
    ]
    if part is not None:
        conditions.append(table.part == part)
    if about is not None:
        conditions.append(table.about == about)
    if until is not None:
        conditions.append(table.position <= until)
    query = (
        select(RATING_HISTORY)
        .where(*conditions)
        .order_by(table.position, table.ordinal)
        .limit(limit)
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(map(_change, rows))


async def rating_kinds(
    connection: AsyncConnection, first: int, last: int
) -> Mapping[int, set[str]]:
    """The kinds of what events moved, by position, from one position to another."""
    history = RATING_HISTORY.c
    found = await connection.execute(
        select(history.position, history.kind)
        .where(history.position.between(first, last))
        .distinct()
    )
    kinds: dict[int, set[str]] = {}
    for position, kind in found:
        kinds.setdefault(position, set()).add(kind)
    return kinds


async def inspections_before_panel(
    engine: AsyncEngine, *, after: str = "", limit: int = 100
) -> Sequence[str]:
    """Inspections with a standard that is open to discretion or was decided on."""
    current = CURRENT_RATINGS.c
    query = (
        select(current.inspection)
        .where(
            current.kind == "discretion",
            current.value != DiscretionState.CLOSED,
            current.inspection > after,
        )
        .distinct()
        .order_by(current.inspection)
        .limit(limit)
    )
    async with engine.connect() as connection:
        return (await connection.execute(query)).scalars().all()


async def register(
    engine: AsyncEngine,
    *,
    after: str = "",
    until: int | None = None,
    limit: int = 100,
    of: str | None = None,
) -> Sequence[RegisterEntry]:
    """Inspections by id, each with its overall rating as it stood at a position.

    All of them, or those `of` a person, who has a part in them.
    """
    inspections, history = INSPECTIONS.c, RATING_HISTORY.c
    conditions = [inspections.inspection > after]
    if of is not None:
        theirs = select(PARTS.c.inspection).where(PARTS.c.person == of, PARTS.c.held)
        conditions.append(inspections.inspection.in_(theirs))
    then = [
        history.inspection == inspections.inspection,
        history.part == "overall",
        history.kind == "rating",
    ]
    if until is not None:
        conditions.append(inspections.position <= until)
        then.append(history.position <= until)
    overall = (
        select(history.value_after)
        .where(*then)
        .order_by(history.position.desc(), history.ordinal.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(INSPECTIONS, overall.label("overall"))
        .where(*conditions)
        .order_by(inspections.inspection)
        .limit(limit)
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(
        RegisterEntry(
            **{name: value for name, value in row.items() if name != "position"}
        )
        for row in rows
    )


def _change(row: RowMapping) -> RatingChange:
    values = dict(row)
    for name in ("figures_before", "figures_after"):
        values[name] = _FIGURES.decode(values[name])
    return RatingChange(**values)
