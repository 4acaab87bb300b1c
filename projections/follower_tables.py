"""How far followers have come, who runs them, and the events they could not take."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

METADATA = MetaData()

_POSITION = BigInteger().with_variant(Integer(), "sqlite")

PROGRESS = Table(
    "progress",
    METADATA,
    Column("follower", String, primary_key=True),
    Column("position", _POSITION, nullable=False),  # everything up to here was taken
    Column("owner", String),  # the process that runs it
    Column("leased_until", String),  # from then on another one may
)

DEAD_LETTERS = Table(
    "dead_letters",
    METADATA,
    Column("follower", String, primary_key=True),
    Column("position", _POSITION, primary_key=True),
    Column("stream", String, nullable=False),
    Column("error", String),  # None: it waits behind an earlier one of its stream
    Column("attempts", Integer, nullable=False),
    Column("parked_at", String, nullable=False),
    Column("skipped_at", String),  # it waits no longer, and keeps nothing waiting
    Column("skipped_because", String),
)

FOLLOWER_TABLES = (PROGRESS, DEAD_LETTERS)
