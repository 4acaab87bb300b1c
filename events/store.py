"""The event store: what every store promises, and how it says no.

One ledger holds all streams. A store decides requests one by one in the order of their
positions, writes those that queued up meanwhile in one transaction, and answers when
that transaction is on disk. Positions have no holes and become visible in order, so a
reader that asks for what comes after the last position it has seen misses nothing.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from events.recorded import NewEvent, Origin, RecordedEvent, StreamName

Row = tuple[object, ...]
Rows = Mapping[str, Sequence[Row]]
"""Rows to write with an append: table name to rows in column order, by primary key."""


class CommandKey(Struct, frozen=True):
    """What makes sending the same command twice harmless."""

    id: str  # unique in its stream
    fingerprint: bytes  # SHA-256 of the request; another one under this id is a mistake


class Append(Struct, frozen=True, kw_only=True):
    """One request to append to one stream.

    `decide` is called when the request's turn comes, with everything before it folded;
    it gives the events or raises what refuses them. It must be pure: after a lost race
    it is called again. `reply` makes the bytes kept for a repeated command, after the
    inline projections have moved and before the commit.
    """

    stream: StreamName
    origin: Origin
    decide: Callable[[], Sequence[NewEvent]]
    command: CommandKey | None = None
    expected_version: int | None = None  # of the stream; 0: it must be new
    expects: Mapping[str, int] = {}  # about → version of its last event; 0: none yet
    reply: "Callable[[Appended], bytes] | None" = None


class Appended(Struct, frozen=True, kw_only=True):
    """What came of a request; `reply` is the stored one when `replayed`."""

    events: tuple[RecordedEvent, ...]  # empty when replayed or when nothing changed
    effects: tuple[object, ...]  # what the inline projections made of the events
    position: int  # of the last event; the ledger's head where there was none
    reply: bytes | None
    replayed: bool


class Folded(Struct, frozen=True):
    """What one event did to the inline projections: what to say and what to write."""

    effects: tuple[object, ...]
    rows: Rows


class InlineProjection(Protocol):
    """Read models that commit with the append, kept in memory for streams in use.

    The store calls `load` with a stream's whole past before its first `fold`, and
    `forget` whenever what was folded did not reach the disk. What other processes wrote
    goes through `follow` where it `follows` the stream, in order and before anything is
    decided on it; where it is of a stream that is loaded, through `fold` as well.
    """

    def load(self, stream: StreamName, past: Sequence[RecordedEvent]) -> None: ...

    def fold(self, recorded: RecordedEvent) -> Folded: ...

    def follows(self, stream: StreamName) -> bool: ...

    def follow(self, recorded: RecordedEvent) -> None: ...

    def forget(self, stream: StreamName) -> None: ...


class Head(Struct, frozen=True):
    """The end of the ledger."""

    position: int
    hash: bytes  # of the last event; 32 zero bytes for an empty ledger


class EventStore(Protocol):
    """Append and read; nothing is ever changed or removed."""

    async def append(self, request: Append) -> Appended:
        """Append when the request's turn comes; returns once it is on disk.

        Raises what `decide` raises, and WrongVersion, Conflict, CommandReused,
        Overloaded or StoreError; then nothing of it is recorded.
        """
        ...

    async def read(
        self, stream: StreamName, *, after: int = 0, until: int | None = None
    ) -> Sequence[RecordedEvent]:
        """Events of one stream after a version and up to a position, in order."""
        ...

    async def streams(self, category: str) -> Sequence[StreamName]:
        """Every stream of a category that was ever appended to, by name."""
        ...

    async def read_all(
        self, *, after: int = 0, limit: int = 1000
    ) -> Sequence[RecordedEvent]:
        """Events of the ledger after a position, in order, at most `limit`."""
        ...

    def follow(self, *, after: int = 0) -> AsyncIterator[Sequence[RecordedEvent]]:
        """Every event after a position, in order and in pages, as they are written.

        Ends when the store is closed.
        """
        ...

    async def caught_up(self) -> None:
        """Return when all that any process wrote before now is folded here."""
        ...

    @property
    def writable(self) -> bool:
        """Whether the last batch reached the disk; `caught_up` tries it anew if not."""
        ...

    async def head(self) -> Head:
        """The last position on disk and its hash."""
        ...

    async def verify(self) -> Head:
        """Follow the hash chain from the first event; raises StoreError at a break."""
        ...

    async def settled(self, position: int) -> None:
        """Return when this position is on disk; raises StoreError if it never will."""
        ...

    async def close(self) -> None:
        """Finish what was accepted, then let go of the files."""
        ...


class ProvableStore(EventStore, Protocol):
    """An event store whose hash chain can be looked into."""

    async def hash_at(self, position: int) -> bytes | None:
        """The hash of one event; None where there is no such position."""
        ...


class ServedStore(ProvableStore, Protocol):
    """The event store of a running service: it can be measured too."""

    @property
    def waiting(self) -> int:
        """How many requests wait to be written."""
        ...

    def watch(self, appended: Callable[[float], None]) -> None:
        """Tell of every append from here on: how many seconds it took."""
        ...


class StoreError(Exception):
    """The store cannot be used; the message is one sentence for its operator."""


class Overloaded(StoreError):
    """Too much is waiting to be written; try again later."""


class WrongVersion(Exception):
    """The stream is not where the caller thought."""

    def __init__(self, stream: StreamName, *, expected: int, actual: int) -> None:
        super().__init__(f"`{stream}` is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class Conflict(Exception):
    """Someone else changed the same thing first."""

    def __init__(
        self, stream: StreamName, about: str, *, expected: int, actual: int
    ) -> None:
        super().__init__(f"`{about}` is at version {actual}, not {expected}")
        self.stream, self.about = stream, about
        self.expected, self.actual = expected, actual


class CommandReused(Exception):
    """This command id was used in this stream for another request."""

    def __init__(self, stream: StreamName, command_id: str) -> None:
        super().__init__(f"command `{command_id}` was another request")
        self.stream, self.command_id = stream, command_id
