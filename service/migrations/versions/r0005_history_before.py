"""Whether a rating was provisional before, and why there was none, in the history.

Histories written before have neither, nor the rows of ratings that became final: run
`adjudge rebuild`.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Add both to a history that lacks them."""
    present = {
        column["name"] for column in sa.inspect(op.get_bind()).get_columns(_HISTORY)
    }
    for column in (
        sa.Column("unrated_before", sa.String),
        sa.Column(
            "provisional_before", sa.Boolean, nullable=False, server_default=sa.false()
        ),
    ):
        if column.name not in present:
            op.add_column(_HISTORY, column)


_HISTORY = "rating_history"
