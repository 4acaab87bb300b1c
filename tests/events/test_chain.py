"""The hash chain: what it covers, and what breaks it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from events.chain import START, follow, link
from events.store import StoreError
from events.stored import StoredEvent

EVENT = StoredEvent(
    position=1,
    stream="inspection-brent-2019",
    version=1,
    type="case-submitted",
    schema=1,
    recorded_at=1_709_640_000_000_000,
    observed_at=-1,
    actor="p-17",
    command_id="c-1",
    correlation_id=None,
    causation_id="",
    about="cases/C-1",
    payload=b'{"type":"case-submitted","case":"C-1"}',
    hash=b"",
)


def chained(*events: StoredEvent) -> Sequence[StoredEvent]:
    previous, linked = START, []
    for position, event in enumerate(events, 1):
        placed = event._replace(position=position, version=position)
        previous = link(previous, placed)
        linked.append(placed._replace(hash=previous))
    return linked


def test_the_hash_of_an_event_never_changes() -> None:
    assert link(START, EVENT).hex() == (
        "4b828fd3c3a2dad68af344b2426f28d1ab4ecac6b647be9a9665bd71de361a95"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"position": 2},
        {"stream": "inspection-brent-2018"},
        {"version": 2},
        {"type": "case-accepted"},
        {"schema": 2},
        {"recorded_at": 1_709_640_000_000_001},
        {"observed_at": 0},
        {"actor": "p-18"},
        {"command_id": None},
        {"correlation_id": ""},
        {"causation_id": None},
        {"about": None},
        {"payload": b'{"type":"case-submitted","case":"C-2"}'},
        {"command_id": "c-", "correlation_id": "1"},
        {"actor": "p-17c", "command_id": "-1"},
    ],
    ids="-".join,
)
def test_every_part_of_an_event_is_in_its_hash(changed: dict[str, object]) -> None:
    other = StoredEvent(**{**EVENT._asdict(), **changed})

    assert link(START, other) != link(START, EVENT)


def test_an_event_is_bound_to_what_came_before_it() -> None:
    assert link(bytes([1]) + bytes(31), EVENT) != link(START, EVENT)


def test_the_chain_is_followed_from_any_place() -> None:
    events = chained(EVENT, EVENT, EVENT)

    assert follow(START, events, after=0) == events[-1].hash
    assert follow(events[0].hash, events[1:], after=1) == events[-1].hash
    assert follow(START, [], after=0) == START
    assert all(one.hash != other.hash for one, other in pairwise(events))


def test_a_hole_is_named() -> None:
    first, _, third = chained(EVENT, EVENT, EVENT)

    with pytest.raises(StoreError, match="has position 3 where 2 belongs"):
        follow(START, [first, third], after=0)


def test_a_changed_event_breaks_the_chain_where_it_lies() -> None:
    first, second, third = chained(EVENT, EVENT, EVENT)

    with pytest.raises(StoreError, match="the hash chain is broken at position 2"):
        follow(START, [first, second._replace(actor="p-9"), third], after=0)
