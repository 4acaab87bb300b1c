"""What every store promises of appending and reading, tried on each of them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

import pytest
from msgspec.structs import replace

from events.chain import START
from events.inspection import AnswerGiven
from events.recorded import NewEvent, RecordedEvent, StreamName
from events.store import (
    CommandReused,
    Conflict,
    Head,
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


# ---- following


async def test_a_follower_sees_every_event_in_order_as_it_is_written(
    opens: Opens,
) -> None:
    store, other = await opens(), await opens()
    await store.append(ask(answer(), answer()))
    seen: list[RecordedEvent] = []

    async def follow() -> None:
        async for page in store.follow(after=1):
            seen.extend(page)

    following = asyncio.create_task(follow())
    for number in range(20):
        await (store, other)[number % 2].append(ask(answer()))
    while len(seen) < 21:  # noqa: ASYNC110  what it sees is what is waited for
        await asyncio.sleep(0.01)

    assert [event.position for event in seen] == list(range(2, 23))
    assert seen == [*await store.read_all(after=1)]
    await store.close()
    await following


async def test_what_another_process_wrote_is_folded_here(opens: Opens) -> None:
    tally = Tally()
    store, other = await opens(tally), await opens()
    await store.append(ask(answer()))
    await other.append(ask(answer(), answer()))
    await other.append(ask(answer(), stream=TRAFFORD))
    assert tally.answers == {BRENT: 1}

    await store.caught_up()

    assert tally.answers == {BRENT: 3}
    assert tally.followed == [2, 3, 4]
    assert tally.forgotten == []
    assert (await store.append(ask(answer(), expected_version=3))).position == 5
    assert tally.followed == [2, 3, 4]


async def test_what_another_process_wrote_and_cannot_be_folded_is_forgotten(
    opens: Opens,
) -> None:
    tally = Tally()
    store, other = await opens(tally), await opens()
    await store.append(ask(answer()))
    await other.append(ask(answer(said="poison")))

    await store.caught_up()

    assert tally.forgotten == [BRENT]
    assert tally.answers == {}


async def test_commands_of_another_process_are_known_after_catching_up(
    opens: Opens,
) -> None:
    store, other = await opens(), await opens()
    await store.append(ask(answer()))
    await other.append(ask(command="c-1"))
    await other.append(ask(answer(), command="c-2"))
    await store.caught_up()

    again = await asyncio.gather(
        *[store.append(ask(answer(), command=f"c-{number}")) for number in (1, 2, 3)]
    )

    assert [one.replayed for one in again] == [True, True, False]
    assert [one.position for one in again] == [1, 2, 3]


async def test_a_reader_waits_for_what_is_being_written(opens: Opens) -> None:
    tally = Tally()
    store = await opens(tally)
    writing = asyncio.create_task(store.append(ask(answer())))
    await asyncio.sleep(0)

    await asyncio.gather(*[store.caught_up() for _ in range(3)])

    assert tally.answers == {BRENT: 1}
    await writing
