"""The tables of the ledger, the same in every database.

Positions are given by the appender, not by a sequence. There is no index beside the
keys: readers go by position. Payloads lie as the bytes that were hashed, times as whole
microseconds since 1970. Nothing here is ever updated but `log_head`.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

METADATA = MetaData()

_BIG = BigInteger().with_variant(Integer(), "sqlite")  # there INTEGER has 8 bytes, and
# only a key of that name is the row's own address

_NAME = Text().with_variant(Text(collation="C"), "postgresql")  # ordered as in Python

STREAMS = Table(
    "streams",
    METADATA,
    Column("key", Integer, primary_key=True),
    Column("name", _NAME, nullable=False, unique=True),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("position", _BIG, primary_key=True, autoincrement=False),
    Column("stream_key", ForeignKey("streams.key"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("recorded_at", _BIG, nullable=False),
    Column("observed_at", _BIG, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command_id", Text),
    Column("correlation_id", Text),
    Column("causation_id", Text),
    Column("about", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("stream_key", "version"),
)

LOG_HEAD = Table(
    "log_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("position", _BIG, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("recorded_at", _BIG, nullable=False),  # of the last event
    Column("writes", _BIG, nullable=False),  # transactions so far
    postgresql_with={
        "fillfactor": 10
    },  # every batch updates the row: it stays in its page
)

REQUESTS = Table(
    "requests",
    METADATA,
    Column("stream_key", ForeignKey("streams.key"), primary_key=True),
    Column("command_id", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("position", _BIG, nullable=False),
    Column("reply", LargeBinary),
    Column("recorded_at", _BIG, nullable=False),
    sqlite_with_rowid=False,
)

FIRST_ROWS = "first rows"
"""In the `info` of a table: the rows it begins with in a database that is new."""


def first_rows(tables: Iterable[Table], dialect: Dialect) -> Iterator[str]:
    """The statements that write them; values are the program's own."""
    for table in tables:
        for row in table.info.get(FIRST_ROWS, ()):
            written = table.insert().values(row)
            literally = {"literal_binds": True}
            yield str(written.compile(dialect=dialect, compile_kwargs=literally))
