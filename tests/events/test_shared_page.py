"""Followers that go side by side read and decode each page once."""

import asyncio
from collections.abc import Sequence

import pytest

from events.memory_store import memory_store
from events.recorded import RecordedEvent
from events.shared_page import SharedPage
from events.store import StoreError
from tests.events.asking import Clock, answer, ask


class Reads:
    """Reads a ledger, and counts how often."""

    def __init__(self) -> None:
        self.ledger = memory_store(Clock())
        self.at: list[int] = []
        self.gone = False
        self.slow = asyncio.Event()
        self.slow.set()

    async def __call__(self, after: int) -> Sequence[RecordedEvent]:
        self.at.append(after)
        await self.slow.wait()
        if self.gone:
            raise StoreError("the ledger cannot be read")
        return await self.ledger.read_all(after=after)


async def test_a_page_is_read_once_for_all_who_stand_there() -> None:
    reads, rung = Reads(), asyncio.Event()
    shared = SharedPage(reads)
    await reads.ledger.append(ask(answer()))

    pages = await asyncio.gather(*(shared.after(0, rung) for _ in range(4)))
    later = await shared.after(0, asyncio.Event())

    assert reads.at == [0]
    assert {page[0].position for page in (*pages, later)} == {1}


async def test_what_rang_since_a_reading_began_is_read_again() -> None:
    reads = Reads()
    shared = SharedPage(reads)
    reads.slow.clear()
    early = asyncio.create_task(shared.after(0, asyncio.Event()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(shared.after(0, asyncio.Event()))
    await asyncio.sleep(0)

    reads.slow.set()
    await asyncio.gather(early, late)

    assert reads.at == [0, 0]


async def test_an_end_that_was_read_and_a_fault_are_not_kept() -> None:
    reads, rung = Reads(), asyncio.Event()
    shared = SharedPage(reads)

    assert await shared.after(0, rung) == ()
    await reads.ledger.append(ask(answer()))
    assert len(await shared.after(0, rung)) == 1
    reads.gone = True
    with pytest.raises(StoreError):
        await shared.after(1, rung)
    reads.gone = False
    assert await shared.after(1, rung) == ()
    assert reads.at == [0, 0, 1, 1]


async def test_one_who_goes_away_leaves_the_others_reading() -> None:
    reads, rung = Reads(), asyncio.Event()
    shared = SharedPage(reads)
    await reads.ledger.append(ask(answer()))
    reads.slow.clear()
    gone, stays = (asyncio.create_task(shared.after(0, rung)) for _ in range(2))
    await asyncio.sleep(0)

    gone.cancel()
    await asyncio.sleep(0)
    reads.slow.set()

    assert len(await stays) == 1
    assert gone.cancelled()
