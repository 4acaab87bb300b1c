"""The layout of the database, on both: new, old, newer, and changed by several."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from events.open_store import open_store
from events.sql.tables import METADATA
from events.store import StoreError
from projections import TABLES
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.records.layout import migrate, missing_steps
from service.records.migrations import versions
from service.records.records import LAID_OUT, open_records
from tests.postgres import Postgres

STEPS = sorted(
    file.name[1:5] for file in Path(versions.__file__).parent.glob("r[0-9]*.py")
)
now = lambda: datetime.now(UTC)  # noqa: E731  a clock in one line


@pytest.fixture(params=["sqlite", "postgres"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> str:
    if request.param == "postgres":
        return await postgres.new_database()
    return f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"


async def on(database: str, work: Callable[[Connection], object]) -> object:
    engine = create_async_engine(make_url(database))
    async with engine.begin() as connection:
        found = await connection.run_sync(work)
    await engine.dispose()
    return found


async def make_first(database: str) -> None:
    """A ledger as it was before there were steps."""
    store = await open_store(database, now, tables=TABLES)
    await store.close()


def differences(connection: Connection) -> object:
    wanted = MetaData()
    for table in (*METADATA.sorted_tables, *LAID_OUT):
        table.to_metadata(wanted)
    return compare_metadata(MigrationContext.configure(connection), wanted)


async def test_the_steps_lead_to_the_layout_that_the_program_needs(
    database: str,
) -> None:
    assert [step.revision for step in await migrate(database)] == STEPS

    assert await on(database, differences) == []
    async with open_records(database, now) as records:
        assert (await records.store.head()).position == 0


async def test_a_new_database_is_laid_out_at_once(database: str) -> None:
    async with open_records(database, now):
        pass

    assert await on(database, differences) == []
    assert await missing_steps(database) == []
    assert await migrate(database) == []


async def test_a_ledger_made_before_there_were_steps_is_recognised(
    database: str,
) -> None:
    await make_first(database)

    lacks = f"lacks {len(STEPS) - 1} of the {len(STEPS)} changes .* `adjudge migrate`"
    with pytest.raises(StoreError, match=lacks):
        async with open_records(database, now):
            pass
    assert [step.revision for step in await migrate(database)] == STEPS[1:]

    assert await on(database, differences) == []
    async with open_records(database, now):
        pass


async def test_several_migrate_at_once(database: str) -> None:
    await make_first(database)

    taken = await asyncio.gather(*[migrate(database) for _ in range(4)])

    assert sorted(len(steps) for steps in taken) == [0, 0, 0, len(STEPS) - 1]
    assert await on(database, differences) == []


async def test_a_database_of_a_newer_program_is_refused(database: str) -> None:
    await migrate(database)
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await on(database, lambda connection: connection.execute(newer))

    for work in (migrate(database), missing_steps(database)):
        with pytest.raises(StoreError, match="laid out by a newer version"):
            await work
    with pytest.raises(StoreError, match="laid out by a newer version"):
        async with open_records(database, now):
            pass


async def test_a_database_of_someone_else_is_left_alone(database: str) -> None:
    await on(database, lambda c: c.execute(text("CREATE TABLE things (name text)")))

    with pytest.raises(StoreError, match="tables of its own, but is not a ledger"):
        await migrate(database)


def test_the_command_says_what_it_would_do_and_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    surroundings = Surroundings(now=now, new_id=str, environment={})

    def call(*arguments: str) -> str:
        assert run(["migrate", *arguments, "--database", url], surroundings) == 0
        return capsys.readouterr().out

    assert call("--plan").startswith("0001  The ledger and the rating models")
    assert not (tmp_path / "ledger.db").exists()
    assert [s["revision"] for s in json.loads(call("--json"))["taken"]] == STEPS
    assert call() == "the layout is up to date\n"
    assert json.loads(call("--plan", "--json")) == {"missing": []}


def test_a_database_that_cannot_be_reached_is_exit_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    surroundings = Surroundings(now=now, new_id=str, environment={})
    url = "postgresql+asyncpg://nobody@127.0.0.1:1/nowhere"

    assert run(["migrate", "--database", url], surroundings) == 3
    assert "`nowhere` cannot be reached" in capsys.readouterr().err
