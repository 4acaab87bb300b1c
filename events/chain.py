"""The hash chain over the ledger, computed from what is stored and nothing else.

The hash of an event is the SHA-256 of these bytes, one after another:

    hash of the event before it   32 bytes; zeros before the first
    position, version             8 bytes each, unsigned, big-endian
    schema                        4 bytes, unsigned, big-endian
    recorded at, observed at      8 bytes each, signed, big-endian, microseconds
    SHA-256 of the payload        32 bytes
    stream, type, actor, command id, correlation id, causation id, about
                                  each as 4 bytes of length, unsigned, big-endian, and
                                  then its UTF-8; an absent one is the length 2^32 - 1

Every part has a fixed width or says its length, so no two events give the same bytes.
The payload enters by its hash, so the chain can be checked without the payload. What
the chain does not prove: that its owner has not rewritten all of it.
"""

import struct
from collections.abc import Sequence
from hashlib import sha256

from events.store import StoreError
from events.stored import StoredEvent, StoredRow

START = bytes(32)
"""The hash before the first event."""

_NUMBERS = struct.Struct(">QQLqq").pack
_LENGTH = struct.Struct(">L").pack
_ABSENT = b"\xff\xff\xff\xff"


class BrokenChainError(StoreError):
    """ALARM: what is stored was changed behind the store's back."""


def link(previous: bytes, event: StoredRow) -> bytes:
    """The hash of an event that follows `previous`; its own `hash` is not read."""
    (
        position,
        stream,
        version,
        type_,
        schema,
        recorded_at,
        observed_at,
        actor,
        command_id,
        correlation_id,
        causation_id,
        about,
        payload,
        _,
    ) = event
    parts = [
        previous,
        _NUMBERS(position, version, schema, recorded_at, observed_at),
        sha256(payload).digest(),
    ]
    for text in (
        stream,
        type_,
        actor,
        command_id,
        correlation_id,
        causation_id,
        about,
    ):
        if text is None:
            parts.append(_ABSENT)
        else:
            written = text.encode()
            parts.append(_LENGTH(len(written)))
            parts.append(written)
    return sha256(b"".join(parts)).digest()


def follow(previous: bytes, events: Sequence[StoredRow], *, after: int) -> bytes:
    """The hash after these events; refuses a hole and a link that does not hold."""
    for position, event in enumerate(map(StoredEvent._make, events), after + 1):
        if event.position != position:
            raise BrokenChainError(
                f"the ledger has position {event.position} where {position} belongs"
            )
        if not _holds(previous, event):
            raise BrokenChainError(f"the hash chain is broken at position {position}")
        previous = event.hash
    return previous


def _holds(previous: bytes, event: StoredEvent) -> bool:
    try:
        return link(previous, event) == event.hash
    except (TypeError, AttributeError, struct.error):  # not even of the right kind
        return False
