"""The table of the access log: who has seen or taken away what."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

_BIG = BigInteger().with_variant(Integer(), "sqlite")

ACCESS_LOG = Table(
    "access_log",
    METADATA,
    Column("number", _BIG, primary_key=True),  # in the order they were written
    Column("at", _BIG, nullable=False),  # microseconds since 1970
    Column("person", Text, nullable=False),
    Column("roles", Text, nullable=False),  # in order, a space between
    Column("kind", Text, nullable=False),  # "case", "words" or "export"
    Column("operation", Text, nullable=False),  # "show_answer"
    Column("inspection", Text),
    Column("case", Text),
    Column("reason", Text),
    Column("request_id", Text, nullable=False),
    Index("access_by_person", "person", "number"),
    Index("access_by_inspection", "inspection", "case", "number"),
    sqlite_autoincrement=True,  # a number is never given twice
)

ACCESS_TABLES = (ACCESS_LOG,)
