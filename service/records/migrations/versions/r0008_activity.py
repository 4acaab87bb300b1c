"""The index of who did what to which case; it fills itself from the first event."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add an empty index."""
    op.create_table(
        "activity",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.String, nullable=False),
        sa.Column("observed_at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("inspection", sa.String),
        sa.Column("case", sa.String),
        sa.Column("about", sa.String),
        sa.Column("correlation_id", sa.String),
        sa.Index("activity_by_actor", "actor", "position"),
        sa.Index("activity_by_inspection", "inspection", "case", "position"),
        if_not_exists=True,
    )
