"""What was asked to be erased and by whom, and what is held from erasure."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "erasures",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column("inspection", sa.String, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("reason_code", sa.String, nullable=False),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("requested_at", sa.String, nullable=False),
        sa.Column("approved_by", sa.String),
        sa.Column("erased_at", sa.String),
        if_not_exists=True,
    )
    op.create_table(
        "holds",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column("inspection", sa.String, nullable=False),
        sa.Column("of_case", sa.String),
        sa.Column("placed_by", sa.String, nullable=False),
        sa.Column("placed_at", sa.String, nullable=False),
        sa.Column("release_requested_by", sa.String),
        sa.Column("release_requested_at", sa.String),
        sa.Column("released_by", sa.String),
        sa.Column("released_at", sa.String),
        if_not_exists=True,
    )
