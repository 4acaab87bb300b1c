"""The table of sessions: who is signed in with a browser, by the hash of a secret."""

from sqlalchemy import BigInteger, Column, Double, LargeBinary, MetaData, Table, Text

METADATA = MetaData()

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("roles", Text, nullable=False),  # in order, a space between
    Column("began_at", BigInteger, nullable=False),  # milliseconds since 1970
    Column("seen_at", BigInteger, nullable=False),
    Column("acr", Text),  # how they signed in, where the provider says so
    Column("signed_in_at", Double),  # seconds since 1970; likewise
)

SESSION_TABLES = (SESSIONS,)
