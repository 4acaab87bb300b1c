"""Ways to change a ledger of 120 events behind its back, and where each begins."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from events.stored import StoredEvent
from tests.events.ledger_of import chained

AT = 57
"""The position of the first event that every tampering changes."""

Tampering = Callable[[Sequence[StoredEvent]], list[StoredEvent]]


def _flipped(data: bytes) -> bytes:
    return data[:9] + bytes([data[9] ^ 4]) + data[10:]


def _payload_byte(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    event = events[AT - 1]
    return _replaced(events, event._replace(payload=_flipped(event.payload)))


def _payload_not_text(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    event = events[AT - 1]
    return _replaced(events, event._replace(payload=b"\xff" + event.payload))


def _hash_byte(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    event = events[AT - 1]
    return _replaced(events, event._replace(hash=_flipped(event.hash)))


def _actor(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _replaced(events, events[AT - 1]._replace(actor="p-18"))


def _number_never_stored(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _replaced(events, events[AT - 1]._replace(schema=-1))


def _dropped(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [*events[: AT - 1], *events[AT:]]


def _dropped_and_closed_up(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _numbered(_dropped(events))


def _inserted(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [*events[: AT - 1], events[AT - 2], *events[AT - 1 :]]


def _inserted_and_moved_up(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _numbered(_inserted(events))


def _reordered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [*events[: AT - 1], events[AT], events[AT - 1], *events[AT + 1 :]]


def _reordered_and_numbered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _numbered(_reordered(events))


def _cut_off(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return list(events[: AT - 1])


def rewritten(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Another answer from here on, with every later link made anew."""
    return chained(_actor(events))


def _replaced(events: Sequence[StoredEvent], event: StoredEvent) -> list[StoredEvent]:
    return [*events[: AT - 1], event, *events[AT:]]


def _numbered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [event._replace(position=n) for n, event in enumerate(events, 1)]


TAMPERINGS: Mapping[str, Tampering] = MappingProxyType(
    {
        "flipped-byte": _payload_byte,
        "flipped-byte-that-is-no-text": _payload_not_text,
        "flipped-byte-of-a-hash": _hash_byte,
        "changed-actor": _actor,
        "number-never-stored": _number_never_stored,
        "dropped": _dropped,
        "dropped-and-closed-up": _dropped_and_closed_up,
        "inserted": _inserted,
        "inserted-and-moved-up": _inserted_and_moved_up,
        "reordered": _reordered,
        "reordered-and-numbered": _reordered_and_numbered,
        "cut-off": _cut_off,
        "rewritten": rewritten,
        "rewritten-with-one-dropped": lambda events: chained(_dropped(events)),
        "rewritten-with-one-inserted": lambda events: chained(_inserted(events)),
        "rewritten-in-another-order": lambda events: chained(_reordered(events)),
    }
)
