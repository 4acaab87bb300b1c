"""Folding a ledger in several processes: what they give, and how they end."""

import asyncio
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from events.store import StoreError
from projections.folding import fitting, folding
from service.records.records import open_records
from tests.benchmarks.filling import fill
from tests.service.test_desk import url


async def test_processes_give_the_rows_that_one_gives_and_say_what_is_wrong(
    tmp_path: Path,
) -> None:
    database = url(tmp_path)
    async with open_records(database, lambda: datetime.now(UTC)) as records:
        await fill(records, 400, cases=3, answers=60)
        end = (await records.store.head()).position
    engine = create_async_engine(database)
    found = []
    for processes in (1, 2):
        async with folding(engine, 0, page=100, processes=processes) as fold:
            found.append(
                [
                    (
                        until,
                        {name: sorted(each, key=str) for name, each in rows.items()},
                    )
                    async for until, rows in fold.up_to(end)
                ]
            )
            with pytest.raises(StoreError, match=f"hole after position {end}"):
                await anext(fold.up_to(end + 1))
    async with folding(engine, 0, page=100, processes=2) as fold:
        for child in multiprocessing.active_children():
            child.kill()
            await asyncio.to_thread(child.join)
        with pytest.raises(StoreError, match="came to an end"):
            await anext(fold.up_to(end))
    await engine.dispose()

    assert found[0] == found[1]
    assert [until for until, _ in found[0]][-1] == end


def test_a_short_ledger_is_folded_here() -> None:
    assert fitting(50_000) == 1
    assert fitting(1_000_000) >= 1
