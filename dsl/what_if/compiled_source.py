"""Prints a plan as the Python that rates with it.

Nothing that an author wrote reaches the source: it holds fixed words, list indexes and
whole numbers. The lists go by cell: `c` codes, `b` codes before discretion, `u` whether
provisional, `g` grounds, `s` scores, `n` maxima; `p` what a count comes to, `m` whether
answers are missing, `y` and `r` a count, `j` judgements, `x` where the panel moved a
standard. `f` is facts, `d` the domains set aside, `T` tables of ranks and `K` whatever
else is asked by number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from dsl.live.plan import (
    COUNTS_ONLY,
    NO_RELEVANT_CASES,
    NOT_ANSWERED,
    NOT_INSPECTED,
    ByCount,
    ByFirstRule,
    ByJudgement,
    ByLowest,
    ByTotal,
    Opening,
    Plan,
)

NO_COUNT = {NO_RELEVANT_CASES: -1, NOT_ANSWERED: -2, NOT_INSPECTED: -3}
"""What `p` holds where there is no percentage: the table's last three places."""


@dataclass(frozen=True, slots=True)
class LowestRule:
    """What discretion asks of the questions of one standard, by number."""

    cell: int
    questions: tuple[tuple[int, tuple[int, ...], tuple[bool, ...]], ...]
    one_case: bool
    few_cases: int


@dataclass(slots=True)
class Printer:
    """The source of one plan, with the tables and other things it names by number."""

    plan: Plan
    most_bands: Mapping[int, int]  # how far a panel may move a cell
    tables: list[tuple[int, ...]] = field(default_factory=list)
    kept: list[object] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def source(self) -> str:
        """A function `rate` over all cells, after those that rate one standard anew."""
        for index, opening in self.plan.openings.items():
            self._print(f"def z{index}(c, j, f, d):")
            for question in opening.questions:
                self._caps(question, f"c[{question}]", provisional=None)
            self._method(index, into="v", score="_, _")
            self._caps(index, "v", provisional=None)
            self._print(" return v")
        self._print("def rate(c, b, u, g, s, n, p, m, y, r, j, x, f, d):")
        for index in range(len(self.plan.cells)):
            self._cell(index)
        self._print(" return")
        return "\n".join(self._lines)

    def _cell(self, index: int) -> None:
        is_counted = isinstance(self.plan.ways[index], ByCount)
        if is_counted and index < self.plan.questions:
            self._method(index, into=f"c[{index}]", score="")
            self._print(f" u[{index}] = m[{index}]")
        else:
            self._print(f" u[{index}] = {self._unsure(index)}")
            self._method(index, into=f"c[{index}]", score=f"s[{index}], n[{index}]")
        self._caps(index, f"c[{index}]", provisional=f"u[{index}]")
        if self.plan.domains[index] is not None and not (
            is_counted and index < self.plan.questions
        ):
            domain = self._keep(self.plan.domains[index])
            self._print(f" if d and K[{domain}] in d: c[{index}] = -1; u[{index}] = 0")
        opening = self.plan.openings.get(index)
        if opening is not None:
            self._discretion(index, opening)

    def _method(self, index: int, *, into: str, score: str) -> None:
        """Put the code of a cell into a variable, from the cells below it."""
        way = self.plan.ways[index]
        match way:
            case ByCount(ranks=ranks) if index < self.plan.questions:
                self._print(f" {into} = T[{self._table(ranks)}][p[{index}]]")
            case ByCount():
                self._print(f" {into} = {COUNTS_ONLY}")
            case ByJudgement():
                self._print(f" {into} = j[{index}]")
                if not score.startswith("_"):
                    self._print(f" if {into} < 0: u[{index}] = 1")
            case ByLowest(of=of, leaving_out=leaving_out):
                self._print(f" {into} = {_least(of)}")
                codes = _codes(of)
                lowest = f"lowest(({codes},), {int(leaving_out)})"
                self._print(f" if {into} < 0: {into} = {lowest}")
            case ByTotal(of=of):
                table = self._exact(way.ranks[-1])
                points = self._exact(way.points)
                total = " + ".join(f"T[{points}][c[{each}]]" for each in of)
                first, second = score.split(", ")
                top = max(way.points) * len(of)
                self._print(f" if {_least(of)} >= 0:")
                self._print(
                    f"  {first} = {total}; {into} = T[{table}][{first}];"
                    f" {second} = {top}"
                )
                self._print(
                    f" else: {into}, {first}, {second} ="
                    f" total(K[{self._keep(way)}], ({_codes(of)},))"
                )
            case ByFirstRule():
                self._print(
                    f" {into}, w = first(K[{self._keep(way)}], c, j[{index}], f, d)"
                )
                if not score.startswith("_"):
                    self._print(f" if w: u[{index}] = 1")
            case _:
                assert_never(way)

    def _unsure(self, index: int) -> str:
        """Whether anything below a cell is provisional."""
        match self.plan.ways[index]:
            case ByLowest(of=of) | ByTotal(of=of) | ByFirstRule(of=of):
                return " or ".join(f"u[{each}]" for each in of)
            case _:
                return "0"

    def _caps(self, index: int, code: str, *, provisional: str | None) -> None:
        for each in self.plan.ceilings[index]:
            self._print(f" if {code} > {each.rank}:")
            self._print(f"  h = holds(K[{self._keep(each.when)}], c.__getitem__, f, d)")
            self._print(f"  if h: {code} = {each.rank}")
            if provisional is not None:
                self._print(f"  elif h is None: {provisional} = 1")

    def _discretion(self, index: int, opening: Opening) -> None:
        few = opening.few_cases
        questions = tuple(
            zip(
                opening.questions,
                (self.tables[self._table(ranks)] for ranks in opening.ranks),
                opening.near,
                strict=True,
            )
        )
        rule = self._keep(LowestRule(index, questions, opening.one_case, few))
        code, most = f"c[{index}]", self.most_bands[index]
        self._print(f" b[{index}] = {code}")
        self._print(f" if {code} >= 0:")
        asked = f"grounds(K[{rule}], z{index}, c, p, y, r, j, f, d)"
        self._print(f"  g[{index}] = {asked}")
        self._print(f"  if x[{index}] >= 0 and g[{index}]:")
        self._print(
            f"   if 0 < abs(x[{index}] - {code}) <= {most}: {code} = x[{index}]"
        )

    def _table(self, ranks: Sequence[int] | None) -> int:
        """The number of a table by whole percentage, then by what stands for none."""
        if ranks is None:
            return self._exact(
                (COUNTS_ONLY,) * 101 + (NOT_INSPECTED,) + (COUNTS_ONLY,) * 2
            )
        return self._exact((*ranks, NOT_INSPECTED, NOT_ANSWERED, NO_RELEVANT_CASES))

    def _exact(self, table: Sequence[int]) -> int:
        if tuple(table) not in self.tables:
            self.tables.append(tuple(table))
        return self.tables.index(tuple(table))

    def _keep(self, thing: object) -> int:
        self.kept.append(thing)
        return len(self.kept) - 1

    def _print(self, line: str) -> None:
        self._lines.append(line)


def _codes(of: Sequence[int]) -> str:
    return ", ".join(f"c[{each}]" for each in of)


def _least(of: Sequence[int]) -> str:
    return _codes(of) if len(of) == 1 else f"min({_codes(of)})"
