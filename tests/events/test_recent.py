"""What was written last is handed to followers from memory, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from events.memory_store import MemoryStorage, memory_store
from events.recent import Recent
from events.recorded import RecordedEvent
from events.stored import StoredRow
from tests.events.asking import Clock, answer, ask


@dataclass(slots=True)
class Watched(MemoryStorage):
    """Counts how often pages are read."""

    pages: int = 0

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        self.pages += 1
        return await MemoryStorage.page(self, after=after, limit=limit)


@pytest.fixture
async def recorded() -> Sequence[RecordedEvent]:
    store = memory_store(Clock())
    appended = await store.append(ask(*(answer(f"2.1.{n}") for n in range(1, 10))))
    await store.close()
    return appended.events


def test_nothing_is_kept_at_first() -> None:
    assert Recent(limit=3).after(0, limit=3) == ()


def test_what_comes_after_a_position_is_handed_out_in_order(
    recorded: Sequence[RecordedEvent],
) -> None:
    recent = Recent(limit=9)
    recent.add(recorded[2:5])
    recent.add(recorded[5:])

    assert recent.after(2, limit=9) == recorded[2:]
    assert recent.after(4, limit=2) == recorded[4:6]
    assert recent.after(9, limit=9) == ()
    assert recent.after(40, limit=9) == ()


def test_who_is_further_behind_gets_nothing(recorded: Sequence[RecordedEvent]) -> None:
    recent = Recent(limit=9)
    recent.add(recorded[2:])

    assert recent.after(1, limit=9) == ()
    assert recent.after(0, limit=9) == ()


def test_a_hole_makes_everything_before_it_forgotten(
    recorded: Sequence[RecordedEvent],
) -> None:
    recent = Recent(limit=9)
    recent.add(recorded[:3])
    recent.add(recorded[4:6])
    recent.add(())

    assert recent.after(2, limit=9) == ()
    assert recent.after(4, limit=9) == recorded[4:6]


def test_what_one_follower_read_fills_what_is_missing_before(
    recorded: Sequence[RecordedEvent],
) -> None:
    recent = Recent(limit=9)
    recent.add(recorded[4:6])

    recent.add(recorded[1:5])  # it was behind, and read on to what is kept
    assert recent.after(1, limit=9) == recorded[1:6]
    recent.add(recorded[3:8])
    assert recent.after(1, limit=9) == recorded[1:8]
    recent.add(recorded[2:6])  # all of it is kept
    assert recent.after(1, limit=9) == recorded[1:8]
    recent.add(recorded[:9])
    assert recent.after(0, limit=9) == recorded


def test_what_a_follower_far_behind_read_is_not_kept(
    recorded: Sequence[RecordedEvent],
) -> None:
    recent = Recent(limit=9)
    recent.add(recorded[4:6])

    recent.add(recorded[:3])

    assert recent.after(0, limit=9) == ()
    assert recent.after(4, limit=9) == recorded[4:6]


def test_no_more_is_kept_than_twice_the_limit(
    recorded: Sequence[RecordedEvent],
) -> None:
    recent = Recent(limit=2)
    for event in recorded[:4]:
        recent.add([event])
    assert recent.after(0, limit=9) == recorded[:4]

    recent.add(recorded[4:5])

    assert recent.after(2, limit=9) == ()
    assert recent.after(3, limit=9) == recorded[3:5]


async def test_whoever_follows_close_behind_costs_no_reading() -> None:
    storage = Watched()
    store = memory_store(Clock(), storage=storage)
    pages = store.follow()
    asked = asyncio.ensure_future(anext(pages))
    await asyncio.sleep(0)
    read = storage.pages

    appended = await store.append(ask(answer("2.1.1"), answer("2.1.2")))

    assert await asked == appended.events
    assert storage.pages == read == 1
    await store.close()
    assert [page async for page in pages] == []


async def test_what_another_process_wrote_is_followed_in_its_place() -> None:
    storage = MemoryStorage()
    ours, theirs = (memory_store(Clock(), storage=storage) for _ in range(2))
    pages = ours.follow()

    for number in range(1, 10):
        store = ours if number % 3 == 0 else theirs
        await store.append(ask(answer(f"2.1.{number}")))

    followed = [event async for event in _events(pages, 9)]
    assert followed == [*await ours.read_all()]
    await ours.close()
    await theirs.close()


async def _events(
    pages: AsyncIterator[Sequence[RecordedEvent]], count: int
) -> AsyncIterator[RecordedEvent]:
    async for page in pages:
        for event in page:
            yield event
        count -= len(page)
        if count == 0:
            return
