"""Rows written by their keys: new ones are added, others take the place of the old."""

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: Dialect, table: Table) -> str:
    """The statement; values by position, in column order, as rows have them."""
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    adding = insert(table)
    moved = {name: adding.excluded[name] for name in table.columns.keys()}  # noqa: SIM118 - the names, not the columns
    statement = adding.on_conflict_do_update(
        index_elements=[*table.primary_key], set_=moved
    )
    return str(statement.compile(dialect=dialect))
