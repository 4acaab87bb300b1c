"""The tables of webhooks: who is told of what, and what they were not told yet."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

_BIG = BigInteger().with_variant(Integer(), "sqlite")

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("webhook", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # names in order, a space between
    Column("made_by", Text, nullable=False),
    Column("made_at", _BIG, nullable=False),  # milliseconds since 1970
    Column("after", _BIG, nullable=False),  # position; told of what came later
)

DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("webhook", Text, primary_key=True),
    Column("position", _BIG, primary_key=True, autoincrement=False),
    Column("event", Text, primary_key=True),
    Column("inspection", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", _BIG),  # milliseconds since 1970; null: given up
    Column("trouble", Text),  # of the last attempt
    Index("deliveries_due", "due_at"),
)

WEBHOOK_TABLES = (WEBHOOKS, DELIVERIES)
