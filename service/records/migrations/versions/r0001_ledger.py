"""The ledger and the rating models, as they were before there were migrations."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_APPLICATION, _FORMAT = 0x41444A55, 1  # how a SQLite ledger is known


def upgrade() -> None:
    """Lay out an empty database."""
    _create_ledger()
    _create_rating_models()
    head = sa.table("log_head", *map(sa.column, _HEAD))
    start = (1, 0, bytes(32), 0, 0)
    op.bulk_insert(head, [dict(zip(_HEAD, start, strict=True))])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"PRAGMA application_id = {_APPLICATION}")
        op.execute(f"PRAGMA user_version = {_FORMAT}")


_HEAD = ("id", "position", "hash", "recorded_at", "writes")


def _create_ledger() -> None:
    op.create_table(
        "streams",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("name", _NAME, nullable=False, unique=True),
    )
    op.create_table(
        "events",
        sa.Column("position", _BIG, primary_key=True, autoincrement=False),
        sa.Column(
            "stream_key", sa.Integer, sa.ForeignKey("streams.key"), nullable=False
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("recorded_at", _BIG, nullable=False),
        sa.Column("observed_at", _BIG, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command_id", sa.Text),
        sa.Column("correlation_id", sa.Text),
        sa.Column("causation_id", sa.Text),
        sa.Column("about", sa.Text),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("stream_key", "version"),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", _BIG, nullable=False),
        sa.Column("writes", _BIG, nullable=False),
        postgresql_with={"fillfactor": 10},
    )
    op.create_table(
        "requests",
        sa.Column(
            "stream_key", sa.Integer, sa.ForeignKey("streams.key"), primary_key=True
        ),
        sa.Column("command_id", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("reply", sa.LargeBinary),
        sa.Column("recorded_at", _BIG, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_rating_models() -> None:
    op.create_table(
        "inspections",
        sa.Column("inspection", sa.String, primary_key=True),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("framework", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("framework_hash", sa.String, nullable=False),
        sa.Column("fieldwork_starts_on", sa.String, nullable=False),
        sa.Column("announced_at", sa.String, nullable=False),
        sa.Column("position", _BIG, nullable=False),
    )
    op.create_table(
        "current_ratings",
        sa.Column("inspection", sa.String, primary_key=True),
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String),
        sa.Column("unrated", sa.String),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("framework_hash", sa.String, nullable=False),
        sa.Column("rule_file", sa.String, nullable=False),
        sa.Column("rule_line", sa.Integer, nullable=False),
    )
    op.create_table(
        "rating_history",
        sa.Column("position", _BIG, primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("inspection", sa.String, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("value_before", sa.String),
        sa.Column("value_after", sa.String),
        sa.Column("unrated", sa.String),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("departed", sa.Boolean),
        sa.Column("figures_before", sa.Text, nullable=False),
        sa.Column("figures_after", sa.Text, nullable=False),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("about", sa.String),
        sa.Column("answer_before", sa.String),
        sa.Column("answer_after", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("recorded_at", sa.String, nullable=False),
        sa.Column("observed_at", sa.String, nullable=False),
        sa.Column("command_id", sa.String),
        sa.Column("framework_hash", sa.String, nullable=False),
        sa.Column("rule_file", sa.String, nullable=False),
        sa.Column("rule_line", sa.Integer, nullable=False),
    )
    op.create_index(
        "rating_history_by_part",
        "rating_history",
        ["inspection", "part", "position", "ordinal"],
    )
