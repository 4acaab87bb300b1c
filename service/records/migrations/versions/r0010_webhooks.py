"""Who is told of what by webhook, and what they were not told yet."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables that begin empty."""
    op.create_table(
        "webhooks",
        sa.Column("webhook", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _BIG, nullable=False),
        sa.Column("after", _BIG, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook", sa.Text, primary_key=True),
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("inspection", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _BIG),
        sa.Column("trouble", sa.Text),
        sa.Index("deliveries_due", "due_at"),
        if_not_exists=True,
    )
