"""The event store, over whatever keeps its rows."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from events.appender import LIMITS, Appender, Limits
from events.chain import START, follow
from events.codec import CODEC, Codec
from events.recorded import RecordedEvent, StreamName
from events.store import (
    Append,
    Appended,
    Folded,
    Head,
    InlineProjection,
    StoreError,
)
from events.stored import Storage, Tail
from events.stream_heads import StreamHeads

S_co = TypeVar("S_co", bound=Storage, covariant=True)

NEW = Tail(position=0, hash=START, recorded_at=0, writes=0)
"""The tail of an empty ledger."""

_PAGE = 1000


class NoProjection:
    """For a ledger that keeps facts only."""

    def load(self, stream: StreamName, past: Sequence[RecordedEvent]) -> None:
        pass

    def fold(self, recorded: RecordedEvent) -> Folded:  # noqa: ARG002  the protocol's
        return _NOTHING

    def follows(self, stream: StreamName) -> bool:  # noqa: ARG002  the protocol's
        return False

    def follow(self, recorded: RecordedEvent) -> None:
        pass

    def forget(self, stream: StreamName) -> None:
        pass


_NOTHING = Folded((), {})


class Ledger(Generic[S_co]):
    """An `EventStore`; made inside a running event loop, closed with `close`."""

    def __init__(
        self,
        storage: S_co,
        clock: Callable[[], datetime],
        projection: InlineProjection,
        *,
        codec: Codec = CODEC,
        limits: Limits = LIMITS,
    ) -> None:
        self.storage = storage
        self._codec = codec
        self._closing: asyncio.Task[None] | None = None
        self._appended: Callable[[float], None] = lambda _: None
        streams = max(limits.streams, limits.requests)  # none is let go in its batch
        heads = StreamHeads(storage, codec, projection, limit=streams)
        self._recent = heads.recent
        self._appender = Appender(storage, heads, clock, limits)

    async def append(self, request: Append) -> Appended:
        clock = asyncio.get_running_loop().time
        begun = clock()
        appended = await self._appender.append(request)
        self._appended(clock() - begun)
        return appended

    def watch(self, appended: Callable[[float], None]) -> None:
        self._appended = appended

    @property
    def waiting(self) -> int:
        return self._appender.waiting

    async def settled(self, position: int) -> None:
        await self._appender.settled(position)

    async def caught_up(self) -> None:
        await self._appender.caught_up()

    @property
    def writable(self) -> bool:
        return self._appender.writable

    async def read(
        self, stream: StreamName, *, after: int = 0, until: int | None = None
    ) -> Sequence[RecordedEvent]:
        rows = await self.storage.stream(str(stream), after=after, until=until)
        events = tuple(map(self._codec.recorded, rows))
        if events and events[-1].version - after != len(events):
            raise StoreError(f"`{stream}` has a hole after version {after}")
        return events

    async def streams(self, category: str) -> Sequence[StreamName]:
        return tuple(map(StreamName.parse, await self.storage.streams(category)))

    async def read_all(
        self, *, after: int = 0, limit: int = _PAGE
    ) -> Sequence[RecordedEvent]:
        rows = await self.storage.page(after=after, limit=limit)
        events = tuple(map(self._codec.recorded, rows))
        if events and events[-1].position - after != len(events):
            raise StoreError(f"the ledger has a hole after position {after}")
        return events

    async def follow(
        self, *, after: int = 0
    ) -> AsyncGenerator[Sequence[RecordedEvent]]:
        while self._closing is None:
            rung = self.storage.bell.listen()
            try:
                page = self._recent.after(after, limit=_PAGE)
                if not page:
                    page = await self.read_all(after=after)
                    self._recent.add(page)
            except StoreError:
                if self._closing is None:
                    raise
                return
            if page:
                yield page
                after = page[-1].position
            else:
                await self.storage.bell.wait(rung)

    async def head(self) -> Head:
        tail = await self.storage.tail()
        return Head(tail.position, tail.hash)

    async def hash_at(self, position: int) -> bytes | None:
        rows = await self.storage.page(after=position - 1, limit=1)
        return rows[0][-1] if rows and rows[0][0] == position else None

    async def verify(self) -> Head:
        """Follow the hash chain from the first event; refuses the first break."""
        head = await self.head()
        position, hash_ = 0, START
        while position < head.position:
            limit = min(_PAGE, head.position - position)
            rows = await self.storage.page(after=position, limit=limit)
            if not rows:
                raise StoreError(f"the ledger ends at {position}, not {head.position}")
            hash_ = follow(hash_, rows, after=position)
            position += len(rows)
        if hash_ != head.hash:
            raise StoreError(f"the head does not carry the hash of event {position}")
        return head

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
            self.storage.bell.ring()
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._appender.close()
        await self.storage.close()
