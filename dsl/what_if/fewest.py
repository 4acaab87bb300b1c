"""The fewest changed judgements behind every rating a part could have.

A changed judgement is one relevant case judged the other way on one question, or
another rating given to a part that is judged. For a question the fewest follow from its
count by division; above it, tables are added up part by part: the least rating, the
score, or how many parts have which rating is all that a rule can ask of those below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, assert_never

from dsl.live.condition import holds
from dsl.live.plan import (
    ByCount,
    ByFirstRule,
    ByJudgement,
    ByLowest,
    ByTotal,
)
from dsl.what_if.compiled import Compiled, Known, Ratings
from dsl.what_if.compiled_steps import first, lowest, summed
from dsl.what_if.fewest_sums import Asked, State, Sum, cells_of

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
        caps = cells_of(each.when for each in plan.ceilings[index])
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
        asked = Asked.of(plan, index)
        moved = self._is_moved(index)
        reached: dict[State, Fewest] = {}
        for code, fewest in self._alone(index).items():
            changed = moved and bool(fewest.steps)
            state = State(changed, Sum(code), asked.nothing)
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
        reached: Mapping[State, Fewest],
        below: int,
        asked: Asked,
        *,
        moved: bool,
    ) -> dict[State, Fewest]:
        """Every state with every code of one part below."""
        table = self._tables[below] or {}
        options = list(table.items())
        if moved:
            options += self._no_other(below, table)
        after: dict[State, Fewest] = {}
        for state, so_far in reached.items():
            for code, fewest in options:
                cost, more = so_far.cost, fewest.cost
                both = (cost[0] + more[0], cost[1] + more[1], cost[2] + more[2])
                steps = so_far.steps + fewest.steps
                changed = state.changed or (moved and bool(fewest.steps))
                _keep(
                    after,
                    State(
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

    def _code(self, index: int, state: State, asked: Asked) -> int:
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
