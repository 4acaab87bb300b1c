"""How far the ledger went is remembered beside the keys, on whatever it is kept."""

import asyncio
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.store import Head
from service.backup.backup import back_up_vault
from service.backup.restore import restore
from service.logs import logger_to
from service.records.key_vault import open_keys
from service.records.ledger_end import LedgerBehind, check_end, remembering
from service.records.records import open_records
from tests.postgres import Postgres
from tests.service.keeping import Place

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def test_the_end_is_remembered_while_the_service_runs(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    await place.fill()
    log = io.BytesIO()
    logger = logger_to(log, level="info", now=lambda: NOW)
    async with (
        open_keys(place.settings) as vault,
        open_records(place.settings.database, place.clock) as records,
    ):
        head = await records.store.head()
        await vault.forget_end(Head(0, b""))
        async with remembering(records.store, vault, logger):
            await asyncio.sleep(0.2)
            during = await vault.remembered()
        await vault.forget_end(Head(head.position + 5, bytes(32)))
        with pytest.raises(LedgerBehind, match="5 events are missing"):
            await check_end(records.store, vault)
        async with remembering(records.store, vault, logger):
            pass
        after = await vault.remembered()

    assert during == head
    assert after.position == head.position + 5
    assert b"ledger_behind" in log.getvalue()


async def test_a_vault_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    await place.fill()
    log = io.BytesIO()
    logger = logger_to(log, level="info", now=lambda: NOW)
    async with (
        open_records(place.settings.database, place.clock) as records,
        open_keys(place.settings) as vault,
    ):
        with closing(sqlite3.connect(place.vault)) as connection:
            connection.execute("DROP TABLE state")
            async with remembering(records.store, vault, logger):
                await asyncio.sleep(0.05)

    assert b"end_not_remembered" in log.getvalue()


async def test_a_vault_is_held_against_a_ledger_on_a_server(
    tmp_path: Path, postgres: Postgres
) -> None:
    """The ledger is PostgreSQL's to back up; an old vault loses its erased keys."""
    place = Place(tmp_path, None, database=await postgres.new_database())
    await place.fill()
    await back_up_vault(place.settings, tmp_path / "backup", place.clock)
    (tmp_path / "keys.db").unlink()

    restored = await restore(place.settings, [tmp_path / "backup"], place.clock)

    assert restored.restored == ("vault",)
    assert set(restored.differed.values()) == {0}
    async with open_keys(place.settings) as vault:
        assert await vault.check() == 2
