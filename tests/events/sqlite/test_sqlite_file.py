"""A ledger file that is damaged, foreign, full or in use, and what is said of it."""

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from events.ledger import Ledger
from events.sqlite.store import SqliteStorage, open_sqlite
from events.store import Overloaded, StoreError
from tests.events.asking import BRENT, TALLY, Clock, Tally, answer, ask


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
async def filled(path: Path, clock: Clock) -> Path:
    """A ledger of 300 events, closed."""
    ledger = await opened(path, clock)
    for number in range(6):
        new = [answer()] * 50
        await ledger.append(ask(*new, command=f"c-{number}"))
    await ledger.close()
    return path


async def opened(path: Path, clock: Clock) -> Ledger[SqliteStorage]:
    return await open_sqlite(str(path), clock, Tally(), tables=[TALLY])


async def on_writer(ledger: Ledger[SqliteStorage], statement: str) -> object:
    """What the writer's own connection says."""
    storage = ledger.storage
    connection = storage._writer._connection  # noqa: SLF001  its settings are its own
    run = asyncio.get_running_loop().run_in_executor
    cursor = await run(storage._thread, connection.execute, statement)  # noqa: SLF001  as above
    return cursor.fetchone()


def content(path: Path) -> bytes:
    return path.read_bytes()


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


# ---- what is in the file


async def test_the_rows_of_the_projection_are_written_with_the_append(
    filled: Path, clock: Clock
) -> None:
    ledger = await opened(filled, clock)

    async with ledger.storage.engine.connect() as connection:
        rows = (await connection.execute(TALLY.select())).all()

    assert rows == [(str(BRENT), 300)]
    await ledger.close()


async def test_readers_cannot_write(filled: Path, clock: Clock) -> None:
    ledger = await opened(filled, clock)

    with pytest.raises(OperationalError, match="readonly database"):
        async with ledger.storage.engine.connect() as connection:
            await connection.execute(text("DELETE FROM tally"))

    await ledger.close()


async def test_the_writer_syncs_every_commit(path: Path, clock: Clock) -> None:
    ledger = await opened(path, clock)

    assert await on_writer(ledger, "PRAGMA synchronous") == (2,)
    assert await on_writer(ledger, "PRAGMA journal_mode") == ("wal",)
    await ledger.close()


async def test_the_log_is_folded_into_the_file_when_idle(
    path: Path, clock: Clock
) -> None:
    ledger = await opened(path, clock)
    await ledger.append(ask(answer()))
    before = content(path)

    for _ in range(100):
        await asyncio.sleep(0.1)
        if content(path) != before:
            break

    assert content(path) != before
    await ledger.close()


async def test_a_closed_ledger_says_so(path: Path, clock: Clock) -> None:
    ledger = await opened(path, clock)
    await ledger.close()

    for work in (ledger.head(), ledger.read_all(), ledger.append(ask())):
        with pytest.raises(StoreError, match="the ledger is closed"):
            await work


async def test_a_reader_that_goes_away_holds_nothing_back(
    filled: Path, clock: Clock
) -> None:
    ledger = await opened(filled, clock)
    for steps in (0, 1, 2, 5, 20, 100):
        reading = asyncio.create_task(ledger.read_all())
        for _ in range(steps):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    await ledger.append(ask(answer()))

    assert len(await ledger.read_all()) == 301
    await ledger.close()
    assert not filled.with_name("ledger.db-wal").exists()


# ---- a file that cannot be relied on


def overwrite(at: float, size: int) -> Callable[[Path], None]:
    """Noise in the middle of the file, at a share of its length."""

    def damage(path: Path) -> None:
        bytes_ = bytearray(path.read_bytes())
        start = int(at * len(bytes_))
        bytes_[start : start + size] = b"\xa5" * size
        path.write_bytes(bytes_)

    return damage


def cut(share: float) -> Callable[[Path], None]:
    """A file that ends too early."""

    def damage(path: Path) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return damage


def tamper(*statements: str) -> Callable[[Path], None]:
    return lambda path: change(path, *statements)


DAMAGE = {
    "another-format": (lambda path: path.write_bytes(b"words " * 999), "is not a data"),
    "noise-in-the-header": (overwrite(0, 100), "is not a database"),
    "noise-in-the-middle": (overwrite(0.5, 4096), "is damaged"),
    "noise-at-the-end": (overwrite(0.9, 8192), "is damaged"),
    "a-tenth-missing": (cut(0.9), "is damaged"),
    "half-missing": (cut(0.5), "is damaged"),
    "nearly-all-missing": (cut(0.02), "is damaged"),
    "head-ahead": (tamper("UPDATE log_head SET position = 301"), "head is at 301"),
    "head-behind": (tamper("UPDATE log_head SET position = 299"), "head is at 299"),
    "head-of-another-chain": (
        tamper("UPDATE log_head SET hash = zeroblob(32)"),
        "does not carry the hash",
    ),
    "no-head": (tamper("DELETE FROM log_head"), "the ledger has no head"),
    "last-event-gone": (
        tamper("DELETE FROM events WHERE position = 300"),
        "the last event at 299",
    ),
    "an-event-gone": (
        tamper("DELETE FROM events WHERE position = 7"),
        "position 8 where 7 belongs",
    ),
    "an-event-changed": (
        tamper("UPDATE events SET actor = 'x' WHERE position = 7"),
        "broken at position 7",
    ),
    "an-event-of-the-wrong-kind": (
        tamper("UPDATE events SET payload = 1 WHERE position = 7"),
        "broken at position 7",
    ),
    "the-last-event-changed": (
        tamper("UPDATE events SET payload = x'00' WHERE position = 300"),
        "broken at position 300",
    ),
    "newer": (tamper("PRAGMA user_version = 2"), "was written by a newer version"),
    "another-application": (
        tamper("PRAGMA application_id = 7"),
        "is a database, but not a ledger",
    ),
}


@pytest.mark.parametrize(("damage", "sentence"), DAMAGE.values(), ids=DAMAGE)
async def test_a_damaged_file_is_refused_with_a_sentence(
    filled: Path, clock: Clock, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(filled)

    with pytest.raises(StoreError, match=sentence) as refused:
        await opened(filled, clock)

    assert "\n" not in str(refused.value)
    assert str(filled) in str(refused.value)


async def test_the_end_of_a_long_chain_is_checked(path: Path, clock: Clock) -> None:
    ledger = await opened(path, clock)
    for _ in range(3):
        await ledger.append(ask(*[answer()] * 500))
    await ledger.close()

    await (await opened(path, clock)).close()
    change(path, "UPDATE events SET actor = 'x' WHERE position = 501")

    with pytest.raises(StoreError, match="broken at position 501"):
        await opened(path, clock)


async def test_what_was_changed_far_back_is_found_by_verifying(
    path: Path, clock: Clock
) -> None:
    ledger = await opened(path, clock)
    for _ in range(3):
        await ledger.append(ask(*[answer()] * 500))
    await ledger.close()
    change(path, "UPDATE events SET actor = 'x' WHERE position = 7")

    ledger = await opened(path, clock)
    with pytest.raises(StoreError, match="the hash chain is broken at position 7"):
        await ledger.verify()
    await ledger.close()


async def test_a_database_of_someone_else_is_left_as_it_was(
    path: Path, clock: Clock
) -> None:
    change(path, "CREATE TABLE things (name)")
    before = content(path)

    with pytest.raises(StoreError, match="is a database, but not a ledger"):
        await opened(path, clock)

    assert content(path) == before


async def test_a_folder_that_is_not_there_is_said_to_be_missing(
    tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(StoreError, match="cannot be made: No such file or directory"):
        await opened(tmp_path / "nowhere" / "ledger.db", clock)


async def test_a_log_cut_short_loses_whole_commits_only(
    path: Path, clock: Clock, tmp_path: Path
) -> None:
    """As after a crash of a disk that did not keep its word."""
    ledger = await opened(path, clock)
    for _ in range(20):
        await ledger.append(ask(answer()))
    copy = tmp_path / "copy.db"
    log = path.with_name("ledger.db-wal").read_bytes()
    shutil.copyfile(path, copy)
    await ledger.close()
    copy.with_name("copy.db-wal").write_bytes(log[: len(log) // 2])

    again = await opened(copy, clock)

    head = await again.verify()
    assert 0 < head.position < 20
    assert (await again.append(ask(answer()))).position == head.position + 1
    await again.close()


# ---- a disk that is full, a file that is in use


@contextmanager
def no_space_beyond(size: int) -> Iterator[None]:
    """No file of this process can grow past this size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_loses_nothing_and_is_got_over(
    path: Path, clock: Clock
) -> None:
    tally = Tally()
    ledger = await open_sqlite(str(path), clock, tally, tables=[TALLY])
    acknowledged = 0

    async def inspect() -> None:
        nonlocal acknowledged
        while True:
            many = [ledger.append(ask(answer())) for _ in range(16)]
            await asyncio.gather(*many)
            acknowledged += 16

    with no_space_beyond(300_000):
        with pytest.raises(StoreError, match=r"ledger\.db") as refused:
            await inspect()
        assert acknowledged > 0
        assert str(path) in str(refused.value)
        with pytest.raises(StoreError):
            await ledger.append(ask(*[answer()] * 200))
        assert (await ledger.verify()).position >= acknowledged
        assert not ledger.writable

    await ledger.caught_up()
    assert ledger.writable
    appended = await ledger.append(ask(answer()))
    assert appended.position > acknowledged
    assert (await ledger.verify()).position == appended.position
    assert tally.answers == {BRENT: appended.position}
    await ledger.close()
    again = await opened(path, clock)
    assert (await again.head()).position == appended.position
    await again.close()


@pytest.fixture
async def locked(filled: Path) -> AsyncIterator[sqlite3.Connection]:
    """Another process that keeps the file to itself."""
    connection = sqlite3.connect(filled, isolation_level=None)
    yield connection
    connection.close()


async def test_a_file_kept_by_another_process_is_overloaded(
    filled: Path, clock: Clock, locked: sqlite3.Connection
) -> None:
    ledger = await opened(filled, clock)
    await on_writer(ledger, "PRAGMA busy_timeout = 20")
    locked.execute("BEGIN IMMEDIATE")

    with pytest.raises(Overloaded, match="another process keeps"):
        await ledger.append(ask(answer()))

    locked.execute("ROLLBACK")
    assert (await ledger.append(ask(answer()))).position == 301
    await ledger.close()
