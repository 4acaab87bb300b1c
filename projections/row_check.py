"""Rows of the read models held against those that the events make, without writing.

What stands now is read once, at one moment, together with where the ledger then ended.
The history only grows, and is compared page by page as the events go by; so memory
takes a page of it, and one row for each thing that stands.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.proof.audit import Finding
from events.sql.tables import LOG_HEAD
from events.store import Row, Rows, StoreError
from projections.tables import RATING_HISTORY, TABLES

_STANDING = tuple(table for table in TABLES if table is not RATING_HISTORY)
_WIDTHS = {table.name: len(table.primary_key.columns) for table in TABLES}
_TOLD = 20  # findings of a table that are told one by one
_BEGIN = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}

Keyed = dict[tuple[object, ...], Row]


class RowCheck:
    """Compares the tables of one database with rows that it is given in order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.head = 0  # where the ledger ended when it began
        self.followed = 0  # rows that are as they must be
        self._engine = engine
        self._reached = 0
        self._stored: Mapping[str, Keyed] = {}
        self._fresh: Mapping[str, Keyed] = {table.name: {} for table in TABLES}
        self._found: dict[str, list[Finding]] = {}
        self._untold: dict[str, int] = {}

    async def begin(self) -> None:
        """Read what stands; give it the rows of all events up to `head` then."""
        by_hand = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            async with by_hand.connect() as connection:
                await connection.exec_driver_sql(_BEGIN[by_hand.dialect.name])
                head = await connection.execute(select(LOG_HEAD.c.position))
                self.head = head.scalar_one()
                self._stored = {
                    table.name: await _rows(connection, table) for table in _STANDING
                }
                await connection.exec_driver_sql("ROLLBACK")
        except DBAPIError as error:
            raise _unreadable(error) from error

    def take(self, rows: Rows) -> None:
        """Take the rows that the next event makes."""
        for name, written in rows.items():
            width = _WIDTHS[name]
            self._fresh[name].update({row[:width]: row for row in written})

    async def page(self, position: int) -> None:
        """Compare the history up to this event, the last one taken."""
        where = [RATING_HISTORY.c.position <= position]
        if self._reached:
            where.append(RATING_HISTORY.c.position > self._reached)
        fresh = self._fresh[RATING_HISTORY.name]
        self._compare(RATING_HISTORY, fresh, await self._history(*where))
        fresh.clear()
        self._reached = position

    async def finish(self, end: int) -> None:
        """Compare what stands, and look for history of events after the end."""
        for table in _STANDING:
            self._compare(table, self._fresh[table.name], self._stored[table.name])
        strays = await self._history(RATING_HISTORY.c.position > end)
        self._compare(RATING_HISTORY, {}, strays)

    def findings(self) -> tuple[Finding, ...]:
        """The rows that differ, as far as they were looked at."""
        more = [
            Finding(None, f"{count} more rows of `{name}` do not follow")
            for name, count in self._untold.items()
        ]
        return (*[one for found in self._found.values() for one in found], *more)

    def _compare(self, table: Table, fresh: Keyed, stored: Keyed) -> None:
        if fresh == stored:
            self.followed += len(fresh)
            return
        for key in sorted(fresh.keys() | stored.keys(), key=_in_order):
            if fresh.get(key) == stored.get(key):
                self.followed += 1
            else:
                self._note(table, fresh.get(key), stored.get(key))

    def _note(self, table: Table, fresh: Row | None, stored: Row | None) -> None:
        found = self._found.setdefault(table.name, [])
        if len(found) < _TOLD:
            found.append(_finding(table, fresh, stored))
        else:
            self._untold[table.name] = self._untold.get(table.name, 0) + 1

    async def _history(self, *where: ColumnElement[bool]) -> Keyed:
        try:
            async with self._engine.connect() as connection:
                return await _rows(connection, RATING_HISTORY, *where)
        except DBAPIError as error:
            raise _unreadable(error) from error


async def _rows(
    connection: AsyncConnection, table: Table, *where: ColumnElement[bool]
) -> Keyed:
    width = _WIDTHS[table.name]
    found = await connection.execute(select(table).where(*where))
    return {tuple(row)[:width]: tuple(row) for row in found}


def _in_order(key: tuple[object, ...]) -> tuple[tuple[bool, object], ...]:
    """Numbers by size; whatever somebody put in their place after them."""
    return tuple(
        (False, part) if isinstance(part, int) else (True, str(part)) for part in key
    )


def _finding(table: Table, fresh: Row | None, stored: Row | None) -> Finding:
    names = table.columns.keys()
    values = dict(zip(names, fresh or stored or (), strict=True))
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
        says = f"{where} has `{name}` {_shown(is_there)}; {_shown(follows)} follows"
    position = values.get("position")
    return Finding(position if isinstance(position, int) else None, says)


def _where(table: Table, values: Mapping[str, object]) -> str:
    rule = ""
    if "rule_file" in values:
        rule = f" ({values['rule_file']}, line {values['rule_line']})"
    if table is RATING_HISTORY:
        return (
            f"row {values['ordinal']} of event {values['position']} in"
            f" `{table.name}`, of `{values['inspection']}` {values['part']}{rule},"
        )
    key = " ".join(str(values[column.name]) for column in table.primary_key.columns)
    return f"the row of {key} in `{table.name}`{rule}"


def _shown(value: object) -> str:
    return "nothing" if value is None else f"'{value}'"


def _unreadable(error: DBAPIError) -> StoreError:
    return StoreError(f"the read models cannot be read: {error.orig}")
