"""An event and where it stands: its stream, its version there, its position in all."""

from datetime import datetime
from typing import Self

from msgspec import Struct


class StreamName(Struct, frozen=True, order=True):
    """The events of one thing: `StreamName("inspection", "brent-2019")`."""

    category: str
    id: str

    def __str__(self) -> str:
        return f"{self.category}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`; the category ends at the first dash."""
        category, _, id_ = text.partition("-")
        return cls(category, id_)


class Origin(Struct, frozen=True, kw_only=True):
    """Who asked for an event, when it was so, and what it belongs with."""

    actor: str  # opaque id of a person, or `system:…`
    observed_at: datetime  # aware UTC: when it was so, by the asker's clock
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None


class NewEvent(Struct, frozen=True):
    """An event about to be appended.

    `about` names the one thing in the stream that it changes, `answers/C-1/2.1.2`;
    two writers conflict only if they change the same thing.
    """

    data: Struct
    about: str | None = None


class RecordedEvent(Struct, frozen=True, kw_only=True, gc=False):
    """A fact and its place in the ledger."""

    stream: StreamName
    version: int  # in its stream, from 1, gapless
    position: int  # in the whole ledger, from 1, gapless
    recorded_at: datetime  # aware UTC, never before the position before it
    origin: Origin
    about: str | None
    data: Struct
