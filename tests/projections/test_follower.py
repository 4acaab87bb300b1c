"""A follower on both databases: behind, crashed, overtaken, and unable to go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.inspection import AnswerGiven
from events.ledger import Ledger
from events.open_store import open_store
from events.recorded import RecordedEvent
from events.store import Rows
from events.stored import Storage
from projections import FOLLOWER_TABLES, Follower, parked
from projections.follower import Overtaken
from tests.events.asking import BRENT, NOON, TRAFFORD, Clock, answer, ask
from tests.postgres import Postgres

LATEST = Table(
    "latest",
    MetaData(),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("said", Text, nullable=False),
)


@dataclass
class Latest:
    """The last answer of each stream; cannot take a poisonous one until it is told."""

    cured: bool = False

    def __call__(self, recorded: RecordedEvent) -> Rows:
        assert isinstance(recorded.data, AnswerGiven)
        if recorded.data.answer == "poison" and not self.cured:
            raise ArithmeticError("what somebody wrote")
        row = (str(recorded.stream), recorded.version, recorded.data.answer)
        return {"latest": [row]}


@dataclass
class Setting:
    """A ledger, and an engine that can write beside it."""

    ledger: Ledger[Storage]
    engine: AsyncEngine

    def follower(self, rows: Latest) -> Follower:
        clock = Clock()
        return Follower("latest", rows, [LATEST], engine=self.engine, clock=clock)

    async def follow_until(self, follower: Follower, position: int) -> None:
        """Run it until it has come so far, and cut it off there."""
        running = asyncio.create_task(follower.run(self.ledger))
        while not running.done() and await follower.position() < position:  # noqa: ASYNC110  it is the table that is waited for
            await asyncio.sleep(0.01)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    async def latest(self) -> dict[str, tuple[int, str]]:
        async with self.engine.connect() as connection:
            rows = (await connection.execute(select(LATEST))).all()
        return {stream: (version, said) for stream, version, said in rows}


@pytest.fixture(params=["sqlite", "postgres"])
async def setting(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> AsyncIterator[Setting]:
    if request.param == "postgres":
        url = await postgres.new_database()
    else:
        url = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    ledger = await open_store(url, Clock(), tables=(*FOLLOWER_TABLES, LATEST))
    engine = create_async_engine(url)
    yield Setting(ledger, engine)
    await ledger.close()
    await engine.dispose()


async def test_a_follower_takes_what_is_there_and_what_comes(setting: Setting) -> None:
    ledger, follower = setting.ledger, setting.follower(Latest())
    await ledger.append(ask(answer(), answer(said="No")))
    running = asyncio.create_task(follower.run(ledger))

    await ledger.append(ask(answer(), stream=TRAFFORD))
    while await follower.position() < 3:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.01)

    assert await setting.latest() == {str(BRENT): (2, "No"), str(TRAFFORD): (1, "Yes")}
    await ledger.close()
    await running


async def test_a_follower_goes_on_where_it_was(setting: Setting) -> None:
    ledger = setting.ledger
    await ledger.append(ask(*[answer()] * 3))
    await setting.follow_until(setting.follower(Latest()), 3)
    await ledger.append(ask(answer(said="No")))

    again = setting.follower(Latest())

    assert await again.position() == 3
    await setting.follow_until(again, 4)
    assert await setting.latest() == {str(BRENT): (4, "No")}


async def test_an_event_that_cannot_be_taken_is_parked_and_the_others_go_on(
    setting: Setting,
) -> None:
    ledger = setting.ledger
    await ledger.append(ask(answer(), answer(said="poison"), answer(said="No")))
    await ledger.append(ask(answer(), stream=TRAFFORD))
    follower = setting.follower(Latest())

    await setting.follow_until(follower, 4)
    await ledger.append(ask(answer()))
    await setting.follow_until(follower, 5)

    assert await setting.latest() == {str(BRENT): (1, "Yes"), str(TRAFFORD): (1, "Yes")}
    waiting = await parked(setting.engine)
    assert [(p.position, p.error, p.attempts) for p in waiting] == [
        (2, "ArithmeticError", 1),
        (3, None, 0),
        (5, None, 0),
    ]
    assert waiting[0].stream == str(BRENT)
    assert waiting[0].parked_at.startswith(NOON.date().isoformat())


async def test_parked_events_are_taken_in_order_once_they_can_be(
    setting: Setting,
) -> None:
    ledger, rows = setting.ledger, Latest()
    await ledger.append(ask(answer(said="poison"), answer(said="No")))
    follower = setting.follower(rows)
    await setting.follow_until(follower, 2)

    assert await follower.retry(ledger, str(BRENT)) == 2
    assert [p.attempts for p in await parked(setting.engine, "latest")] == [2, 0]
    rows.cured = True
    assert await follower.retry(ledger, str(BRENT)) == 0

    assert await setting.latest() == {str(BRENT): (2, "No")}
    assert await parked(setting.engine) == ()


async def test_of_two_that_follow_one_gives_way(setting: Setting) -> None:
    ledger = setting.ledger
    await ledger.append(ask(answer()))
    slow = setting.follower(Latest())
    pages = ledger.follow(after=await slow.position())
    page = await anext(pages)
    await setting.follow_until(setting.follower(Latest()), 1)

    with pytest.raises(Overtaken):
        await slow._take(page)  # noqa: SLF001  between its reading and its writing

    await pages.aclose()
