"""A connection that is lost, and a server that is started again or stays away."""

import asyncio
from collections.abc import Iterator
from typing import NoReturn

import asyncpg
import pytest
from sqlalchemy import make_url

from events.store import Overloaded, StoreError, WrongVersion
from events.stored import Batch
from tests.events.asking import BRENT, Clock, Tally, answer, ask
from tests.events.postgres.on_server import cut, opened
from tests.postgres import Server, server


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    with server() as started:
        yield started


async def test_a_lost_connection_is_made_again(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    tally = Tally()
    ledger = await opened(url, clock, tally)
    for position in range(1, 4):
        appended = await ledger.append(ask(answer(), command=f"c-{position}"))
        assert appended.position == position
        await cut(direct)
        assert len(await ledger.read_all()) == position
        await cut(direct)

    assert (await ledger.verify()).position == 3
    assert tally.answers == {BRENT: 3}
    await ledger.close()


async def test_connections_cut_at_any_moment_lose_and_double_nothing(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    tally = Tally()
    ledger = await opened(url, clock, tally)

    async def inspector(name: str) -> None:
        for number in range(20):
            await ledger.append(ask(answer(), command=f"{name}-{number}"))

    async def cutting() -> None:
        while True:
            await asyncio.sleep(0.01)
            await cut(direct)

    cuts = asyncio.create_task(cutting())
    await asyncio.gather(*[inspector(f"p-{number}") for number in range(8)])
    cuts.cancel()
    await asyncio.gather(cuts, return_exceptions=True)

    assert (await ledger.verify()).position == 160
    assert tally.answers == {BRENT: 160}
    kept = [event.origin.command_id for event in await ledger.read_all()]
    assert len(set(kept)) == 160
    await ledger.close()


@pytest.mark.parametrize("committed", [True, False])
async def test_a_commit_whose_outcome_is_unknown_is_looked_up(
    url: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    committed: bool,
) -> None:
    """The connection goes away after the statement was sent, before its answer."""
    ledger = await opened(url, clock)
    await ledger.append(ask(answer()))
    writer = ledger.storage._writer  # noqa: SLF001  where the fault is put
    execute, left = writer._execute, [True]  # noqa: SLF001  as above

    async def lost(driver: asyncpg.Connection, batch: Batch) -> bool:
        if not left:
            return await execute(driver, batch)
        left.clear()
        if committed:
            await execute(driver, batch)
        raise ConnectionResetError

    monkeypatch.setattr(writer, "_execute", lost)
    outcomes = await asyncio.gather(
        ledger.append(ask(answer(), command="c-1")),
        ledger.append(ask(answer(), expected_version=7)),
        ledger.append(ask(answer())),
        return_exceptions=True,
    )

    assert [getattr(one, "position", type(one)) for one in outcomes] == [
        2,
        WrongVersion,
        3,
    ]
    assert (await ledger.verify()).position == 3
    await ledger.close()


async def test_a_command_without_events_is_looked_up_by_deciding_it_anew(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await opened(url, clock)
    writer = ledger.storage._writer  # noqa: SLF001  where the fault is put
    execute, left = writer._execute, [True]  # noqa: SLF001  as above

    async def lost(driver: asyncpg.Connection, batch: Batch) -> bool:
        written = await execute(driver, batch)
        if left:
            left.clear()
            raise ConnectionResetError
        return written

    monkeypatch.setattr(writer, "_execute", lost)
    appended = await ledger.append(ask(command="c-1"))

    assert (appended.reply, appended.replayed) == (b"done at 0", True)
    await ledger.close()


async def test_connections_lost_again_and_again_are_given_up(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await opened(url, clock)
    writer = ledger.storage._writer  # noqa: SLF001  where the fault is put

    async def lost(*_: object) -> NoReturn:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(writer, "_execute", lost)
        with pytest.raises(StoreError, match="was lost again and again"):
            await ledger.append(ask(answer()))

    assert (await ledger.append(ask(answer()))).position == 1
    await ledger.close()


@pytest.mark.parametrize(
    "fault", [asyncpg.SerializationError, asyncpg.DeadlockDetectedError]
)
async def test_a_serialisation_failure_is_a_lost_race(
    url: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[asyncpg.PostgresError],
) -> None:
    ledger = await opened(url, clock)
    writer = ledger.storage._writer  # noqa: SLF001  where the fault is put
    execute, left = writer._execute, [True]  # noqa: SLF001  as above

    async def failing(driver: asyncpg.Connection, batch: Batch) -> bool:
        if left:
            left.clear()
            raise fault
        return await execute(driver, batch)

    monkeypatch.setattr(writer, "_execute", failing)

    assert (await ledger.append(ask(answer()))).position == 1
    await ledger.close()


async def test_a_server_started_again_is_waited_for(
    own_server: Server, clock: Clock
) -> None:
    url = await own_server.new_database()
    tally = Tally()
    ledger = await opened(url, clock, tally)
    await ledger.append(ask(answer()))

    for kill in (False, True):
        own_server.stop(kill=kill)
        waiting = [ledger.append(ask(answer(), command=f"{kill}-{n}")) for n in (1, 2)]
        appending = asyncio.gather(*waiting)
        await asyncio.sleep(0.1)
        own_server.start()
        await appending

    assert (await ledger.verify()).position == 5
    assert tally.answers == {BRENT: 5}
    await ledger.close()


async def test_a_server_that_stays_away_is_a_sentence(
    own_server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.postgres.writer._PATIENCE", 0.1)
    ledger = await opened(await own_server.new_database(), clock)
    own_server.stop()

    with pytest.raises(StoreError, match="cannot be reached"):
        await ledger.append(ask(answer()))
    with pytest.raises(StoreError, match="cannot be reached"):
        await ledger.read_all()

    own_server.start()
    assert (await ledger.append(ask(answer()))).position == 1
    await ledger.close()


async def test_a_head_kept_by_another_process_is_overloaded(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    ledger = await opened(url, clock)
    user = make_url(url).username
    await direct.execute(f"ALTER ROLE {user} SET lock_timeout = 50")
    writer = ledger.storage._writer  # noqa: SLF001  its settings are its own
    session = await writer._connected()  # noqa: SLF001  as above
    await session.driver.execute("SET lock_timeout = 50")
    held = direct.transaction()
    await held.start()
    await direct.execute("SELECT * FROM log_head FOR UPDATE")

    with pytest.raises(Overloaded, match="keeps the head of"):
        await ledger.append(ask(answer()))

    await held.rollback()
    assert (await ledger.append(ask(answer()))).position == 1
    await ledger.close()
