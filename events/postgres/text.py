"""The statements of a PostgreSQL ledger, in one place to be read whole.

A batch is one statement: it moves the head if the head is where the batch was decided,
and everything else in it is written only if the head moved. Rows travel as one array a
column, so a batch of any size is one round trip and one prepared statement.
"""

from collections.abc import Sequence
from itertools import count

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql

DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # theirs

LAST = 2**63 - 1
"""The position that no ledger reaches."""

_PAST = """
SELECT e.position, s.name, e.version, e.type, e.schema, e.recorded_at, e.observed_at,
       e.actor, e.command_id, e.correlation_id, e.causation_id, e.about, e.payload,
       e.hash
  FROM events AS e JOIN streams AS s ON s.key = e.stream_key
"""
PAGE = _PAST + " WHERE e.position > $1 ORDER BY e.position LIMIT $2"
STREAM = (
    _PAST
    + " WHERE s.name = $1 AND e.version > $2 AND e.position <= $3 ORDER BY e.version"
)
COMMANDS = """
SELECT r.command_id, r.fingerprint
  FROM requests AS r JOIN streams AS s ON s.key = r.stream_key WHERE s.name = $1
"""
REQUESTS = """
SELECT s.name, r.command_id, r.fingerprint, r.position, r.reply, r.recorded_at
  FROM unnest($1::text[], $2::text[]) AS asked (stream, command_id)
  JOIN streams AS s ON s.name = asked.stream
  JOIN requests AS r ON r.stream_key = s.key AND r.command_id = asked.command_id
"""
NAMES = """
SELECT name FROM streams
 WHERE name >= $1 AND name < $2
   AND EXISTS (SELECT 1 FROM events WHERE stream_key = streams.key)
 ORDER BY name
"""
KNOWN = "SELECT EXISTS (SELECT 1 FROM streams WHERE name = $1)"
TAIL = "SELECT position, hash, recorded_at, writes FROM log_head WHERE id = 1"
TOUCH = "UPDATE log_head SET position = position WHERE id = 1"
CLAIM = TAIL + " FOR UPDATE"
HASH = "SELECT hash FROM events WHERE position = $1"
ADD_HEAD = "INSERT INTO log_head VALUES (1, $1, $2, $3, $4) ON CONFLICT DO NOTHING"

OWN_SESSION = """
SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()
"""
END_SESSION = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
 WHERE pid = $1 AND backend_start = $2
"""

_MOVE = """
UPDATE log_head SET position = $1, hash = $2, recorded_at = $3, writes = $4
 WHERE id = 1 AND writes = $5 RETURNING id
"""
_NEW_STREAMS = """
INSERT INTO streams (name) SELECT name FROM moved, unnest($6::text[]) AS name
RETURNING key, name
"""
_KNOWN_STREAMS = """
SELECT key, name FROM made
UNION ALL SELECT key, name FROM streams WHERE name = ANY ($7::text[])
"""
_EVENT = (
    ("position", "bigint"),
    ("stream", "text"),
    ("version", "integer"),
    ("type", "text"),
    ("schema", "integer"),
    ("recorded_at", "bigint"),
    ("observed_at", "bigint"),
    ("actor", "text"),
    ("command_id", "text"),
    ("correlation_id", "text"),
    ("causation_id", "text"),
    ("about", "text"),
    ("payload", "bytea"),
    ("hash", "bytea"),
)
_REQUEST = (
    ("stream", "text"),
    ("command_id", "text"),
    ("fingerprint", "bytea"),
    ("position", "bigint"),
    ("reply", "bytea"),
    ("recorded_at", "bigint"),
)


def write_batch(tables: Sequence[Table]) -> str:
    """The statement of a batch that writes rows of these tables, by their primary keys.

    It takes the new tail, the `writes` it follows, the names of new streams and of the
    others, then the columns of events, requests and each table; it gives how many
    heads moved: 1, or 0 where another process was first.
    """
    numbers = count(8)
    events = _arrays("e", _EVENT, numbers)
    requests = _arrays("r", _REQUEST, numbers)
    own = ", ".join(f"e.{name}" for name, _ in _EVENT[2:])
    kept = ", ".join(f"r.{name}" for name, _ in _REQUEST[1:])
    new_events = f"""
INSERT INTO events SELECT e.position, s.key, {own}
  FROM moved, {events} JOIN known AS s ON s.name = e.stream
"""  # noqa: S608  our own names, here and below
    answered = f"""
INSERT INTO requests SELECT s.key, {kept}
  FROM moved, {requests} JOIN known AS s ON s.name = r.stream
"""  # noqa: S608
    written = {
        "moved": _MOVE,
        "made": _NEW_STREAMS,
        "known": _KNOWN_STREAMS,
        "new_events": new_events,
        "answered": answered,
    }
    for number, table in enumerate(tables):
        written[f"table_{number}"] = _upsert(table, numbers)
    parts = ", ".join(f"{name} AS ({part})" for name, part in written.items())
    return f"WITH {parts} SELECT count(*) FROM moved"  # noqa: S608


def _upsert(table: Table, numbers: "count[int]") -> str:
    columns = [column.name for column in table.columns]
    key = [column.name for column in table.primary_key]
    moved = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    typed = [(column.name, _type(column)) for column in table.columns]
    given = _arrays("n", typed, numbers)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)})"  # noqa: S608  our own names
        f" SELECT n.* FROM moved, {given}"
        f" ON CONFLICT ({', '.join(key)})"
        f" DO {f'UPDATE SET {moved}' if moved else 'NOTHING'}"
    )


def _arrays(
    name: str, columns: Sequence[tuple[str, str]], numbers: "count[int]"
) -> str:
    """Arrays, one a column, as the rows of a table."""
    arrays = ", ".join(f"${next(numbers)}::{type_}[]" for _, type_ in columns)
    return f"unnest({arrays}) AS {name} ({', '.join(column for column, _ in columns)})"


def _type(column: "Column[object]") -> str:
    return column.type.compile(dialect=DIALECT)
