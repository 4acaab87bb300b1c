"""The table of sessions: who is signed in with a browser, by the hash of a secret."""

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

METADATA = MetaData()

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("roles", Text, nullable=False),  # in order, a space between
    Column("began_at", BigInteger, nullable=False),  # milliseconds since 1970
    Column("seen_at", BigInteger, nullable=False),
)

SESSION_TABLES = (SESSIONS,)
