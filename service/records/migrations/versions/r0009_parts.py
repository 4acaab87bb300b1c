"""The index of who works on which inspection; it fills itself from the first event."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Add an empty index."""
    op.create_table(
        "parts",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("inspection", sa.String, primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        sa.Column("held", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
