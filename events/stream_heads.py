"""What the appender keeps in memory of the streams in use, and how it gets there.

A head is valid only while nobody else writes: after a lost race or a failed write the
heads concerned are forgotten and loaded again from what is stored.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from events.codec import Codec
from events.recorded import StreamName
from events.store import InlineProjection, StoreError
from events.stored import Storage


@dataclass(slots=True)
class StreamHead:
    """Where one stream stands, and what its next request is checked against."""

    exists: bool
    version: int
    about: dict[str, int] = field(default_factory=dict)  # → version of its last event
    commands: dict[str, bytes] = field(default_factory=dict)  # id → fingerprint


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

    @property
    def in_use(self) -> tuple[StreamName, ...]:
        """The streams kept, least recently used first."""
        return tuple(self._heads)

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
