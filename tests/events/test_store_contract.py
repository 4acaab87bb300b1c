"""What every store promises, tried on each of them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

import pytest
from msgspec.structs import replace

from events.appender import Limits
from events.chain import START
from events.inspection import AnswerGiven
from events.recorded import NewEvent, StreamName
from events.store import (
    CommandReused,
    Conflict,
    Head,
    Overloaded,
    StoreError,
    WrongVersion,
)
from tests.events.asking import (
    BRENT,
    NOON,
    TRAFFORD,
    Clock,
    Tally,
    answer,
    ask,
    key,
)
from tests.events.conftest import Opens


class Refused(Exception):
    """The domain says no."""


def refuse() -> NoReturn:
    raise Refused


# ---- appending


async def test_an_empty_ledger_ends_at_zero(opens: Opens) -> None:
    store = await opens()

    assert await store.head() == Head(0, START)
    assert await store.read_all() == ()
    assert await store.read(BRENT) == ()


async def test_what_was_appended_is_read_back_as_it_was_returned(opens: Opens) -> None:
    store = await opens()

    appended = await store.append(ask(answer("2.1.1"), answer("2.1.2", "No")))

    assert await store.read(BRENT) == appended.events
    assert await store.read_all() == appended.events
    first, second = appended.events
    assert (first.version, first.position) == (1, 1)
    assert (second.version, second.position) == (2, 2)
    assert first.data == AnswerGiven(case="C-1", question="2.1.1", answer="Yes")
    assert first.about == "answers/C-1/2.1.1"
    assert first.recorded_at == NOON
    assert first.origin.observed_at == NOON - timedelta(hours=1)


async def test_an_origin_is_kept_whole(opens: Opens) -> None:
    store = await opens()
    asked = ask(answer(), command="c-1")
    origin = replace(asked.origin, correlation_id="r-1", causation_id="c-0")

    await store.append(replace(asked, origin=origin))

    assert [event.origin for event in await store.read(BRENT)] == [origin]


async def test_versions_count_in_the_stream_and_positions_in_the_ledger(
    opens: Opens,
) -> None:
    store = await opens()
    for stream in (BRENT, TRAFFORD, TRAFFORD, BRENT):
        await store.append(ask(answer(), stream=stream))

    events = await store.read_all()

    assert [event.position for event in events] == [1, 2, 3, 4]
    assert [event.version for event in events] == [1, 1, 2, 2]
    assert [event.stream for event in events] == [BRENT, TRAFFORD, TRAFFORD, BRENT]


async def test_the_recorded_time_never_goes_backwards(
    opens: Opens, clock: Clock
) -> None:
    store = await opens()
    await store.append(ask(answer()))
    clock.now -= timedelta(hours=2)
    await store.append(ask(answer()))
    again = await opens()
    await again.append(ask(answer()))

    assert [event.recorded_at for event in await again.read(BRENT)] == [NOON] * 3


async def test_the_head_moves_with_each_event_and_the_chain_holds(opens: Opens) -> None:
    store = await opens()
    heads = [await store.head()]
    for _ in range(3):
        await store.append(ask(answer()))
        heads.append(await store.head())

    assert [head.position for head in heads] == [0, 1, 2, 3]
    assert len({head.hash for head in heads}) == 4
    assert await store.verify() == heads[-1]


async def test_nothing_decided_is_nothing_recorded(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(answer()))

    appended = await store.append(ask())

    assert appended.events == ()
    assert appended.position == 1
    assert appended.reply == b"done at 1"
    assert (await store.head()).position == 1


async def test_a_fact_that_could_not_be_read_back_is_not_recorded(opens: Opens) -> None:
    store = await opens()
    unreadable = AnswerGiven(case="C-1", question="2.1.1", answer=None)  # type: ignore[arg-type]  # on purpose

    with pytest.raises(StoreError, match="cannot be read"):
        await store.append(ask(NewEvent(unreadable)))

    assert (await store.head()).position == 0


async def test_a_category_has_no_dash(opens: Opens) -> None:
    store = await opens()

    with pytest.raises(StoreError, match="`a-b-c` has a dash in its category"):
        await store.append(ask(answer(), stream=type(BRENT)("a-b", "c")))


# ---- reading


@pytest.mark.parametrize(
    ("after", "until", "versions"),
    [
        (0, None, [1, 2, 3, 4, 5]),
        (2, None, [3, 4, 5]),
        (2, 5, [3, 4]),  # position 1 is another stream's
        (0, 2, [1]),
        (0, 1, []),
        (5, None, []),
        (3, 4, []),
        (0, 9, [1, 2, 3, 4, 5]),
    ],
)
async def test_a_stream_is_read_after_a_version_and_up_to_a_position(
    opens: Opens, after: int, until: int | None, versions: Sequence[int]
) -> None:
    store = await opens()
    await store.append(ask(answer(), stream=TRAFFORD))
    await store.append(ask(*[answer()] * 5))

    events = await store.read(BRENT, after=after, until=until)

    assert [event.version for event in events] == versions


async def test_the_streams_of_a_category_are_listed(opens: Opens) -> None:
    store = await opens()
    other = StreamName("inspections", "another-category")
    for stream in (TRAFFORD, other, BRENT):
        await store.append(ask(answer(), stream=stream))
    nothing = StreamName("inspection", "without-events")
    await store.append(ask(stream=nothing, command="c-1"))

    assert await store.streams("inspection") == (BRENT, TRAFFORD)
    assert await store.streams("framework") == ()


async def test_the_ledger_is_read_in_pages(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(*[answer()] * 5))

    first = await store.read_all(limit=3)
    second = await store.read_all(after=3, limit=3)

    assert [event.position for event in (*first, *second)] == [1, 2, 3, 4, 5]
    assert await store.read_all(after=5) == ()


# ---- refusing


async def test_an_expected_version_must_be_the_streams(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(answer(), expected_version=0))

    with pytest.raises(WrongVersion, match="is at version 1, not 0") as raised:
        await store.append(ask(answer(), expected_version=0))

    assert (raised.value.expected, raised.value.actual) == (0, 1)
    await store.append(ask(answer(), expected_version=1))


async def test_two_people_conflict_only_over_the_same_answer(opens: Opens) -> None:
    store = await opens()
    mine, other = "answers/C-1/2.1.1", "answers/C-1/2.1.2"
    await store.append(ask(answer("2.1.1"), expects={mine: 0}))
    await store.append(ask(answer("2.1.2"), expects={other: 0}))

    with pytest.raises(Conflict, match=r"`answers/C-1/2.1.1` is at version 1") as stale:
        await store.append(ask(answer("2.1.1", "No"), expects={mine: 0}))

    assert (stale.value.about, stale.value.actual) == (mine, 1)
    changed = await store.append(ask(answer("2.1.1", "No"), expects={mine: 1}))
    assert changed.events[0].version == 3


async def test_a_refused_request_leaves_its_neighbours_alone(opens: Opens) -> None:
    store = await opens(Tally())
    outcomes = await asyncio.gather(
        store.append(ask(answer())),
        store.append(replace(ask(), decide=refuse)),
        store.append(ask(answer(), expected_version=7)),
        store.append(ask(answer())),
        store.append(ask(answer(), expects={"answers/C-1/2.1.1": 1})),
        store.append(ask(answer(), stream=TRAFFORD)),
        return_exceptions=True,
    )

    assert [type(outcome).__name__ for outcome in outcomes] == [
        "Appended",
        "Refused",
        "WrongVersion",
        "Appended",
        "Conflict",
        "Appended",
    ]
    assert (await store.verify()).position == 3


# ---- the same command twice


async def test_the_same_command_twice_is_one_event_and_one_reply(opens: Opens) -> None:
    store = await opens()
    first = await store.append(ask(answer(), command="c-1"))
    await store.append(ask(answer()))

    again = await store.append(ask(answer(), command="c-1"))

    assert (first.replayed, again.replayed) == (False, True)
    assert again.reply == first.reply == b"done at 1"
    assert again.position == 1
    assert again.events == ()
    assert (await store.head()).position == 2


async def test_a_command_is_remembered_by_the_next_process(opens: Opens) -> None:
    await (await opens()).append(ask(answer(), command="c-1"))

    again = await (await opens()).append(ask(answer(), command="c-1"))

    assert again.replayed
    assert again.reply == b"done at 1"


async def test_a_command_sent_twice_at_once_is_one_event(opens: Opens) -> None:
    store = await opens()

    both = await asyncio.gather(
        *[store.append(ask(answer(), command="c-1")) for _ in range(5)]
    )

    assert [one.replayed for one in both] == [False, True, True, True, True]
    assert {one.reply for one in both} == {b"done at 1"}
    assert (await store.head()).position == 1


async def test_a_repeated_command_is_answered_before_versions_are_compared(
    opens: Opens,
) -> None:
    store = await opens()
    asked = ask(answer(), command="c-1", expected_version=0)
    await store.append(asked)

    assert (await store.append(asked)).replayed


async def test_a_command_id_is_not_for_another_request(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(answer(), command="c-1"))
    other = replace(ask(answer(), command="c-1"), command=key("c-1", "another"))

    with pytest.raises(CommandReused, match="command `c-1` was another request"):
        await store.append(other)


async def test_a_command_id_is_unique_in_its_stream_only(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(answer(), command="c-1"))

    other = await store.append(ask(answer(), command="c-1", stream=TRAFFORD))

    assert not other.replayed


async def test_a_command_that_changed_nothing_is_remembered_too(opens: Opens) -> None:
    store = await opens()
    await store.append(ask(command="c-1"))
    await store.append(ask(answer()))

    again = await (await opens()).append(ask(answer(), command="c-1"))

    assert again.replayed
    assert again.reply == b"done at 0"
    assert (await store.verify()).position == 1


async def test_a_refused_command_may_be_sent_again(opens: Opens) -> None:
    store = await opens()
    with pytest.raises(WrongVersion):
        await store.append(ask(answer(), command="c-1", expected_version=1))

    assert not (await store.append(ask(answer(), command="c-1"))).replayed


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
