"""How strongly and when somebody signed in, beside their session."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Add what is not known of the sessions there are: their people sign in again."""
    there = {it["name"] for it in sa.inspect(op.get_bind()).get_columns("sessions")}
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("acr", sa.Text),
        sa.Column("signed_in_at", sa.Double),
    )
    for column in columns:
        if column.name not in there:
            op.add_column("sessions", column)
