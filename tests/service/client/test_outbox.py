"""The outbox on disk: whose it is, what it keeps, and what it refuses."""

import asyncio
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.client import (
    EvidenceNotProtected,
    Outbox,
    OutboxError,
    State,
    WrongKey,
    answer_to,
    fact_of,
    open_outbox,
)
from tests.service.client.conftest import AT, KEY

HERE = answer_to("brent", "C-1", "2.1.1")
FACT = fact_of("brent", "C-1", "safety is a factor")
SAID = "The plan of March is missing."


def touched(path: Path, content: bytes = b"") -> Path:
    path.write_bytes(content)
    path.chmod(0o644)
    return path


def content(path: Path) -> bytes:
    return path.read_bytes()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def beside(path: Path) -> list[str]:
    return [each.name for each in path.parent.iterdir()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rosa.outbox"


async def test_it_is_its_owners_file_alone(path: Path) -> None:
    touched(path)

    async with open_outbox(path, "rosa") as outbox:
        await outbox.record(HERE, "Yes", observed_at=AT)

    assert mode(path) == 0o600


async def test_it_is_one_persons(path: Path) -> None:
    async with open_outbox(path, "rosa"):
        pass

    with pytest.raises(OutboxError, match="`rosa`, not of `lena`"):
        async with open_outbox(path, "lena"):
            pass


async def test_a_file_of_another_kind_is_left_alone(path: Path) -> None:
    touched(path, b"This is a letter. " * 100)

    with pytest.raises(OutboxError, match="is not an outbox"):
        async with open_outbox(path, "rosa"):
            pass

    assert content(path).startswith(b"This is a letter.")


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match="cannot be kept"):
        async with open_outbox(tmp_path, "rosa"):
            pass


async def test_an_outbox_of_a_later_client_is_left_alone(path: Path) -> None:
    async with open_outbox(path, "rosa"):
        pass
    with sqlite3.connect(path) as file:
        file.execute("UPDATE outbox SET format = 2")
    file.close()

    with pytest.raises(OutboxError, match="later version"):
        async with open_outbox(path, "rosa"):
            pass


async def test_what_was_recorded_is_there_after_a_crash(path: Path) -> None:
    async with open_outbox(path, "rosa", key=KEY) as outbox:
        recorded = await outbox.record(HERE, "Yes", observed_at=AT, evidence=SAID)

    async with open_outbox(path, "rosa", key=KEY) as outbox:
        (entry,) = await outbox.entries()
        assert entry == recorded
        assert outbox.evidence(entry) == SAID
        assert await outbox.value(HERE) == "Yes"


async def test_evidence_cannot_be_read_off_the_disk(path: Path) -> None:
    async with open_outbox(path, "rosa", key=KEY) as outbox:
        await outbox.record(HERE, "Yes", observed_at=AT, evidence=SAID)

    assert b"March" not in content(path)
    for wrong in (bytes(32), None):
        with pytest.raises(WrongKey):
            async with open_outbox(path, "rosa", key=wrong):
                pass


async def test_without_a_key_evidence_is_refused_and_nothing_kept(path: Path) -> None:
    async with open_outbox(path, "rosa") as outbox:
        with pytest.raises(EvidenceNotProtected):
            await outbox.record(HERE, "Yes", observed_at=AT, evidence=SAID)
        assert await outbox.entries() == ()
        await outbox.record(HERE, "Yes", observed_at=AT)

    async with open_outbox(path, "rosa", key=KEY) as outbox:  # from now on with one
        await outbox.record(FACT, "yes", observed_at=AT)
    with pytest.raises(WrongKey):
        async with open_outbox(path, "rosa"):
            pass


async def test_evidence_opens_in_its_own_entry_only(path: Path) -> None:
    async with open_outbox(path, "rosa", key=KEY) as outbox:
        await outbox.record(HERE, "Yes", observed_at=AT, evidence=SAID)
        await outbox.record(HERE, "No", observed_at=AT, evidence="Another.")
    with sqlite3.connect(path) as file:
        file.execute("UPDATE entries SET sealed = (SELECT sealed FROM entries LIMIT 1)")
    file.close()

    async with open_outbox(path, "rosa", key=KEY) as outbox:
        first, second = await outbox.entries()
        assert outbox.evidence(first) == SAID
        with pytest.raises(WrongKey):
            outbox.evidence(second)


async def test_a_key_of_another_size_is_a_mistake(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        async with open_outbox(path, "rosa", key=b"short"):
            pass


async def test_corrections_follow_each_other(path: Path) -> None:
    async with open_outbox(path, "rosa") as outbox:
        first = await outbox.record(HERE, "Yes", observed_at=AT)
        second = await outbox.record(HERE, "No", observed_at=AT)
        third = await outbox.record(HERE, None, observed_at=AT)

    assert (first.follows, second.follows, third.follows) == (
        None,
        first.key,
        second.key,
    )
    assert third.state is State.WAITING


async def test_what_is_not_there_cannot_be_taken_back(path: Path) -> None:
    async with open_outbox(path, "rosa") as outbox:
        with pytest.raises(OutboxError, match="nothing of"):
            await outbox.record(HERE, None, observed_at=AT)
        assert await outbox.value(HERE) is None


async def test_a_time_needs_its_zone(path: Path) -> None:
    naive = datetime(2026, 3, 1, 9, tzinfo=UTC).replace(tzinfo=None)
    async with open_outbox(path, "rosa") as outbox:
        with pytest.raises(ValueError, match="time zone"):
            await outbox.record(HERE, "Yes", observed_at=naive)


async def test_a_call_that_is_cancelled_spoils_no_other(path: Path) -> None:
    async with open_outbox(path, "rosa") as outbox:
        for pauses in range(12):
            recording = asyncio.create_task(outbox.record(FACT, "yes", observed_at=AT))
            for _ in range(pauses):
                await asyncio.sleep(0)
            recording.cancel()
            await asyncio.wait({recording})
            await outbox.record(HERE, "Yes", observed_at=AT)
        entries = await outbox.entries()

    assert sum(entry.place == HERE for entry in entries) == 12


async def test_two_openings_of_one_file_take_turns(path: Path) -> None:
    async def fill(outbox: Outbox) -> None:
        for _ in range(10):
            await outbox.record(HERE, "Yes", observed_at=AT)

    async with open_outbox(path, "rosa") as one, open_outbox(path, "rosa") as other:
        await asyncio.gather(fill(one), fill(other))
        assert len(await one.entries()) == 20

    assert beside(path) == [path.name]
