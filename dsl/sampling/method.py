"""The method by which cases are drawn, so that anyone can draw them again.

By hand: group the cases by the first fact matched on, order each group in the same way
by the others and at last by ticket, the SHA-256 of seed, sample and reference, and turn
every second group round. Then take every N/n-th, from a place within the first N/n that
the SHA-256 of seed and sample sets. SAMPLING.md has it step by step, and why no other
method was taken.

INVARIANT (fair): each case is as likely as any other; each stratum, and each value of
the first fact matched on, is within one case of its share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

METHOD = "adjudge-draw-1"
"""Names the method; any change that could draw other cases takes a new name."""

_TICKETS = 2**256

Stratum = tuple[int, ...]
"""A case's value of each fact matched on, as its place among the fact's values."""


@dataclass(frozen=True, slots=True)
class Selection:
    """References drawn, by stratum, and all others in the order they are called up."""

    drawn: tuple[str, ...]
    reserves: tuple[str, ...]


def select(
    strata: Mapping[str, Stratum], size: int, *, sample: str, seed: str
) -> Selection:
    """Draw `size` of the cases, by reference; at most as many as there are."""
    tickets = {reference: ticket(seed, sample, reference) for reference in strata}
    ordered = to_and_fro(sorted(strata, key=tickets.__getitem__), strata)
    places = every_nth(len(strata), size, ticket(seed, sample))
    drawn = tuple(ordered[place] for place in places)
    reserves = sorted(set(strata).difference(drawn), key=tickets.__getitem__)
    return Selection(drawn, tuple(reserves))


def to_and_fro(
    cases: Sequence[str], strata: Mapping[str, Stratum], depth: int = 0
) -> list[str]:
    """Cases by stratum, every second group turned round.

    Like cases meet at the turns, which keeps the later facts nearer to their shares.
    """
    if not cases or depth == len(strata[cases[0]]):
        return list(cases)
    ordered: list[str] = []
    values = sorted({strata[case][depth] for case in cases})
    for turn, value in enumerate(values):
        same = [case for case in cases if strata[case][depth] == value]
        group = to_and_fro(same, strata, depth + 1)
        ordered += reversed(group) if turn % 2 else group
    return ordered


def ticket(*lines: str) -> int:
    """The SHA-256 of the lines in UTF-8, joined by line feeds, as a number."""
    return int.from_bytes(sha256("\n".join(lines).encode()).digest())


def every_nth(population: int, size: int, start: int) -> tuple[int, ...]:
    """Places, from 0, that are `population / size` apart.

    `start`, below 2^256, sets how far into the first interval the first one is.
    """
    return tuple(
        (start + step * _TICKETS) * population // (size * _TICKETS)
        for step in range(size)
    )
