"""What is in a PostgreSQL ledger, and one that is foreign, damaged or behind."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from events.postgres.store import open_postgres
from events.store import StoreError
from tests.events.asking import BRENT, TALLY, Clock, answer, ask
from tests.events.postgres.on_server import cut, opened


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
        with pytest.raises(StoreError, match="came back at position 1, behind 2"):
            await ledger.append(ask(answer()))

    await ledger.close()
