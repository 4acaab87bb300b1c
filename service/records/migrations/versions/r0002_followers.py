"""How far followers have come, and the events that they could not take."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "progress",
        sa.Column("follower", sa.String, primary_key=True),
        sa.Column("position", _BIG, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "dead_letters",
        sa.Column("follower", sa.String, primary_key=True),
        sa.Column("position", _BIG, primary_key=True),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("error", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parked_at", sa.String, nullable=False),
        if_not_exists=True,
    )
