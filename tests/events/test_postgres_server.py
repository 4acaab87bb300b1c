"""A PostgreSQL that is foreign, damaged, lost or started again; several processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from events.appender import LIMITS, Limits
from events.ledger import Ledger
from events.postgres_store import PostgresStorage, open_postgres
from events.store import Overloaded, StoreError, WrongVersion
from events.stored import Batch
from tests.events.asking import BRENT, TALLY, TRAFFORD, Clock, Tally, answer, ask
from tests.events.test_sqlite_processes import acknowledged, writing
from tests.postgres import Postgres, Server, server


@pytest.fixture
async def url(postgres: Postgres) -> str:
    return await postgres.new_database()


@pytest.fixture
async def direct(postgres: Postgres, url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another user of the same database."""
    connection = await postgres.connect(url)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    with server() as started:
        yield started


async def opened(
    url: str, clock: Clock, tally: Tally | None = None, *, limits: Limits = LIMITS
) -> Ledger[PostgresStorage]:
    tally = Tally() if tally is None else tally
    return await open_postgres(
        make_url(url), clock, tally, tables=[TALLY], limits=limits
    )


# ---- what is in the database


async def test_the_rows_of_the_projection_are_written_with_the_append(
    url: str, clock: Clock
) -> None:
    ledger = await opened(url, clock)
    await ledger.append(ask(*[answer()] * 3))
    await asyncio.gather(*[ledger.append(ask(answer())) for _ in range(5)])

    async with ledger.storage.engine.connect() as connection:
        rows = (await connection.execute(TALLY.select())).all()

    assert rows == [(str(BRENT), 8)]
    await ledger.close()


async def test_readers_cannot_write(url: str, clock: Clock) -> None:
    ledger = await opened(url, clock)

    with pytest.raises(DBAPIError, match="read-only"):
        async with ledger.storage.engine.connect() as connection:
            await connection.execute(text("DELETE FROM tally"))

    await ledger.close()


async def test_the_head_has_room_to_move_in_its_page(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    ledger = await opened(url, clock)

    options = await direct.fetchval(
        "SELECT reloptions FROM pg_class WHERE oid = 'log_head'::regclass"
    )

    assert options == ["fillfactor=10"]
    await ledger.close()


async def test_a_closed_ledger_says_so(url: str, clock: Clock) -> None:
    ledger = await opened(url, clock)
    await ledger.close()

    for work in (
        ledger.head(),
        ledger.read_all(),
        ledger.append(ask()),
        ledger.caught_up(),
    ):
        with pytest.raises(StoreError, match="the ledger is closed"):
            await work


async def test_several_lay_out_an_empty_database_at_once(
    url: str, clock: Clock
) -> None:
    ledgers = await asyncio.gather(*[opened(url, clock) for _ in range(6)])

    for ledger in ledgers:
        await ledger.append(ask(answer()))

    assert (await ledgers[0].verify()).position == 6
    for ledger in ledgers:
        await ledger.close()


# ---- a database that cannot be relied on


DAMAGE = {
    "head-ahead": ("UPDATE log_head SET position = 4", "head is at 4, the last"),
    "head-of-another-chain": ("UPDATE log_head SET hash = '\\x00'", "not carry the"),
    "no-head": ("DELETE FROM log_head", "the ledger has no head"),
    "an-event-gone": ("DELETE FROM events WHERE position = 2", "3 where 2 belongs"),
    "an-event-changed": (
        "UPDATE events SET actor = 'x' WHERE position = 2",
        "broken at position 2",
    ),
}


@pytest.mark.parametrize(("statement", "sentence"), DAMAGE.values(), ids=DAMAGE)
async def test_a_damaged_ledger_is_refused_with_a_sentence(
    url: str, clock: Clock, direct: asyncpg.Connection, statement: str, sentence: str
) -> None:
    ledger = await opened(url, clock)
    await ledger.append(ask(*[answer()] * 3))
    await ledger.close()
    await direct.execute(statement)

    with pytest.raises(StoreError, match=f"is damaged: .*{sentence}"):
        await opened(url, clock)


async def test_the_end_of_a_long_chain_is_checked(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    ledger = await opened(url, clock)
    for _ in range(3):
        await ledger.append(ask(*[answer()] * 500))
    await ledger.close()

    await (await opened(url, clock)).close()
    await direct.execute("UPDATE events SET actor = 'x' WHERE position = 501")

    with pytest.raises(StoreError, match="broken at position 501"):
        await opened(url, clock)


async def test_tables_of_someone_else_are_left_alone(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    await direct.execute("CREATE TABLE events (name text)")

    with pytest.raises(StoreError, match="tables of its own, but is not a ledger"):
        await opened(url, clock)

    assert await direct.fetchval("SELECT to_regclass('streams')") is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"database": "nowhere"}, "there is no database `nowhere`"),
        ({"username": "stranger"}, "refuses this user"),
        ({"query": {"host": "/nowhere"}}, "cannot be reached"),
    ],
)
async def test_a_server_that_lets_nobody_in_is_named(
    url: str, clock: Clock, change: dict[str, str], sentence: str
) -> None:
    elsewhere = make_url(url).set(**change)  # type: ignore[arg-type]  # each its own kind

    with pytest.raises(StoreError, match=sentence):
        await open_postgres(elsewhere, clock)


async def test_a_standby_takes_no_writes(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    ledger = await opened(url, clock)
    user = make_url(url).username
    await direct.execute(f"ALTER ROLE {user} SET default_transaction_read_only = on")
    await cut(direct)

    with pytest.raises(StoreError, match="takes no writes: it is a standby"):
        await ledger.append(ask(answer()))

    await ledger.close()


async def test_a_ledger_that_fell_behind_takes_no_writes(
    url: str, clock: Clock, direct: asyncpg.Connection
) -> None:
    ledger = await opened(url, clock)
    await ledger.append(ask(answer()))
    old = await direct.fetchrow("SELECT * FROM log_head")
    await ledger.append(ask(answer()))
    assert old is not None
    await direct.execute("DELETE FROM events WHERE position = 2")
    await direct.execute(
        "UPDATE log_head SET position = $2, hash = $3, recorded_at = $4, writes = $5"
        " WHERE id = $1",
        *old,
    )

    for _ in range(2):
        with pytest.raises(StoreError, match="does not follow from position 2"):
            await ledger.append(ask(answer()))

    await ledger.close()


# ---- a connection that is lost, a server that is started again


async def cut(direct: asyncpg.Connection) -> None:
    """End every session of this user but one's own."""
    await direct.execute(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
        " WHERE usename = current_user AND pid <> pg_backend_pid()"
    )


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
    monkeypatch.setattr("events.postgres_writer._PATIENCE", 0.1)
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


# ---- several processes


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
        assert (await store.append(ask(answer()))).position == position
    for position in range(10, 15):
        assert (await one.append(ask(answer()))).position == position

    assert tallies[0].answers == {BRENT: 13}
    assert tallies[0].forgotten == [BRENT]  # once, for the race it lost
    await one.verify()
    await one.close()
    await other.close()
