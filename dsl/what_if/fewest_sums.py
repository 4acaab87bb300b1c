"""What a rule can ask of the parts below it, added up one part at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dsl.live.plan import ByFirstRule, ByLowest, ByTotal, CountedRanks, Plan, Test, Way


class Sum(NamedTuple):
    """What a least rating or a total needs to know of the parts below it."""

    number: int  # the least code, or the score
    rated: int = 0
    others: tuple[int, ...] = ()  # codes that are no ratings, each once


class State(NamedTuple):
    """What has been reached, of the parts added up so far."""

    changed: bool
    sum: Sum
    codes: tuple[tuple[int, ...], ...]  # by class, in order of size


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the parts below; those that are asked the same are one class."""

    way: Way
    classes: tuple[tuple[int, ...], ...]
    place: Mapping[int, int]  # by cell: its class

    @classmethod
    def of(cls, plan: Plan, index: int) -> "Asked":
        way = plan.ways[index]
        tests = [each.when for each in plan.ceilings[index]]
        also: tuple[int, ...] = ()
        if isinstance(way, ByFirstRule):
            tests += [test for _, test in way.rows]
            also = way.of
        clauses = [each for test in tests for each in test]
        sets = [each.of for each in clauses if isinstance(each, CountedRanks)]
        cells = dict.fromkeys((*also, *cells_of(tests)))
        by_signature: dict[tuple[bool, ...], list[int]] = {}
        for cell in cells:
            signature = tuple(cell in (each or ()) for each in sets)
            by_signature.setdefault(signature, []).append(cell)
        classes = tuple(map(tuple, by_signature.values()))
        place = {cell: at for at, each in enumerate(classes) for cell in each}
        return cls(way, classes, place)

    @property
    def nothing(self) -> tuple[tuple[int, ...], ...]:
        """No part counted yet."""
        return ((),) * len(self.classes)

    def summed(self, sum_: Sum, below: int, code: int) -> Sum:
        """With the code of one more part."""
        match self.way:
            case ByLowest(of=of) | ByTotal(of=of) if below in of:
                if code < 0:
                    others = tuple(sorted({*sum_.others, code}))
                    return sum_._replace(others=others)
                if isinstance(self.way, ByTotal):
                    number = sum_.number + self.way.points[code]
                else:
                    number = min(sum_.number, code) if sum_.rated else code
                return Sum(number, sum_.rated + 1, sum_.others)
            case _:
                return sum_

    def counted(
        self, codes: tuple[tuple[int, ...], ...], below: int, code: int
    ) -> tuple[tuple[int, ...], ...]:
        """With the code of one more part."""
        at = self.place.get(below)
        if at is None:
            return codes
        return (*codes[:at], tuple(sorted((*codes[at], code))), *codes[at + 1 :])

    def spread(self, codes: Sequence[Sequence[int]]) -> Mapping[int, int]:
        """The codes put on parts of their class, no matter which."""
        return {
            cell: code
            for cells, each in zip(self.classes, codes, strict=True)
            for cell, code in zip(cells, each, strict=True)
        }


def cells_of(tests: Iterable[Test]) -> tuple[int, ...]:
    """Every cell that these tests count."""
    return tuple(
        dict.fromkeys(
            cell
            for test in tests
            for clause in test
            if isinstance(clause, CountedRanks)
            for cell in clause.of or ()
        )
    )
