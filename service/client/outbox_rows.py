"""The rows of an outbox: entries, what is known to be on record, and what is theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiosqlite
import msgspec

from service.client.entry import Entry, Kind, Place, State, Theirs
from service.client.problem import Problem

_HERE = 'inspection = ? AND "case" = ? AND kind = ? AND name = ?'
_THEIRS = "version, value, actor, recorded_at, observed_at"
_COLUMNS = (
    'number, key, inspection, "case", kind, name, value, observed_at, state,'
    " base, follows, version, position, problem, sealed"
)


async def entries_of(
    file: aiosqlite.Connection, states: Sequence[State], inspection: str | None = None
) -> Sequence[Entry]:
    """Entries that stand so, of one inspection or of all, as they were recorded."""
    marks = ", ".join("?" * len(states))
    where = f"state IN ({marks})"
    values: tuple[object, ...] = tuple(states)
    if inspection is not None:
        where, values = f"{where} AND inspection = ?", (*values, inspection)
    return await _entries(file, where, values)


async def entries_at(file: aiosqlite.Connection, place: Place) -> Sequence[Entry]:
    """Everything recorded in one place, in its order."""
    return await _entries(file, _HERE, columns(place))


async def _entries(
    file: aiosqlite.Connection, where: str, values: tuple[object, ...]
) -> Sequence[Entry]:
    rows = await file.execute_fetchall(
        f"SELECT {_COLUMNS} FROM entries WHERE {where} ORDER BY number",  # noqa: S608 - our own words
        values,
    )
    return tuple(map(_entry, rows))


async def versions_followed(file: aiosqlite.Connection) -> Mapping[str, int]:
    """The versions that accepted entries were given, where waiting ones follow them."""
    followed = await file.execute_fetchall(
        "SELECT key, version FROM entries WHERE state = ? AND key IN"
        " (SELECT follows FROM entries WHERE state = ?)",
        (State.ACCEPTED, State.WAITING),
    )
    return {str(key): int(version) for key, version in followed}


def _entry(row: Any) -> Entry:
    number, key, inspection, case, kind, name, value, observed_at, state = row[:9]
    base, follows, version, position, problem, sealed = row[9:]
    return Entry(
        number=number,
        key=key,
        place=Place(inspection, case, Kind(kind), name),
        value=value,
        observed_at=observed_at,
        state=State(state),
        base=base,
        follows=follows,
        version=version,
        position=position,
        problem=None if problem is None else msgspec.json.decode(problem, type=Problem),
        sealed=sealed,
    )


async def add(file: aiosqlite.Connection, entry: Entry) -> Entry:
    """Put an entry at the end; gives it with its number."""
    cursor = await file.execute(
        'INSERT INTO entries (key, inspection, "case", kind, name, value,'
        " observed_at, state, base, follows, sealed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.key,
            *columns(entry.place),
            entry.value,
            entry.observed_at,
            entry.state,
            entry.base,
            entry.follows,
            entry.sealed,
        ),
    )
    return msgspec.structs.replace(entry, number=cursor.lastrowid or 0)


async def accept(
    file: aiosqlite.Connection, entry: Entry, version: int, position: int
) -> None:
    """An entry is on record; its words are not needed here any more."""
    await file.execute(
        "UPDATE entries SET state = ?, version = ?, position = ?, sealed = NULL"
        " WHERE number = ?",
        (State.ACCEPTED, version, position, entry.number),
    )
    await know(file, entry.place, version, entry.value)


async def unsettle(file: aiosqlite.Connection, place: Place, problem: Problem) -> None:
    """What waits in a place is not to be sent: a person must look first."""
    await file.execute(
        f"UPDATE entries SET state = ?, problem = ? WHERE {_HERE} AND state = ?",  # noqa: S608 - our own words
        (
            State.UNSETTLED,
            msgspec.json.encode(problem),
            *columns(place),
            State.WAITING,
        ),
    )


async def settle(file: aiosqlite.Connection, place: Place) -> None:
    """A person looked at what was not taken in a place."""
    await file.execute(
        f"UPDATE entries SET state = ?, sealed = NULL WHERE {_HERE} AND state = ?",  # noqa: S608 - our own words
        (State.SETTLED, *columns(place), State.UNSETTLED),
    )
    await file.execute(f"DELETE FROM theirs WHERE {_HERE}", columns(place))  # noqa: S608 - our own words


async def know(
    file: aiosqlite.Connection, place: Place, version: int, value: str | None
) -> None:
    """Note what is on record in a place; no value: it was taken back."""
    await file.execute(
        "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?)",
        (*columns(place), version, value),
    )


async def forget_case(file: aiosqlite.Connection, inspection: str, case: str) -> None:
    """Nothing is known to be on record of a case, but what was taken back."""
    await file.execute(
        'DELETE FROM known WHERE inspection = ? AND "case" = ? AND value IS NOT NULL',
        (inspection, case),
    )


async def known(file: aiosqlite.Connection, place: Place) -> tuple[int, str | None]:
    """The version last known in a place and its value; 0 where there is none."""
    rows = await file.execute_fetchall(
        f"SELECT version, value FROM known WHERE {_HERE}",  # noqa: S608 - our own words
        columns(place),
    )
    for version, value in rows:
        return version, value
    return 0, None


async def note_theirs(
    file: aiosqlite.Connection, place: Place, theirs: Theirs | None
) -> None:
    """Note what is on record in the place of something refused."""
    await file.execute(f"DELETE FROM theirs WHERE {_HERE}", columns(place))  # noqa: S608 - our own words
    if theirs is not None:
        await file.execute(
            "INSERT INTO theirs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*columns(place), *msgspec.structs.astuple(theirs)),
        )


async def theirs_at(file: aiosqlite.Connection, place: Place) -> Theirs | None:
    """What was on record in the place of something refused."""
    wanted = "version, value, actor, recorded_at, observed_at"
    rows = await file.execute_fetchall(
        f"SELECT {wanted} FROM theirs WHERE {_HERE}",  # noqa: S608 - our own words
        columns(place),
    )
    for version, value, actor, recorded_at, observed_at in rows:
        return Theirs(
            version=version,
            value=value,
            actor=actor,
            recorded_at=recorded_at,
            observed_at=observed_at,
        )
    return None


def columns(place: Place) -> tuple[str, str, str, str]:
    """A place as it is kept."""
    return place.inspection, place.case, place.kind, place.name
