"""What the appender keeps in memory of the streams in use, and how it gets there.

A head is valid at one tail. Where other processes moved it, their events are read and
folded before anything is decided; what was folded here and not written is forgotten,
and loaded again from what is stored.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from events.chain import follow
from events.codec import Codec
from events.recent import Recent
from events.recorded import RecordedEvent, StreamName
from events.store import InlineProjection, StoreError
from events.stored import Storage, StoredRow, Tail

_PAGE = 1000


@dataclass(slots=True)
class StreamHead:
    """Where one stream stands, and what its next request is checked against."""

    exists: bool
    version: int
    about: dict[str, int] = field(default_factory=dict)  # → version of its last event
    commands: dict[str, bytes] = field(default_factory=dict)  # id → fingerprint
    complete: bool = True  # `commands` holds all; not those of other processes since


class StreamHeads:
    """The heads of the streams used last, each with its inline projection loaded."""

    def __init__(
        self,
        storage: Storage,
        codec: Codec,
        projection: InlineProjection,
        *,
        limit: int,
    ) -> None:
        self.codec = codec
        self.projection = projection
        self._storage = storage
        self._limit = limit
        self._heads: OrderedDict[StreamName, StreamHead] = OrderedDict()
        self.recent = Recent(limit=_PAGE)
        self.tail: Tail | None = None  # what everything here was folded up to

    async def of(self, stream: StreamName) -> StreamHead:
        """The head of a stream, loaded with its whole past where it is not in use."""
        head = self._heads.get(stream)
        if head is None:
            head = await self._load(stream)
            if len(self._heads) >= self._limit:
                self.forget(next(iter(self._heads)))
            self._heads[stream] = head
        else:
            self._heads.move_to_end(stream)
        return head

    def forget(self, stream: StreamName) -> None:
        """Let go of a stream; its next use loads it from what is stored."""
        self._heads.pop(stream, None)
        self.projection.forget(stream)

    def written(self, tail: Tail, events: Sequence[RecordedEvent]) -> None:
        """Note that what was folded here is on disk."""
        self.tail = tail
        self.recent.add(events)

    async def catch_up(self, tail: Tail) -> None:
        """Take in what other processes wrote up to a tail.

        Raises StoreError where the ledger no longer holds what it held: whoever put an
        older one in its place must hear of it before anything is written.
        """
        before = self.tail
        if before is not None and tail != before:
            position, hash_ = before.position, before.hash
            while position < tail.position:
                limit = min(_PAGE, tail.position - position)
                rows = await self._storage.news(after=position, limit=limit)
                hash_ = follow(hash_, rows, after=position) if rows else b""
                for row in rows:
                    self._take(row)
                if not rows:
                    break
                position = rows[-1][0]
            if tail.writes <= before.writes or hash_ != tail.hash:
                raise StoreError(
                    f"the ledger ends at position {tail.position} and does not follow"
                    f" from position {before.position}, which was on disk before"
                )
            for head in self._heads.values():
                head.complete = False
        self.tail = tail

    async def learn(self, commands: Iterable[tuple[StreamName, str]]) -> None:
        """Find out which of these commands other processes have answered."""
        unsure = []
        for stream, command_id in commands:
            head = self._heads.get(stream)
            if head and not head.complete and command_id not in head.commands:
                unsure.append((str(stream), command_id))
        if not unsure:
            return
        for answered in await self._storage.answered(unsure):
            head = self._heads[StreamName.parse(answered.stream)]
            head.exists = True
            head.commands[answered.command_id] = answered.fingerprint

    def _take(self, row: StoredRow) -> None:
        """Move on by one event of another process; most are of streams not in use."""
        stream = StreamName.parse(row[1])
        head = self._heads.get(stream)
        followed = self.projection.follows(stream)
        if head is None and not followed:
            return
        recorded = self.codec.recorded(row)
        if followed:
            self.projection.follow(recorded)
        if head is None or recorded.version <= head.version:
            return  # not in use, or loaded with this event already
        try:
            self.projection.fold(recorded)
        except Exception:  # noqa: BLE001  the next use loads it, and says what is wrong
            self.forget(recorded.stream)
            return
        head.exists, head.version = True, recorded.version
        if recorded.about is not None:
            head.about[recorded.about] = recorded.version

    async def _load(self, stream: StreamName) -> StreamHead:
        name = str(stream)
        if StreamName.parse(name) != stream:
            raise StoreError(f"`{name}` has a dash in its category")
        stored = await self._storage.load(name)
        past = tuple(map(self.codec.recorded, stored.events))
        if past and past[-1].version != len(past):
            raise StoreError(f"`{name}` has {len(past)} of {past[-1].version} events")
        try:
            self.projection.load(stream, past)
        except Exception:
            self.projection.forget(stream)
            raise
        return StreamHead(
            exists=stored.exists,
            version=len(past),
            about={e.about: e.version for e in past if e.about is not None},
            commands=dict(stored.commands),
        )
