"""Rows of the read models held against those that the events make, without writing.

The history is compared page by page as the events go by; what it takes in memory is
the page and one row for each thing that stands now.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.audit import Finding
from events.store import Row, Rows, StoreError
from projections.tables import CURRENT_RATINGS, INSPECTIONS, RATING_HISTORY

_STANDING = (INSPECTIONS, CURRENT_RATINGS)
_SHOWN = 20  # findings of a table that are told one by one

Keyed = dict[tuple[object, ...], Row]


class RowCheck:
    """Compares the tables of one database with rows that it is given in order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.followed = 0  # rows that are as they must be
        self._engine = engine
        self._reached = 0
        self._fresh: Keyed = {}  # of the history, since the last page
        self._standing: Mapping[str, Keyed] = {table.name: {} for table in _STANDING}
        self._found: dict[str, list[Finding]] = {}
        self._untold: dict[str, int] = {}

    def take(self, rows: Rows) -> None:
        """Take the rows that the next event makes."""
        for name, written in rows.items():
            if name == RATING_HISTORY.name:
                self._fresh |= {row[:2]: row for row in written}
            elif name == INSPECTIONS.name:
                self._standing[name].update({row[:1]: row for row in written})
            else:
                self._standing[name].update({row[:3]: row for row in written})

    async def page(self, position: int) -> None:
        """Compare the history up to this event, the last one taken."""
        table = RATING_HISTORY.c
        where = [table.position <= position]
        if self._reached:
            where.append(table.position > self._reached)
        stored = await self._rows(RATING_HISTORY, *where)
        self._compare(RATING_HISTORY, self._fresh, stored)
        self._fresh, self._reached = {}, position

    async def finish(self, head: int) -> tuple[Finding, ...]:
        """Compare what stands, and look for rows of events that are not there.

        `head` is where the ledger ends; it may be later than the last event taken, and
        rows of those events are left for another time.
        """
        for table in _STANDING:
            stored = await self._rows(table)
            fresh = self._standing[table.name]
            moved = {
                key
                for key, row in stored.items()
                if self._reached < _position(table, row) <= head
            }
            self._compare(
                table,
                {key: row for key, row in fresh.items() if key not in moved},
                {key: row for key, row in stored.items() if key not in moved},
            )
        of_no_event = RATING_HISTORY.c.position > head
        strays = await self._rows(RATING_HISTORY, of_no_event)
        self._compare(RATING_HISTORY, {}, strays)
        return self.found()

    def _compare(self, table: Table, fresh: Keyed, stored: Keyed) -> None:
        if fresh == stored:
            self.followed += len(fresh)
            return
        for key in sorted(fresh.keys() | stored.keys(), key=str):
            if fresh.get(key) == stored.get(key):
                self.followed += 1
            else:
                self._note(table, fresh.get(key), stored.get(key))

    def _note(self, table: Table, fresh: Row | None, stored: Row | None) -> None:
        found = self._found.setdefault(table.name, [])
        if len(found) < _SHOWN:
            found.append(_finding(table, fresh, stored))
        else:
            self._untold[table.name] = self._untold.get(table.name, 0) + 1

    def found(self) -> tuple[Finding, ...]:
        """The rows that differ, as far as they were looked at."""
        more = [
            Finding(None, f"{count} more rows of `{name}` do not follow")
            for name, count in self._untold.items()
        ]
        return (*[one for found in self._found.values() for one in found], *more)

    async def _rows(self, table: Table, *where: ColumnElement[bool]) -> Keyed:
        width = len(table.primary_key)
        query = select(table).where(*where)
        try:
            async with self._engine.connect() as connection:
                found = (await connection.execute(query)).all()
        except DBAPIError as error:
            says = f"the read models cannot be read: {error.orig}"
            raise StoreError(says) from error
        return {tuple(row)[:width]: tuple(row) for row in found}


def _finding(table: Table, fresh: Row | None, stored: Row | None) -> Finding:
    row = stored if fresh is None else fresh
    assert row is not None  # noqa: S101 - one of them is there
    names = table.columns.keys()
    values = dict(zip(names, row, strict=True))
    position = _position(table, row)
    where = _where(table, values)
    if fresh is None:
        says = f"{where} follows from no event"
    elif stored is None:
        says = f"{where} is missing"
    else:
        name, is_there, follows = next(
            each
            for each in zip(names, stored, fresh, strict=True)
            if each[1] != each[2]
        )
        says = f"{where} has `{name}` {is_there!r}, and {follows!r} follows"
    rule = values.get("rule_file")
    line = f" ({rule}, line {values['rule_line']})" if rule else ""
    return Finding(position, says + line)


def _where(table: Table, values: Mapping[str, object]) -> str:
    if table is RATING_HISTORY:
        return (
            f"row {values['ordinal']} of event {values['position']} in"
            f" `{table.name}` (`{values['inspection']}`, {values['part']})"
        )
    names = [str(values[column.name]) for column in table.primary_key]
    return f"the row of `{' '.join(names)}` in `{table.name}`"


def _position(table: Table, row: Row) -> int:
    position = row[table.columns.keys().index("position")]
    return position if isinstance(position, int) else 0
