"""The layout of the database: which one it has, and the steps to the one needed.

Steps go forward only. A database made before there were steps is at the first of them.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg import PostgresError
from msgspec import Struct
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    NullPool,
    String,
    Table,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from events.sql.tables import FIRST_ROWS
from events.store import StoreError

T = TypeVar("T")

_FIRST = "0001"
_LOCK = text("SELECT pg_advisory_xact_lock(1094995285)")  # as when it is laid out


class Step(Struct, frozen=True):
    """One change of the layout."""

    revision: str
    does: str  # in one sentence


class Unready(StoreError):
    """The database has another layout than this program needs."""


async def missing_steps(database: str) -> Sequence[Step]:
    """The steps from the layout a database has to the one needed; all for an empty one.

    Raises Unready where a newer program laid it out.
    """
    return _steps_after(None) if _is_absent(database) else await _on(database, _missing)


async def migrate(database: str) -> Sequence[Step]:
    """Take the missing steps, all or none; safe when several do it at once."""
    return await _on(database, _upgrade, writes=True)


async def lay_out_filled(database: str, fill: Callable[[Connection], T]) -> T:
    """Lay out an empty database and fill it, in one transaction; Unready elsewhere."""

    def work(connection: Connection) -> T:
        _lock(connection)
        if inspect(connection).get_table_names():
            raise Unready("the database has tables already")
        _upgrade(connection)
        return fill(connection)

    return await _on(database, work, writes=True)


async def is_new(database: str) -> bool:
    """Whether a database is still empty; refuses one that another version laid out.

    What cannot be read at all is left to whoever opens it: they can say why.
    """
    try:
        steps = await missing_steps(database)
    except Unready:
        raise
    except StoreError:
        return False
    everything = len(_steps_after(None))
    if 0 < len(steps) < everything:
        raise Unready(
            f"the database lacks {len(steps)} of the {everything} changes that this"
            " program needs; take a backup, then run `adjudge migrate`"
        )
    return bool(steps)


async def current_layout(engine: AsyncEngine) -> str:
    """The layout a database in use has; raises Unready where it is another's by now."""
    async with engine.connect() as connection:
        found = await connection.run_sync(_current)
    if found != needed_layout():
        raise Unready("the database was laid out by another version of this program")
    return found


@cache
def needed_layout() -> str:
    """The layout this program needs."""
    return _steps_after(None)[-1].revision


def layout_table() -> Table:
    """Where the layout is noted, in the same transaction that lays out a database.

    Of several services that begin at once, none sees one that is laid out by halves.
    """
    return Table(
        "alembic_version",
        MetaData(),
        Column("version_num", String(32), primary_key=True),
        info={FIRST_ROWS: [{"version_num": needed_layout()}]},
    )


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


def _missing(connection: Connection) -> Sequence[Step]:
    current = _current(connection)
    known = {step.revision for step in _steps_after(None)}
    if current is not None and current not in known:
        raise Unready("the database was laid out by a newer version of this program")
    return _steps_after(current)


def _current(connection: Connection) -> str | None:
    stamped = MigrationContext.configure(connection).get_current_revision()
    if stamped is None and inspect(connection).has_table("log_head"):
        return _FIRST
    return stamped


def _upgrade(connection: Connection) -> Sequence[Step]:
    _lock(connection)
    steps, current = _missing(connection), _current(connection)
    if current is None and inspect(connection).get_table_names():
        raise Unready("the database has tables of its own, but is not a ledger")
    config = _config(connection)
    if steps and current == _FIRST:
        command.stamp(config, _FIRST)
    command.upgrade(config, "head")
    return steps


def _steps_after(revision: str | None) -> Sequence[Step]:
    scripts = reversed([*_scripts().walk_revisions()])
    steps = [Step(script.revision, script.doc.rstrip(".")) for script in scripts]
    return [step for step in steps if revision is None or step.revision > revision]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def _on(
    database: str, work: Callable[[Connection], T], *, writes: bool = False
) -> T:
    """Work in one transaction."""
    url = make_url(database)
    engine = create_async_engine(url, poolclass=NullPool)
    if url.drivername.startswith("sqlite"):
        _begin_ourselves(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except (DBAPIError, PostgresError, OSError) as error:
        raise StoreError(f"`{url.database}` cannot be reached or read") from error
    finally:
        await engine.dispose()


def _begin_ourselves(engine: AsyncEngine, begin: str) -> None:
    """Without this, the driver commits before every change of the layout."""

    @event.listens_for(engine.sync_engine, "connect")
    def leave_alone(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def begin_here(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _is_absent(database: str) -> bool:
    """Whether it is a file that is not there; looking at it would make it."""
    url = make_url(database)
    on_file = url.drivername.startswith("sqlite") and url.database
    return bool(on_file) and not Path(str(url.database)).exists()
