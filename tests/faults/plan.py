"""Which faults strike, in which order and when: all of it drawn from a seed."""

import random
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What can go wrong; the value is how it is told."""

    SERVICE_KILLED = "a service killed"
    ALL_KILLED = "all services killed"
    REQUESTS_CUT = "requests cut off by their senders"
    DISK_FULL = "the disk full"
    DATABASE_KILLED = "the database killed"
    SESSIONS_CUT = "database sessions cut"


class Fault(NamedTuple):
    """One fault; `member` is the service it hits where it hits one."""

    kind: Kind
    member: int
    after: float  # seconds of writing before it strikes


_WEIGHTS = {
    Kind.SERVICE_KILLED: 5,
    Kind.ALL_KILLED: 1,
    Kind.REQUESTS_CUT: 2,
    Kind.DISK_FULL: 2,
    Kind.DATABASE_KILLED: 3,
    Kind.SESSIONS_CUT: 3,
}
_SERVER_ONLY = {Kind.DATABASE_KILLED, Kind.SESSIONS_CUT}


def plan(chance: random.Random, faults: int, *, server: bool) -> Iterator[Fault]:
    """Draw this many; each kind there is comes once before any is drawn by weight."""
    kinds = [kind for kind in Kind if server or kind not in _SERVER_ONLY]
    weights = [_WEIGHTS[kind] for kind in kinds]
    opening = chance.sample(kinds, len(kinds))
    for number in range(faults):
        drawn = chance.choices(kinds, weights)[0]
        kind = opening[number] if number < len(opening) else drawn
        yield Fault(kind, chance.randrange(3), chance.uniform(0.0, 0.15))
