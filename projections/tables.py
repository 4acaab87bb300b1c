"""The read models' tables: dropped and rebuilt at will, never the only copy."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

METADATA = MetaData()

_POSITION = BigInteger().with_variant(Integer(), "sqlite")

INSPECTIONS = Table(
    "inspections",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("service", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("framework", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("framework_hash", String, nullable=False),
    Column("fieldwork_starts_on", String, nullable=False),
    Column("announced_at", String, nullable=False),
    Column("position", _POSITION, nullable=False),  # of the event that set this row
)

CURRENT_RATINGS = Table(
    "current_ratings",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("kind", String, primary_key=True),  # rating, guidance, discretion
    Column("value", String),
    Column("unrated", String),  # why there is no value
    Column("provisional", Boolean, nullable=False),
    Column("position", _POSITION, nullable=False),  # of the event that moved it last
    Column("framework_hash", String, nullable=False),
    Column("rule_file", String, nullable=False),
    Column("rule_line", Integer, nullable=False),
)

RATING_HISTORY = Table(
    "rating_history",
    METADATA,
    Column("position", _POSITION, primary_key=True),
    Column("ordinal", Integer, primary_key=True),  # among the effects of one event
    Column("inspection", String, nullable=False),
    Column("part", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("value_before", String),
    Column("value_after", String),
    Column("unrated", String),
    Column("provisional", Boolean, nullable=False),
    Column("departed", Boolean),  # guidance only
    Column("figures_before", Text, nullable=False),  # JSON
    Column("figures_after", Text, nullable=False),  # JSON
    Column("event_type", String, nullable=False),
    Column("version", Integer, nullable=False),  # of the event in its stream
    Column("about", String),  # what the event changed: `answers/C-1/2.1.2`
    Column("answer_before", String),
    Column("answer_after", String),
    Column("actor", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("observed_at", String, nullable=False),
    Column("command_id", String),
    Column("framework_hash", String, nullable=False),
    Column("rule_file", String, nullable=False),
    Column("rule_line", Integer, nullable=False),
    Column("unrated_before", String),  # why there was no value before
    Column("provisional_before", Boolean, nullable=False, server_default=false()),
    Index("rating_history_by_part", "inspection", "part", "position", "ordinal"),
)

ERASURES = Table(
    "erasures",
    METADATA,
    Column(
        "position", _POSITION, primary_key=True, autoincrement=False
    ),  # its request's
    Column("inspection", String, nullable=False),
    Column("keys", Text, nullable=False),  # JSON
    Column("reason_code", String, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("requested_at", String, nullable=False),
    Column("approved_by", String),
    Column("erased_at", String),
)

HOLDS = Table(
    "holds",
    METADATA,
    Column("position", _POSITION, primary_key=True, autoincrement=False),
    Column("inspection", String, nullable=False),
    Column("of_case", String),  # null: the inspection and every case of it
    Column("placed_by", String, nullable=False),
    Column("placed_at", String, nullable=False),
    Column("release_requested_by", String),
    Column("release_requested_at", String),
    Column("released_by", String),
    Column("released_at", String),
)

TABLES = (INSPECTIONS, CURRENT_RATINGS, RATING_HISTORY, ERASURES, HOLDS)
