"""The index of changes, leases of followers, and what a rating was before.

Histories written before do not say why a rating was missing and lack the rows of those
that became final: run `adjudge rebuild`, then `adjudge follow anew changes`.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is missing; the index fills itself from the first event."""
    _add(
        "rating_history",
        sa.Column("unrated_before", sa.String),
        sa.Column(
            "provisional_before", sa.Boolean, nullable=False, server_default=sa.false()
        ),
    )
    _add(
        "progress",
        sa.Column("owner", sa.String),
        sa.Column("leased_until", sa.String),
    )
    _add(
        "dead_letters",
        sa.Column("skipped_at", sa.String),
        sa.Column("skipped_because", sa.String),
    )
    op.create_table(
        "changes",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("inspection", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("value_before", sa.String),
        sa.Column("value_after", sa.String),
        sa.Column("unrated_before", sa.String),
        sa.Column("unrated", sa.String),
        sa.Column("provisional_before", sa.Boolean, nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("about", sa.String),
        sa.Column("answer_before", sa.String),
        sa.Column("answer_after", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("recorded_at", sa.String, nullable=False),
        sa.Column("observed_at", sa.String, nullable=False),
        sa.Column("framework_hash", sa.String, nullable=False),
        sa.Column("rule_file", sa.String, nullable=False),
        sa.Column("rule_line", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    for name, columns in (
        ("changes_by_inspection", ["inspection", "position"]),
        ("changes_by_actor", ["actor", "position"]),
        ("changes_by_part", ["part", "position"]),
        ("changes_by_time", ["recorded_at"]),
    ):
        op.create_index(name, "changes", columns, if_not_exists=True)


def _add(table: str, *columns: sa.Column[object]) -> None:
    present = {each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)}
    for column in columns:
        if column.name not in present:
            op.add_column(table, column)
