"""Read models are rebuilt beside the live ones, and writers go on meanwhile."""

import asyncio
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from dsl import packaged
from events.store import EventStore, Head
from projections import TABLES, Beside, rating_changes, rebuild
from service.adoption import adopt
from service.inspection import about
from service.inspection.commands import GiveAnswer
from service.records.records import Records, open_records
from tests.postgres import Postgres
from tests.service.test_desk import ANNOUNCE, CASE, ORIGIN, opened, run, url


async def answer(records: Records, turn: int) -> None:
    """Answer one question of the case, the other way every time."""
    question = f"2.{1 + turn % 3}.1"
    command = GiveAnswer(case="C-1", question=question, answer=("Yes", "No")[turn % 2])
    thing = about.answer("C-1", question)
    entry = await records.desk.read("brent", lambda book: book.entry(thing))
    await run(records, command, thing=thing, seen=entry and entry.version)


async def begin(records: Records, answers: int) -> None:
    await run(records, ANNOUNCE)
    await run(records, CASE)
    for turn in range(answers):
        await answer(records, turn)


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))


async def test_writers_go_on_while_the_read_models_are_rebuilt(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await begin(records, 30)
        engine = create_async_engine(url(tmp_path))
        stop = asyncio.Event()

        async def write() -> int:
            turn = 30
            while not stop.is_set():
                await answer(records, turn)
                turn += 1
            return turn

        writing = asyncio.create_task(write())
        done = await rebuild(records.store, engine, lambda *_: None, page=7)
        stop.set()
        turns = await writing
        again = await rebuild(records.store, engine, lambda *_: None)
        await engine.dispose()

    assert turns > 30
    assert set(done.differed.values()) == {0}
    assert set(again.differed.values()) == {0}


@pytest.mark.parametrize("processes", [1, 2])
async def test_an_interrupted_rebuild_goes_on_where_it_was(
    tmp_path: Path, processes: int
) -> None:
    async with opened(tmp_path) as records:
        await begin(records, 30)
        honest = await rating_changes(records.engine, "brent")
        engine = create_async_engine(url(tmp_path))

        def interrupt(position: int, _: int) -> None:
            if position >= 14:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await rebuild(records.store, engine, interrupt, page=7, processes=processes)
        assert await rating_changes(records.engine, "brent") == honest
        done = await rebuild(
            records.store, engine, lambda *_: None, page=7, processes=processes
        )
        after = await rating_changes(records.engine, "brent")
        await engine.dispose()

    assert done.resumed_from == 14
    assert set(done.differed.values()) == {0}
    assert after == honest


async def test_a_rebuild_of_other_tables_does_not_go_on_with_these(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await begin(records, 5)
        engine = create_async_engine(url(tmp_path))
        await Beside(engine, TABLES).begin()

        done = await rebuild(records.store, engine, lambda *_: None, tables=TABLES[:1])
        await engine.dispose()

    assert done.resumed_from == 0
    assert done.rows == {"inspections": 1}


async def test_the_tables_replaced_are_kept_until_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await begin(records, 5)
        engine = create_async_engine(url(tmp_path))
        for _ in range(3):  # each replaces what the one before put in place
            await rebuild(records.store, engine, lambda *_: None)
        kept = {f"{table.name}__replaced" for table in TABLES}
        before = await tables(engine)
        await Beside(engine, TABLES).forget_replaced()
        after = await tables(engine)
        await answer(records, 5)
        await engine.dispose()

    assert kept <= before
    assert not kept & after
    assert not any(name.endswith("__new") for name in after)


async def test_a_writer_that_never_rests_does_not_keep_a_rebuild_from_its_end(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await begin(records, 5)
        engine = create_async_engine(url(tmp_path))
        turns = count(5)

        class AlwaysOneMore:
            """Whenever the end is asked for, somebody has appended another."""

            async def head(self) -> Head:
                head = await records.store.head()
                await answer(records, next(turns))
                return head

        store = cast("EventStore", AlwaysOneMore())
        done = await rebuild(store, engine, lambda *_: None, page=4)
        await engine.dispose()

    assert set(done.differed.values()) == {0}
    assert next(turns) > 6


async def test_writers_go_on_while_a_reader_keeps_the_exchange_waiting(
    postgres: Postgres,
) -> None:
    database = await postgres.new_database()
    async with open_records(database, lambda: datetime.now(UTC)) as records:
        loaded = packaged("youth-2020")
        await adopt(records.store, records.shelf, loaded, ORIGIN, reviewer="ruth")
        await begin(records, 5)
        engine = create_async_engine(database)
        async with records.engine.connect() as reader:
            await reader.execute(select(TABLES[0]))
            rebuilding = asyncio.create_task(
                rebuild(records.store, engine, lambda *_: None)
            )
            for turn in range(5, 25):
                await answer(records, turn)
                await asyncio.sleep(0.02)
            assert not rebuilding.done()
        done = await rebuilding
        again = await rebuild(records.store, engine, lambda *_: None)
        await Beside(engine, TABLES).forget_replaced()
        await engine.dispose()

    assert set(done.differed.values()) == {0}
    assert set(again.differed.values()) == {0}
