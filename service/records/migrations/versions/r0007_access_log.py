"""Who has seen or taken away what."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a table that begins empty: before it, nobody kept this."""
    op.create_table(
        "access_log",
        sa.Column("number", _BIG, primary_key=True),
        sa.Column("at", _BIG, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("inspection", sa.Text),
        sa.Column("case", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Index("access_by_person", "person", "number"),
        sa.Index("access_by_inspection", "inspection", "case", "number"),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
