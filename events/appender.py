"""The appender: takes what queued up during the last commit and writes it as one.

One runs per process and store. There is no batching timer: an idle ledger commits at
once, a busy one fills its batches by itself. Every outcome, a refusal too, is given out
only once the batch was written on the very tail it was decided on, so none rests on a
past that another process had already moved.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.draft import Draft, is_repeated
from events.recorded import StreamName
from events.store import Append, Appended, Overloaded, StoreError
from events.stored import Storage, Tail
from events.stream_heads import StreamHeads


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much the appender takes on; `streams` are those it keeps in memory."""

    waiting: int = 4096
    seconds: float = 30  # that a request waits for its turn
    requests: int = 256  # in one batch
    size: int = 1 << 20  # bytes of payload in one batch
    streams: int = 1024
    races: int = 100  # lost in a row before the batch is given up
    alone: int = 64  # batches without another process's, then the head is not claimed


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    request: Append
    answer: asyncio.Future[Appended]
    since: float  # by the loop's clock

    def give(self, outcome: Appended | Exception) -> None:
        if self.answer.done():  # its asker went away
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Appender:
    """Decides requests one by one in the order of their positions."""

    def __init__(
        self,
        storage: Storage,
        heads: StreamHeads,
        clock: Callable[[], datetime],
        limits: Limits,
    ) -> None:
        self._storage = storage
        self._heads = heads
        self._clock = clock
        self._limits = limits
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._tail: Tail | None = None  # None: not known, read it before deciding
        self._readers: list[asyncio.Future[None]] = []  # wait for what others wrote
        self._races = 0  # lost in a row
        self._alone = limits.alone  # batches since another process last wrote
        self._durable = 0  # every position up to here is on disk
        self._turn: asyncio.Future[bool] | None = None  # whether it was written
        self.writable = True  # as the last write went
        self._running = asyncio.create_task(self._run())

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._waiting)

    async def append(self, request: Append) -> Appended:
        """Wait for the request's turn and for the commit of its batch."""
        if self._closing:
            raise StoreError("the ledger is closed")
        if len(self._waiting) >= self._limits.waiting:
            raise Overloaded(f"{len(self._waiting)} requests are waiting to be written")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(request, loop.create_future(), loop.time())
        self._waiting.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def caught_up(self) -> None:
        """Return when all that was on disk when this was called is folded."""
        if self._closing:
            raise StoreError("the ledger is closed")
        reader = asyncio.get_running_loop().create_future()
        self._readers.append(reader)
        self._arrived.set()
        await reader

    async def settled(self, position: int) -> None:
        """Return when a position folded in memory is on disk; raise if it is lost."""
        if position <= self._durable:
            return
        if self._turn is None:
            self._durable = (await self._storage.tail()).position
        elif not await asyncio.shield(self._turn):
            raise StoreError(f"position {position} was not written")
        if position > self._durable:
            raise StoreError(f"the ledger has no position {position}")

    async def close(self) -> None:
        """Write all that was accepted, then stop."""
        self._closing = True
        self._arrived.set()
        await self._running

    async def _run(self) -> None:
        while self._waiting or self._readers or not self._closing:
            if self._waiting:
                for waiting in await self._commit():
                    await self._commit((waiting,))
                await asyncio.sleep(0)  # whoever was answered may join the next batch
            elif self._readers:
                await self._catch_up()
            else:
                self._arrived.clear()
                await self._arrived.wait()

    async def _catch_up(self) -> None:
        """Read on where nothing is to be written."""
        readers = self._take_readers()
        if not self.writable:
            await self._try_writing()
        try:
            self._tail = await self._storage.tail()
            await self._heads.catch_up(self._tail)
        except Exception as fault:  # noqa: BLE001  whatever it was, the askers hear of it
            self._tail = None
            _tell(readers, fault)
        else:
            _tell(readers)

    async def _try_writing(self) -> None:
        """Find out whether what kept the last batch from the disk is over."""
        with suppress(StoreError):
            await self._storage.touch()
            self.writable = True

    def _take_readers(self) -> Sequence[asyncio.Future[None]]:
        readers, self._readers = self._readers, []
        return readers

    def _take(self) -> Sequence[_Waiting]:
        """The next in turn; who waited too long has given up on the answer."""
        taken: list[_Waiting] = []
        too_long = asyncio.get_running_loop().time() - self._limits.seconds
        while self._waiting and len(taken) < self._limits.requests:
            waiting = self._waiting.popleft()
            if waiting.answer.done():
                continue
            if waiting.since < too_long:
                waiting.give(Overloaded("the request waited too long for its turn"))
            else:
                taken.append(waiting)
        return taken

    def _put_back(self, waiting: Sequence[_Waiting]) -> None:
        self._waiting.extendleft(reversed(waiting))

    async def _commit(self, again: Sequence[_Waiting] = ()) -> Sequence[_Waiting]:
        """Decide, write and answer; gives those that are to be tried one by one."""
        self._turn = asyncio.get_running_loop().create_future()
        readers = self._take_readers()
        taken = again
        try:
            try:
                before = await self._begin()
                taken = taken or self._take()
                await self._heads.learn(_commands(taken))
            except Exception as fault:  # noqa: BLE001  as below
                self._lose(())
                _tell(readers, fault)
                return _refuse(taken or self._take(), fault)
            draft = Draft(before, self._heads)
            outcomes = await self._decide(taken, draft)
            batch = draft.batch
            try:
                written = await self._storage.write(batch)
            except Exception as fault:  # noqa: BLE001  whatever it was, the askers hear of it
                tail = await self._tail_after_fault()
                if not (batch.events and tail == batch.after):
                    self.writable = isinstance(fault, Overloaded) and self.writable
                    self._lose(draft.touched)
                    self._readers.extend(readers)
                    if tail == batch.before and len(outcomes) > 1:
                        return tuple(outcomes)
                    return _refuse(outcomes, fault)
                written = True  # the fault struck after the commit
        finally:
            await self._storage.release()
        if not written:
            self._alone = 0
            self._lose(draft.touched)
            self._readers.extend(readers)
            return self._again_after_race(tuple(outcomes))
        self._tail, self._durable = batch.after, batch.after.position
        self._heads.written(batch.after, draft.recorded)
        self._races = 0
        self.writable = self.writable or batch.after != batch.before
        self._end_turn(written=True)
        for waiting, outcome in outcomes.items():
            waiting.give(outcome)
        _tell(readers)
        return ()

    async def _begin(self) -> Tail:
        """The tail to decide on, with everything before it folded.

        A process that lost a race claims the head before it takes its batch, until it
        has been alone for a while: a batch that is decided late is never decided twice.
        """
        if self._alone < self._limits.alone:
            tail = await self._storage.claim()
            known = self._heads.tail
            alone = known is not None and tail.writes == known.writes
            self._alone = self._alone + 1 if alone else 0
        elif self._tail is not None:
            return self._tail
        else:
            tail = await self._storage.tail()
        if tail.position < self._durable:  # a standby promoted too early, an old copy
            raise StoreError(
                f"the ledger came back at position {tail.position}, behind "
                f"{self._durable}, which was acknowledged"
            )
        await self._heads.catch_up(tail)
        return tail

    async def _tail_after_fault(self) -> Tail | None:
        try:
            return await self._storage.tail()
        except StoreError:
            return None

    def _lose(self, streams: Iterable[StreamName]) -> None:
        """What was folded did not reach the disk."""
        self._tail = None
        for stream in streams:
            self._heads.forget(stream)
        self._end_turn(written=False)

    def _again_after_race(self, taken: Sequence[_Waiting]) -> Sequence[_Waiting]:
        self._races += 1
        if self._races <= self._limits.races:
            self._put_back(taken)
            return ()
        self._races = 0
        busy = Overloaded("too many other processes are writing to the ledger")
        return _refuse(taken, busy)

    def _end_turn(self, *, written: bool) -> None:
        if self._turn is not None:
            self._turn.set_result(written)
            self._turn = None

    async def _decide(
        self, taken: Sequence[_Waiting], draft: Draft
    ) -> dict[_Waiting, Appended | Exception]:
        """Each request alone, in turn, until the draft is full."""
        outcomes: dict[_Waiting, Appended | Exception] = {}
        for reached, waiting in enumerate(taken, 1):
            try:
                outcomes[waiting] = await self._outcome(waiting.request, draft)
            except Exception as refusal:  # noqa: BLE001  it is this request's answer
                outcomes[waiting] = refusal
            if draft.spoilt or draft.size >= self._limits.size:
                self._put_back(taken[reached:])
                break
        return outcomes

    async def _outcome(self, request: Append, draft: Draft) -> Appended:
        head = await self._heads.of(request.stream)
        command = request.command
        if command is None or not is_repeated(request, head):
            return draft.add(request, head, self._clock())
        name = str(request.stream)
        stored = draft.answered(name, command.id)
        if stored is None:
            (stored,) = await self._storage.answered([(name, command.id)])
        return Appended(
            events=(),
            effects=(),
            position=stored.position,
            reply=stored.reply,
            replayed=True,
        )


def _commands(taken: Iterable[_Waiting]) -> Iterable[tuple[StreamName, str]]:
    for waiting in taken:
        if waiting.request.command is not None:
            yield waiting.request.stream, waiting.request.command.id


def _tell(
    readers: Iterable[asyncio.Future[None]], fault: Exception | None = None
) -> None:
    for reader in readers:
        if reader.done():  # its asker went away
            continue
        if fault is None:
            reader.set_result(None)
        else:
            reader.set_exception(fault)


def _refuse(taken: Iterable[_Waiting], fault: Exception) -> Sequence[_Waiting]:
    for waiting in taken:
        waiting.give(fault)
    return ()
