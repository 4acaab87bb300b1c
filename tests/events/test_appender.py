"""What the appender does when writing fails, over a storage that fails on command."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NoReturn

import pytest

from events.appender import Limits
from events.ledger import Ledger
from events.memory_store import MemoryStorage, memory_store
from events.store import Append, Overloaded, StoreError
from events.stored import Batch, StoredRequest, Tail
from tests.events.asking import BRENT, TRAFFORD, Clock, Tally, answer, ask

FAULT = StoreError("no space is left")


class Faulty(MemoryStorage):
    """Memory that asks `write_` and `tail_` first; either may raise."""

    write_: Callable[[Batch], object] = staticmethod(lambda _: None)
    after_: Callable[[Batch], object] = staticmethod(lambda _: None)
    tail_: Callable[[], object] = staticmethod(lambda: None)

    async def tail(self) -> Tail:
        self.tail_()
        return await super().tail()

    async def write(self, batch: Batch) -> bool:
        await asyncio.sleep(0)
        self.write_(batch)
        written = await super().write(batch)
        self.after_(batch)
        return written


def fail(*_: object) -> None:
    raise FAULT


def once(fault: Callable[..., None]) -> Callable[..., None]:
    left = [fault]
    return lambda *asked: left.pop()(*asked) if left else None


def fail_on(question: str) -> Callable[[Batch], None]:
    """Fail every batch that answers this question."""

    def check(batch: Batch) -> None:
        if any(question in (event.about or "") for event in batch.events):
            raise FAULT

    return check


@pytest.fixture
def storage() -> Faulty:
    return Faulty()


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
async def ledger(
    storage: Faulty, tally: Tally, clock: Clock
) -> AsyncIterator[Ledger[MemoryStorage]]:
    opened = memory_store(clock, tally, storage=storage, limits=Limits(races=3))
    yield opened
    storage.tail_ = lambda: None
    await opened.close()


async def outcomes(ledger: Ledger[MemoryStorage], *requests: Append) -> list[str]:
    """`position` or the sentence of what went wrong, each."""
    results = await asyncio.gather(
        *[ledger.append(request) for request in requests], return_exceptions=True
    )
    return [str(getattr(result, "position", result)) for result in results]


async def test_a_poisonous_request_fails_alone(
    ledger: Ledger[MemoryStorage], storage: Faulty, tally: Tally
) -> None:
    storage.write_ = fail_on("poison")

    said = await outcomes(ledger, ask(answer()), ask(answer("poison")), ask(answer()))

    assert said == ["1", "no space is left", "2"]
    assert tally.answers == {BRENT: 2}
    assert (await ledger.verify()).position == 2


async def test_a_passing_fault_is_not_heard_of(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    storage.write_ = once(fail)

    assert await outcomes(ledger, ask(answer()), ask(answer())) == ["1", "2"]


async def test_a_request_alone_is_not_tried_again(
    ledger: Ledger[MemoryStorage], storage: Faulty, tally: Tally
) -> None:
    storage.write_ = once(fail)

    assert await outcomes(ledger, ask(answer())) == ["no space is left"]
    assert tally.answers == {}
    assert await outcomes(ledger, ask(answer())) == ["1"]


async def test_a_refusal_stands_when_its_batch_is_run_one_by_one(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    storage.write_ = once(fail)

    said = await outcomes(ledger, ask(answer()), ask(answer(), expected_version=5))

    assert said == ["1", "`inspection-brent-2019` is at version 1, not 5"]


async def test_a_fault_after_the_commit_is_none(
    ledger: Ledger[MemoryStorage], storage: Faulty, tally: Tally
) -> None:
    storage.after_ = once(fail)

    assert await outcomes(ledger, ask(answer()), ask(answer())) == ["1", "2"]
    assert tally.answers == {BRENT: 2}
    assert (await ledger.verify()).position == 2


async def test_what_may_have_been_written_is_not_written_twice(
    ledger: Ledger[MemoryStorage], storage: Faulty, tally: Tally
) -> None:
    await ledger.append(ask(answer()))
    storage.after_ = once(fail)
    storage.tail_ = once(fail)

    said = await outcomes(ledger, ask(answer()), ask(answer()))

    assert said == ["no space is left"] * 2
    assert tally.answers == {}
    assert await outcomes(ledger, ask(answer())) == ["4"]


async def test_without_its_tail_nothing_is_appended(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    storage.tail_ = fail

    assert await outcomes(ledger, ask(answer()), ask()) == ["no space is left"] * 2


async def test_a_race_lost_too_often_is_given_up(
    ledger: Ledger[MemoryStorage], storage: Faulty, tally: Tally
) -> None:
    def move(_: Batch) -> None:
        end = storage.end
        storage.end = Tail(
            position=end.position,
            hash=end.hash,
            recorded_at=end.recorded_at,
            writes=end.writes + 1,
        )

    storage.write_ = move

    with pytest.raises(Overloaded, match="too many other processes"):
        await ledger.append(ask(answer()))
    assert tally.answers == {}
    storage.write_ = once(move)
    assert await outcomes(ledger, ask(answer()), ask(answer())) == ["1", "2"]


async def test_a_position_that_was_folded_and_lost_is_not_settled(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    storage.write_ = once(fail)
    waiting = asyncio.create_task(ledger.append(ask(answer())))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    with pytest.raises(StoreError, match="position 1 was not written"):
        await ledger.settled(1)
    with pytest.raises(StoreError, match="no space is left"):
        await waiting


async def test_a_past_that_cannot_be_read_fails_its_own_request(
    ledger: Ledger[MemoryStorage], storage: Faulty, clock: Clock
) -> None:
    await ledger.append(ask(answer()))
    await ledger.append(ask(answer(), stream=TRAFFORD))
    storage.events[1] = storage.events[1]._replace(payload=b"{")
    again = memory_store(clock, Tally(), storage=storage)

    said = await outcomes(again, ask(answer()), ask(answer(), stream=TRAFFORD))

    assert said[0] == "3"
    assert "cannot be read" in said[1]
    await again.close()


async def test_a_past_that_cannot_be_loaded_is_forgotten(
    storage: Faulty, clock: Clock
) -> None:
    class Failing(Tally):
        def load(self, *_: object) -> None:
            raise LookupError("no such framework")

    tally = Failing()
    ledger = memory_store(clock, tally, storage=storage)

    assert await outcomes(ledger, ask(answer())) == ["no such framework"]
    assert tally.forgotten == [BRENT]
    await ledger.close()


async def test_a_stream_with_a_hole_is_refused(storage: Faulty, clock: Clock) -> None:
    ledger = memory_store(clock, storage=storage)
    await ledger.append(ask(answer(), answer(), answer()))
    del storage.events[1]
    again = memory_store(clock, storage=storage)

    with pytest.raises(StoreError, match="has 2 of 3 events"):
        await again.append(ask(answer()))
    with pytest.raises(StoreError, match="`inspection-brent-2019` has a hole after"):
        await again.read(BRENT)
    with pytest.raises(StoreError, match="the ledger has a hole after position 0"):
        await again.read_all()
    with pytest.raises(StoreError, match="has position 3 where 2 belongs"):
        await again.verify()
    await ledger.close()
    await again.close()


async def test_a_head_that_disagrees_with_its_chain_is_noticed(
    storage: Faulty, ledger: Ledger[MemoryStorage]
) -> None:
    await ledger.append(ask(answer(), answer()))
    end = storage.end

    storage.end = Tail(position=2, hash=bytes(32), recorded_at=0, writes=end.writes)
    with pytest.raises(StoreError, match="does not carry the hash of event 2"):
        await ledger.verify()
    storage.end = Tail(position=3, hash=end.hash, recorded_at=0, writes=end.writes)
    with pytest.raises(StoreError, match="the ledger ends at 2, not 3"):
        await ledger.verify()


async def test_a_reply_no_longer_kept_is_still_a_repeated_command(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    await ledger.append(ask(answer(), command="c-1"))
    key = (str(BRENT), "c-1")
    storage.requests[key] = StoredRequest(*storage.requests[key][:4], None, 0)

    again = await ledger.append(ask(answer(), command="c-1"))

    assert (again.replayed, again.reply, again.position) == (True, None, 1)


async def test_a_fault_while_commands_are_looked_up_is_heard_by_those_who_asked(
    ledger: Ledger[MemoryStorage],
    storage: Faulty,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = memory_store(clock, storage=storage)
    await ledger.append(ask(answer()))
    await other.append(ask(answer(), command="c-1"))
    await ledger.caught_up()

    async def failing(_: object) -> NoReturn:
        raise FAULT

    with monkeypatch.context() as patched:
        patched.setattr(storage, "answered", failing)
        said = await outcomes(
            ledger, ask(answer(), command="c-1"), ask(answer(), command="c-2")
        )

    assert said == ["no space is left"] * 2
    assert (await ledger.append(ask(answer(), command="c-1"))).replayed
    await other.close()


async def test_readers_hear_of_a_tail_that_cannot_be_read(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    storage.tail_ = fail

    for asked in ((), (ask(answer()),)):
        appending = asyncio.create_task(outcomes(ledger, *asked))
        with pytest.raises(StoreError, match="no space is left"):
            await ledger.caught_up()
        await appending

    storage.tail_ = lambda: None
    await ledger.caught_up()


async def test_readers_wait_on_where_what_they_waited_for_was_not_written(
    ledger: Ledger[MemoryStorage], storage: Faulty
) -> None:
    await ledger.append(ask(answer()))
    storage.write_ = once(fail)
    appending = asyncio.create_task(outcomes(ledger, ask(answer())))
    gone = asyncio.create_task(ledger.caught_up())
    await asyncio.sleep(0)

    gone.cancel()
    await ledger.caught_up()

    assert await appending == ["no space is left"]


async def test_a_ledger_that_comes_back_behind_takes_no_write(clock: Clock) -> None:
    """A standby promoted too early: what was acknowledged is not there."""
    kept = MemoryStorage()
    ledger = memory_store(clock, storage=kept)
    await ledger.append(ask(answer("2.1.1")))
    early = kept.end
    await ledger.append(ask(answer("2.1.2")))
    kept.events.pop()
    kept.end = early

    with pytest.raises(StoreError, match="came back at position 1, behind 2, which"):
        await ledger.append(ask(answer("2.1.3")))
    with pytest.raises(StoreError, match="came back at position 1, behind 2, which"):
        await ledger.append(ask(answer("2.1.3")))

    assert len(kept.events) == 1
    await ledger.close()


async def test_what_waited_too_long_for_its_turn_is_not_carried_out(
    storage: Faulty, clock: Clock, tally: Tally
) -> None:
    ledger = memory_store(clock, tally, storage=storage, limits=Limits(seconds=-1))

    with pytest.raises(Overloaded, match="waited too long"):
        await ledger.append(ask(answer()))

    assert (await ledger.head()).position == 0
    await ledger.close()
