"""What every store promises of projections, of many at once and of going away."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn

import pytest
from msgspec.structs import replace

from events.appender import Limits
from events.recorded import NewEvent
from events.store import (
    Overloaded,
    StoreError,
)
from tests.events.asking import (
    BRENT,
    TRAFFORD,
    Tally,
    answer,
    ask,
)
from tests.events.conftest import Opens


class Refused(Exception):
    """The domain says no."""


def refuse() -> NoReturn:
    raise Refused


# ---- the inline projection


async def test_the_projection_moves_with_the_append(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally)

    appended = await store.append(ask(answer(), answer()))

    assert appended.effects == ("inspection-brent-2019: 1", "inspection-brent-2019: 2")
    assert tally.answers == {BRENT: 2}


async def test_the_projection_is_loaded_with_the_past_of_a_stream(opens: Opens) -> None:
    await (await opens()).append(ask(answer(), answer()))
    tally = Tally()

    appended = await (await opens(tally)).append(ask(answer()))

    assert appended.effects == ("inspection-brent-2019: 3",)


async def test_a_request_decides_with_everything_before_it_folded(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally)
    seen: list[int] = []

    def decide() -> Sequence[NewEvent]:
        seen.append(tally.answers[BRENT])
        return [answer()]

    asked = replace(ask(), decide=decide)
    await asyncio.gather(*[store.append(asked) for _ in range(3)])

    assert seen == [0, 1, 2]


async def test_a_fact_that_cannot_be_folded_fails_alone_and_is_forgotten(
    opens: Opens,
) -> None:
    tally = Tally()
    store = await opens(tally)

    outcomes = await asyncio.gather(
        store.append(ask(answer())),
        store.append(ask(answer(), answer(said="poison"))),
        store.append(ask(answer())),
        return_exceptions=True,
    )

    assert isinstance(outcomes[1], ArithmeticError)
    assert tally.forgotten == [BRENT]
    assert tally.answers == {BRENT: 2}
    assert (await store.verify()).position == 2


async def test_a_reply_that_cannot_be_made_fails_alone(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally)

    with pytest.raises(Refused):
        await store.append(replace(ask(answer()), reply=lambda _: refuse()))

    assert (await store.append(ask(answer()))).effects == ("inspection-brent-2019: 1",)


async def test_streams_out_of_use_are_let_go_and_loaded_again(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally, limits=Limits(requests=1, streams=1))
    for stream in (BRENT, TRAFFORD, BRENT):
        await store.append(ask(answer(), stream=stream))

    assert tally.forgotten == [BRENT, TRAFFORD]
    assert tally.answers == {BRENT: 2}


# ---- several at once


async def test_the_chain_never_forks_under_many_writers(opens: Opens) -> None:
    store = await opens(Tally())

    async def inspector(name: str) -> None:
        for number in range(20):
            stream = (BRENT, TRAFFORD)[number % 2]
            await store.append(ask(answer(), stream=stream, command=f"{name}-{number}"))

    await asyncio.gather(*[inspector(f"p-{number}") for number in range(16)])

    assert (await store.verify()).position == 320
    events = await store.read_all()
    assert [event.position for event in events] == list(range(1, 321))
    for stream in (BRENT, TRAFFORD):
        versions = [event.version for event in await store.read(stream)]
        assert versions == list(range(1, 161))


async def test_two_ledgers_over_one_storage_never_fork_it(opens: Opens) -> None:
    stores = [await opens(Tally()), await opens(Tally())]

    async def inspector(number: int) -> None:
        for _ in range(10):
            await stores[number % 2].append(ask(answer()))

    await asyncio.gather(*[inspector(number) for number in range(8)])

    assert (await stores[0].verify()).position == 80
    assert (await stores[1].append(ask())).position == 80


async def test_a_refusal_never_rests_on_a_past_that_has_moved(opens: Opens) -> None:
    one, other = await opens(), await opens()
    await one.append(ask(answer()))
    await other.append(ask(answer()))

    appended = await one.append(ask(answer(), expected_version=2))

    assert appended.position == 3


async def test_a_command_answered_elsewhere_without_effect_is_seen(
    opens: Opens,
) -> None:
    one, other = await opens(), await opens()
    await one.append(ask(answer()))
    await other.append(ask(command="c-1"))

    assert (await one.append(ask(answer(), command="c-1"))).replayed


async def test_a_batch_too_large_is_written_in_several(opens: Opens) -> None:
    store = await opens(limits=Limits(requests=3, size=1))

    await asyncio.gather(*[store.append(ask(answer())) for _ in range(7)])

    assert (await store.verify()).position == 7


async def test_too_many_waiting_are_turned_away(opens: Opens) -> None:
    store = await opens(limits=Limits(waiting=2))

    outcomes = await asyncio.gather(
        *[store.append(ask(answer())) for _ in range(3)], return_exceptions=True
    )

    assert isinstance(outcomes[2], Overloaded)
    assert (await store.head()).position == 2


# ---- going away


async def test_a_waiter_that_goes_away_does_not_take_the_batch_along(
    opens: Opens,
) -> None:
    store = await opens()
    waiting = [asyncio.create_task(store.append(ask(answer()))) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()

    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert not isinstance(outcomes[0], BaseException)
    assert not isinstance(outcomes[2], BaseException)
    await store.verify()


@pytest.mark.parametrize("steps", [*range(8), 20, 50, 100])
async def test_a_waiter_cancelled_at_any_moment_leaves_a_sound_ledger(
    opens: Opens, steps: int
) -> None:
    tally = Tally()
    store = await opens(tally)
    neighbour = asyncio.create_task(store.append(ask(answer())))
    waiting = asyncio.create_task(store.append(ask(answer(), command="c-1")))
    for _ in range(steps):
        await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await neighbour
    again = await store.append(ask(answer(), command="c-1"))

    assert again.reply in {b"done at 1", b"done at 2"}
    assert (await store.verify()).position == 2
    assert tally.answers == {BRENT: 2}


async def test_closing_finishes_what_was_accepted(opens: Opens) -> None:
    store = await opens()
    waiting = [asyncio.create_task(store.append(ask(answer()))) for _ in range(3)]
    await asyncio.sleep(0)

    closing = asyncio.create_task(store.close())
    outcomes = await asyncio.gather(*waiting)
    await closing

    assert [outcome.position for outcome in outcomes] == [1, 2, 3]
    with pytest.raises(StoreError, match="the ledger is closed"):
        await store.append(ask(answer()))
    assert (await (await opens()).verify()).position == 3


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 20, 100])
async def test_closing_cancelled_at_any_moment_closes_all_the_same(
    opens: Opens, steps: int
) -> None:
    store = await opens()
    waiting = asyncio.create_task(store.append(ask(answer())))
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    for _ in range(steps):
        await asyncio.sleep(0)

    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    await store.close()

    assert (await waiting).position == 1
    assert (await (await opens()).verify()).position == 1


async def test_a_position_is_settled_once_it_is_on_disk(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally)
    await store.append(ask(answer()))
    waiting = asyncio.create_task(store.append(ask(answer())))
    while tally.answers[BRENT] < 2:  # noqa: ASYNC110  it must be caught in mid-flight
        await asyncio.sleep(0)

    await store.settled(2)

    assert (await store.head()).position == 2
    await waiting


async def test_a_position_never_reached_is_not_settled(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(answer()))

    await store.settled(0)
    await store.settled(1)
    with pytest.raises(StoreError, match="the ledger has no position 2"):
        await store.settled(2)


async def test_a_position_written_by_another_process_is_settled(opens: Opens) -> None:
    one, other = await opens(), await opens()
    await other.append(ask(answer()))

    await one.settled(1)
