"""Several processes on one PostgreSQL, and one that is killed while it writes."""

import asyncio

import asyncpg
import pytest

from events.appender import Limits
from events.store import WrongVersion
from tests.events.asking import BRENT, TRAFFORD, Clock, Tally, answer, ask
from tests.events.postgres.on_server import cut, opened
from tests.events.sqlite.test_sqlite_processes import acknowledged, writing


async def test_two_processes_write_one_ledger(url: str, clock: Clock) -> None:
    processes = [await writing(url, 4, 25) for _ in range(2)]

    said = [(await process.communicate())[0] for process in processes]

    acks = [acknowledged(one) for one in said]
    assert [len(one) for one in acks] == [100, 100]
    positions = sorted([*acks[0].values(), *acks[1].values()])
    assert positions == list(range(1, 201))
    ledger = await opened(url, clock)
    assert (await ledger.verify()).position == 200
    await ledger.close()


async def test_a_killed_process_loses_nothing_it_acknowledged(
    url: str, clock: Clock
) -> None:
    process = await writing(url, 16)
    assert process.stdout is not None
    said = b""
    while len(acknowledged(said)) < 100:
        said += await process.stdout.read(4096)

    process.kill()
    said += (await process.communicate())[0]

    ledger = await opened(url, clock)
    await ledger.verify()
    kept = {event.origin.command_id: event for event in await ledger.read_all()}
    for command, position in acknowledged(said).items():
        assert kept[command].position == position
    await ledger.close()


async def test_a_process_that_lost_a_race_claims_the_head_until_it_is_alone(
    url: str, clock: Clock
) -> None:
    tallies = Tally(), Tally()
    limits = Limits(alone=3)
    one, other = [await opened(url, clock, tally, limits=limits) for tally in tallies]
    await one.append(ask(answer()))
    await other.append(ask(answer(), stream=TRAFFORD))
    await one.append(ask(answer()))  # loses, and claims from here on

    for position in range(4, 10):
        store = (one, other)[position % 2]
        with pytest.raises(WrongVersion):
            await store.append(ask(answer(), expected_version=0))
        assert (await store.append(ask(answer()))).position == position
    for position in range(10, 15):
        assert (await one.append(ask(answer()))).position == position

    with pytest.raises(WrongVersion):
        await one.append(ask(answer(), expected_version=7))

    assert tallies[0].answers == {BRENT: 13}
    assert tallies[0].forgotten == [BRENT]  # once, for the race it lost
    await one.verify()
    await one.close()
    await other.close()


async def test_a_follower_elsewhere_is_told_without_waiting_for_its_poll(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    store, other = await opened(url, clock), await opened(url, clock)
    store.storage.bell.patience = 60.0
    pages = store.follow()
    following = asyncio.create_task(anext(pages))

    await other.append(ask(answer()))

    assert len(await asyncio.wait_for(following, 5)) == 1
    following = asyncio.create_task(anext(pages))
    await cut(direct)  # it listens again, and looks at what it did not hear
    await other.append(ask(answer()))
    assert len(await asyncio.wait_for(following, 10)) == 1
    await pages.aclose()
    await store.close()
    await other.close()
