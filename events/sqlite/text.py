"""The statements of a SQLite ledger, in one place to be read whole.

Rows go in and come out in the column order of `events.stored` and `events.sql.tables`.
"""

from sqlalchemy import Table

from events.sqlite.insertion import Insertion

LAST = 2**63 - 1
"""The position that no ledger reaches."""

_PAST = """
SELECT e.position, s.name, e.version, e.type, e.schema, e.recorded_at, e.observed_at,
       e.actor, e.command_id, e.correlation_id, e.causation_id, e.about, e.payload,
       e.hash
  FROM events AS e JOIN streams AS s ON s.key = e.stream_key
"""
PAGE = _PAST + " WHERE e.position > ? ORDER BY e.position LIMIT ?"
STREAM = (
    _PAST + " WHERE s.name = ? AND e.version > ? AND e.position <= ? ORDER BY e.version"
)
COMMANDS = """
SELECT r.command_id, r.fingerprint
  FROM requests AS r JOIN streams AS s ON s.key = r.stream_key WHERE s.name = ?
"""
REQUEST = """
SELECT s.name, r.command_id, r.fingerprint, r.position, r.reply, r.recorded_at
  FROM requests AS r JOIN streams AS s ON s.key = r.stream_key
 WHERE s.name = ? AND r.command_id = ?
"""
NAMES = """
SELECT name FROM streams
 WHERE name >= ? AND name < ?
   AND EXISTS (SELECT 1 FROM events WHERE stream_key = streams.key)
 ORDER BY name
"""
TAIL = "SELECT position, hash, recorded_at, writes FROM log_head"

_KEY = "(SELECT key FROM streams WHERE name = ?)"
ADD_STREAM = Insertion("INSERT INTO streams (name)", "(?)")
ADD_EVENT = Insertion("INSERT INTO events", f"(?, {_KEY}{', ?' * 12})")
ADD_REQUEST = Insertion("INSERT INTO requests", f"({_KEY}{', ?' * 5})")
ADD_HEAD = "INSERT INTO log_head VALUES (1, ?, ?, ?, ?)"
TOUCH = "UPDATE log_head SET writes = writes + ?"  # by 0, SQLite would write nothing
MOVE_HEAD = "UPDATE log_head SET position = ?, hash = ?, recorded_at = ?, writes = ?"


def upsert(table: Table) -> Insertion:
    """What writes rows of a table by their primary key."""
    # quoted, since a column may be called by a word of SQL, as `case` is
    columns = [f'"{column.name}"' for column in table.columns]
    key = [f'"{column.name}"' for column in table.primary_key]
    moved = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return Insertion(
        f"INSERT INTO {table.name} ({', '.join(columns)})",
        f"({', '.join('?' * len(columns))})",
        f"ON CONFLICT ({', '.join(key)})"
        f" DO {f'UPDATE SET {moved}' if moved else 'NOTHING'}",
    )
