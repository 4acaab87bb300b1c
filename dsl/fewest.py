"""The fewest changed judgements behind every rating a part could have.

A changed judgement is one relevant case judged the other way on one question, or another
rating given to a part that is judged. For a question the fewest follow from its count by
division; above it, tables are added up part by part: the least rating, the score, or how
many parts have which rating is all that a rule can ask of those below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, assert_never

from dsl.compiled import Compiled, Known, Ratings
from dsl.compiled_steps import first, lowest, summed
from dsl.live_condition import holds
from dsl.live_plan import (
    ByCount,
    ByFirstRule,
    ByJudgement,
    ByLowest,
    ByTotal,
    CountedRanks,
    Plan,
    Test,
    Way,
)

Cost = tuple[int, int, int]
"""Changed judgements, then those of whole parts, then parts touched: least is best."""


@dataclass(frozen=True, slots=True)
class Flip:
    """So many more cases judged sufficient on a question; fewer where negative."""

    cell: int
    more: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Another rating given to a judged part."""

    cell: int
    rank: int


Step = Flip | Judge


@dataclass(frozen=True, slots=True)
class Fewest:
    """One way to a code at the least cost."""

    cost: Cost
    steps: tuple[Step, ...]


NOTHING = Fewest((0, 0, 0), ())

Table = Mapping[int, Fewest]
"""By code: the fewest changes that lead to it."""


class Entangled(Exception):
    """A part rests on another by two ways, so that its changes do not add up."""


class Tables:
    """The tables of one inspection, part by part from the bottom up."""

    def __init__(self, made: Compiled, known: Known, ratings: Ratings) -> None:
        self._plan = made.plan
        self._known = known
        self._ratings = ratings
        self._tables: dict[int, Table | None] = {}
        self._leaves: dict[int, frozenset[int]] = {}

    def of(self, index: int) -> Table:
        """The table of a cell; raises Entangled."""
        if index not in self._tables:
            self._make(index)
        table = self._tables[index]
        if table is None:
            raise Entangled
        return table

    def _make(self, index: int) -> None:
        below = self._below(index)
        for each in below:
            if each not in self._tables:
                self._make(each)
        leaves = [self._leaves[each] for each in below]
        joined = frozenset({index}).union(*leaves)
        self._leaves[index] = joined
        disjoint = len(joined) == 1 + sum(map(len, leaves))
        known = all(self._tables[each] is not None for each in below)
        self._tables[index] = self._table(index, below) if disjoint and known else None

    def _below(self, index: int) -> tuple[int, ...]:
        """The cells a cell is made from, or whose counts let a move of it lapse."""
        plan, way = self._plan, self._plan.ways[index]
        of: tuple[int, ...] = ()
        if isinstance(way, ByLowest | ByTotal | ByFirstRule):
            of = way.of
        caps = _read(each.when for each in plan.ceilings[index])
        counted = plan.openings[index].questions if self._is_moved(index) else ()
        return tuple(dict.fromkeys((*of, *caps, *counted)))

    def _is_moved(self, index: int) -> bool:
        """Whether a panel's move stands, which any changed count makes lapse."""
        ratings = self._ratings
        is_open = index in self._plan.openings
        return is_open and ratings.codes[index] != ratings.computed[index]

    def _table(self, index: int, below: Sequence[int]) -> Table:
        plan = self._plan
        if plan.domains[index] in self._known.aside:
            return {self._ratings.codes[index]: NOTHING}
        asked = _Asked.of(plan, index)
        moved = self._is_moved(index)
        reached: dict[_State, Fewest] = {}
        for code, fewest in self._alone(index).items():
            changed = moved and bool(fewest.steps)
            state = _State(changed, _Sum(code), asked.nothing)
            _keep(reached, state, fewest)
        for each in below:
            reached = self._added(reached, each, asked, moved=moved)
        table: dict[int, Fewest] = {}
        for state, fewest in reached.items():
            if moved and not state.changed:
                code = self._ratings.codes[index]
            else:
                code = self._code(index, state, asked)
            _keep(table, code, fewest)
        return table

    def _alone(self, index: int) -> Table:
        """What a cell can be by itself; one entry for what is made from others."""
        way, known = self._plan.ways[index], self._known
        match way:
            case ByCount(ranks=ranks) if index < self._plan.questions and ranks:
                percentage = known.percentages[index]
                if percentage < 0:
                    return {self._ratings.codes[index]: NOTHING}
                if known.relevant[index] < 0:
                    return {ranks[percentage]: NOTHING}
                return _flips(index, known.yes[index], known.relevant[index], ranks)
            case ByJudgement() if known.judged[index] >= 0:
                return {
                    rank: NOTHING
                    if rank == known.judged[index]
                    else Fewest((1, 1, 1), (Judge(index, rank),))
                    for rank in range(len(self._plan.ranks))
                }
            case ByCount() | ByJudgement():
                return {self._ratings.codes[index]: NOTHING}
            case ByLowest() | ByTotal() | ByFirstRule():
                return {0: NOTHING}
            case _:
                assert_never(way)

    def _added(
        self,
        reached: Mapping["_State", Fewest],
        below: int,
        asked: "_Asked",
        *,
        moved: bool,
    ) -> dict["_State", Fewest]:
        """Every state with every code of one part below."""
        table = self._tables[below] or {}
        options = list(table.items())
        if moved:
            options += self._no_other(below, table)
        after: dict[_State, Fewest] = {}
        for state, so_far in reached.items():
            for code, fewest in options:
                cost, more = so_far.cost, fewest.cost
                both = (cost[0] + more[0], cost[1] + more[1], cost[2] + more[2])
                steps = so_far.steps + fewest.steps
                changed = state.changed or (moved and bool(fewest.steps))
                _keep(
                    after,
                    _State(
                        changed,
                        asked.summed(state.sum, below, code),
                        asked.counted(state.codes, below, code),
                    ),
                    Fewest(both, steps),
                )
        return after

    def _no_other(self, index: int, table: Table) -> list[tuple[int, Fewest]]:
        """A changed count that leaves the rating of a question where it is."""
        way, known = self._plan.ways[index], self._known
        if not isinstance(way, ByCount) or way.ranks is None:
            return []
        yes, relevant = known.yes[index], known.relevant[index]
        if relevant <= 0 or known.percentages[index] < 0:
            return []
        return [
            (code, Fewest((1, 0, 1), (Flip(index, more),)))
            for more in (1, -1)
            if 0 <= yes + more <= relevant
            and (code := way.ranks[_percentage(yes + more, relevant)]) in table
            and not table[code].steps
        ]

    def _code(self, index: int, state: "_State", asked: "_Asked") -> int:
        """What a cell comes to in a state, after its caps."""
        way, known = self._plan.ways[index], self._known
        codes = asked.spread(state.codes)
        match way:
            case ByLowest(leaving_out=leaving_out):
                least = () if state.sum.rated == 0 else (state.sum.number,)
                code = lowest((*least, *state.sum.others), int(leaving_out))
            case ByTotal():
                sum_ = state.sum
                code, _, _ = summed(way, sum_.number, sum_.rated, sum_.others)
            case ByFirstRule():
                judged = known.judged[index]
                code, _ = first(way, codes, judged, known.facts, known.aside)
            case ByCount() | ByJudgement():
                code = state.sum.number
            case _:
                assert_never(way)
        for each in self._plan.ceilings[index]:
            if code > each.rank and holds(
                each.when, codes.__getitem__, known.facts, known.aside
            ):
                code = each.rank
        return code


class _Sum(NamedTuple):
    """What a least rating or a total needs to know of the parts below it."""

    number: int  # the least code, or the score
    rated: int = 0
    others: tuple[int, ...] = ()  # codes that are no ratings, each once


class _State(NamedTuple):
    """What has been reached, of the parts added up so far."""

    changed: bool
    sum: _Sum
    codes: tuple[tuple[int, ...], ...]  # by class, in order of size


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of the parts below; those that are asked the same are one class."""

    way: Way
    classes: tuple[tuple[int, ...], ...]
    place: Mapping[int, int]  # by cell: its class

    @classmethod
    def of(cls, plan: Plan, index: int) -> "_Asked":
        way = plan.ways[index]
        tests = [each.when for each in plan.ceilings[index]]
        also: tuple[int, ...] = ()
        if isinstance(way, ByFirstRule):
            tests += [test for _, test in way.rows]
            also = way.of
        clauses = [each for test in tests for each in test]
        sets = [each.of for each in clauses if isinstance(each, CountedRanks)]
        cells = dict.fromkeys((*also, *_read(tests)))
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

    def summed(self, sum_: _Sum, below: int, code: int) -> _Sum:
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
                return _Sum(number, sum_.rated + 1, sum_.others)
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


def _read(tests: Iterable[Test]) -> tuple[int, ...]:
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


Key = TypeVar("Key")


def _keep(table: dict[Key, Fewest], key: Key, fewest: Fewest) -> None:
    """Keep the cheaper; of two that cost the same, the one found first."""
    if key not in table or fewest.cost < table[key].cost:
        table[key] = fewest


def _flips(index: int, yes: int, relevant: int, ranks: Sequence[int]) -> Table:
    """By division: the nearest counts that each stretch of percentages holds."""
    table = {ranks[_percentage(yes, relevant)]: NOTHING}
    for rank, low, high in _stretches(ranks):
        # the smallest and the largest count whose percentage is within the stretch
        least = -((-(2 * low - 1) * relevant) // 200) if low else 0
        most = min(relevant, -((-(2 * high + 1) * relevant) // 200) - 1)
        for reached in (max(least, yes + 1), min(most, yes - 1)):
            if least <= reached <= most:
                more = reached - yes
                fewest = Fewest((abs(more), 0, 1), (Flip(index, more),))
                _keep(table, rank, fewest)
    return table


def _stretches(ranks: Sequence[int]) -> list[tuple[int, int, int]]:
    """Every run of one rank, with its first and last percentage."""
    runs: list[tuple[int, int, int]] = []
    for percentage, rank in enumerate(ranks):
        if runs and runs[-1][0] == rank:
            runs[-1] = (rank, runs[-1][1], percentage)
        else:
            runs.append((rank, percentage, percentage))
    return runs


def _percentage(yes: int, relevant: int) -> int:
    return (200 * yes + relevant) // (2 * relevant)
