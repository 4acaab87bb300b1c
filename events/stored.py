"""What a store keeps, and the few things it must be able to do with it.

A `Storage` keeps rows and knows nothing of events: deciding, numbering, hashing and
decoding are done once, above it, for every database.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from events.bell import Bell
from events.store import Row


class StoredEvent(NamedTuple):
    """One event as it lies on disk; times are whole microseconds since 1970."""

    position: int
    stream: str
    version: int
    type: str
    schema: int
    recorded_at: int
    observed_at: int
    actor: str
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    about: str | None
    payload: bytes
    hash: bytes


StoredRow = tuple[
    int,
    str,
    int,
    str,
    int,
    int,
    int,
    str,
    str | None,
    str | None,
    str | None,
    str | None,
    bytes,
    bytes,
]
"""The same as a driver gives it; naming the fields costs a third of a replay."""


class StoredRequest(NamedTuple):
    """A command that was answered, so that sending it again gets the same answer."""

    stream: str
    command_id: str
    fingerprint: bytes
    position: int  # of its last event; the head where it changed nothing
    reply: bytes | None
    recorded_at: int


class Tail(Struct, frozen=True):
    """Where the ledger ends; any transaction at all shows in `writes`."""

    position: int
    hash: bytes
    recorded_at: int
    writes: int


class StoredStream(Struct, frozen=True):
    """A stream's whole past, and the fingerprints of the commands it answered."""

    exists: bool
    events: Sequence[StoredRow]
    commands: Mapping[str, bytes]


class Batch(Struct, frozen=True):
    """What one transaction writes, and the tail it was decided on."""

    before: Tail
    after: Tail  # equal to `before` when there is nothing to write
    streams: Sequence[str]  # new ones
    events: Sequence[StoredEvent]
    requests: Sequence[StoredRequest]
    rows: Mapping[str, Sequence[Row]]


class Storage(Protocol):
    """A database, as far as the ledger needs one; failures are StoreErrors.

    `claim`, `news`, `load`, `answered`, `write` and `touch` are the appender's alone:
    one at a time.
    """

    @property
    def bell(self) -> Bell:
        """Rung when something may have been written, by whatever process."""
        ...

    async def tail(self) -> Tail:
        """Where the ledger ends on disk."""
        ...

    async def claim(self) -> Tail:
        """The tail; where it can, it keeps others from moving it until `write`."""
        ...

    async def release(self) -> None:
        """Let others move the tail again, if they were kept from it."""
        ...

    async def news(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        """What `page` gives, read where the head may be claimed meanwhile."""
        ...

    async def load(self, stream: str) -> StoredStream:
        """All that is stored of one stream."""
        ...

    async def answered(
        self, commands: Sequence[tuple[str, str]]
    ) -> Sequence[StoredRequest]:
        """Those of these commands, by stream and id, that were answered."""
        ...

    async def write(self, batch: Batch) -> bool:
        """Write all or nothing, durably; False if the tail is not `before` any more."""
        ...

    async def touch(self) -> None:
        """Write what is there already; StoreError while nothing can be written."""
        ...

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredRow]:
        """Events of a stream after a version and up to a position, in order."""
        ...

    async def streams(self, category: str) -> Sequence[str]:
        """The names of a category's streams, in order."""
        ...

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]:
        """Events after a position, in order."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
