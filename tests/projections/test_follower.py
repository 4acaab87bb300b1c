"""A follower on both databases: behind, crashed, overtaken, and unable to go on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from events.inspection import AnswerGiven
from events.ledger import Ledger
from events.open_store import open_store
from events.recorded import RecordedEvent
from events.store import Rows
from events.stored import Storage
from projections import FOLLOWER_TABLES, Follower, following, parked
from projections.follower import Overtaken, RowsOf
from projections.follower_tables import PROGRESS
from projections.lease import Lease
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
    name: str = "latest"
    tables: Sequence[Table] = (LATEST,)

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        assert page
        assert not connection.closed
        return self.rows_of

    def rows_of(self, recorded: RecordedEvent) -> Rows:
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
    clock: Clock = field(default_factory=Clock)

    def follower(self, model: Latest, owner: str = "one") -> Follower:
        return Follower(
            model,
            engine=self.engine,
            clock=self.clock,
            owner=owner,
            lease=timedelta(seconds=0.3),
        )

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


async def test_what_is_tried_again_while_rows_are_made_keeps_nothing_waiting(
    tmp_path: Path,
) -> None:
    """In a file: that is where another process can be played in the middle."""
    file = tmp_path / "ledger.db"

    class Tried(Latest):
        def rows_of(self, recorded: RecordedEvent) -> Rows:
            if recorded.stream == TRAFFORD:  # by now it was read what is parked
                with closing(sqlite3.connect(file)) as other, other:
                    other.execute("DELETE FROM dead_letters")
            return super().rows_of(recorded)

    url = f"sqlite+aiosqlite:///{file}"
    ledger = await open_store(url, Clock(), tables=(*FOLLOWER_TABLES, LATEST))
    engine = create_async_engine(url)
    setting = Setting(ledger, engine)
    follower = setting.follower(Tried())
    await ledger.append(ask(answer(said="poison")))
    await setting.follow_until(follower, 1)
    assert len(await parked(engine)) == 1
    await ledger.append(ask(answer(), stream=TRAFFORD))
    await ledger.append(ask(answer(said="No")))

    await setting.follow_until(follower, 3)

    assert await parked(engine) == ()
    assert await setting.latest() == {str(TRAFFORD): (1, "Yes"), str(BRENT): (2, "No")}
    await ledger.close()
    await engine.dispose()


async def test_of_two_that_follow_one_gives_way(setting: Setting) -> None:
    ledger = setting.ledger
    await ledger.append(ask(answer()))
    slow = setting.follower(Latest(), "slow")
    pages = ledger.follow(after=await slow.position())
    page = await anext(pages)
    await setting.follow_until(setting.follower(Latest(), "quick"), 1)

    with pytest.raises(Overtaken):
        await slow.take(page)  # between its reading and its writing

    await pages.aclose()


async def test_one_that_stands_by_takes_over_when_the_other_lets_go(
    setting: Setting,
) -> None:
    ledger = setting.ledger
    first, second = (setting.follower(Latest(), owner) for owner in ("one", "two"))
    running = asyncio.create_task(first.run(ledger))
    await ledger.append(ask(answer()))
    while await first.position() < 1:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.01)
    standing_by = asyncio.create_task(second.run(ledger))
    await asyncio.sleep(0.05)
    (before,) = await following(setting.engine)

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await ledger.append(ask(answer(said="No")))
    while await second.position() < 2:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.01)

    (after,) = await following(setting.engine)
    standing_by.cancel()
    with suppress(asyncio.CancelledError):
        await standing_by
    assert (before.owner, after.owner) == ("one", "two")
    assert await setting.latest() == {str(BRENT): (2, "No")}


async def test_one_whose_lease_was_taken_stands_by(setting: Setting) -> None:
    ledger, follower = setting.ledger, setting.follower(Latest())
    await ledger.append(ask(answer()))
    running = asyncio.create_task(follower.run(ledger))
    while await follower.position() < 1:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.01)
    async with setting.engine.begin() as connection:
        stolen = PROGRESS.update().values(owner="two", leased_until="9999")
        await connection.execute(stolen)

    await ledger.append(ask(answer(said="No")))
    await asyncio.sleep(0.2)
    assert not running.done()
    assert await setting.latest() == {str(BRENT): (1, "Yes")}
    async with setting.engine.begin() as connection:
        await connection.execute(PROGRESS.update().values(leased_until="1999"))
    while await follower.position() < 2:  # noqa: ASYNC110  as above
        await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert await setting.latest() == {str(BRENT): (2, "No")}


async def test_a_stop_that_comes_while_a_lease_is_let_go_is_not_lost(
    setting: Setting,
) -> None:
    await setting.follower(Latest()).position()
    lasts = timedelta(seconds=60)
    lease = Lease("latest", "one", setting.engine, setting.clock, lasts)

    async def overtaken() -> None:
        assert await lease.claim()
        async with lease.kept():
            await asyncio.sleep(0.1)  # by now it waits to renew
            asyncio.get_running_loop().call_soon(holding.cancel)
            raise Overtaken("latest")

    holding = asyncio.create_task(overtaken())

    with pytest.raises(asyncio.CancelledError):
        await holding


async def test_an_event_is_left_out_for_a_reason_and_those_behind_it_go_on(
    setting: Setting,
) -> None:
    ledger, follower = setting.ledger, setting.follower(Latest())
    await ledger.append(ask(answer(), answer(said="poison"), answer(said="No")))
    await setting.follow_until(follower, 3)

    assert await follower.skip(2, "recorded by mistake")
    assert not await follower.skip(2, "once is enough")
    assert await follower.retry(ledger, str(BRENT)) == 0
    await ledger.append(ask(answer()))
    await setting.follow_until(follower, 4)

    assert await setting.latest() == {str(BRENT): (4, "Yes")}
    assert await parked(setting.engine) == ()
    (skipped,) = await parked(setting.engine, skipped=True)
    assert (skipped.position, skipped.skipped_because) == (2, "recorded by mistake")


async def test_a_follower_begins_anew_from_the_first_event(setting: Setting) -> None:
    ledger, follower = setting.ledger, setting.follower(Latest())
    await ledger.append(ask(answer(), answer(said="poison")))
    await setting.follow_until(follower, 2)

    await follower.begin_anew()

    assert await follower.position() == 0
    assert await setting.latest() == {}
    assert await parked(setting.engine) == ()
    await setting.follow_until(follower, 2)
    assert await setting.latest() == {str(BRENT): (1, "Yes")}
