"""The bell wakes whoever listens, and never keeps them from being stopped."""

import asyncio

import pytest

from events.bell import Bell


async def test_whoever_is_stopped_at_the_ring_stops() -> None:
    bell = Bell(patience=60)

    async def listen_for_ever() -> None:
        while True:
            await bell.wait(bell.listen())

    listening = asyncio.create_task(listen_for_ever())
    for _ in range(3):
        await asyncio.sleep(0)
    bell.ring()
    await asyncio.sleep(0)  # it is woken and has not gone on yet
    listening.cancel()

    done, _ = await asyncio.wait([listening], timeout=5)
    assert done == {listening}
    assert listening.cancelled()


async def test_patience_ends_the_wait() -> None:
    bell = Bell(patience=0.01)

    await bell.wait(bell.listen())


@pytest.mark.parametrize("rings", [1, 3])
async def test_a_ring_after_listening_began_is_not_missed(rings: int) -> None:
    bell = Bell(patience=60)
    rung = bell.listen()
    for _ in range(rings):
        bell.ring()

    await bell.wait(rung)
