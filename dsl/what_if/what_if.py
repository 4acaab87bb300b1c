"""What would change a rating: the fewest changed judgements, in numbers and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dsl.evidence import Evidence
from dsl.framework import OVERALL, Framework, Percentage
from dsl.live.plan import ByJudgement
from dsl.rating.wording import listed
from dsl.what_if.compiled import Compiled, Known, Ratings, compiled
from dsl.what_if.fewest import Entangled, Fewest, Flip, Judge, Step, Tables

_KNOWN_GROUNDS = 7


@dataclass(frozen=True, slots=True)
class Change:
    """Cases of one question judged the other way, or a judged part judged anew.

    `more` is how many more are sufficient, fewer where negative; the count is the one
    after. A part that is judged as a whole has its rating alone.
    """

    part: str
    rating: str | None  # after
    more: int | None = None
    yes: int | None = None
    relevant: int | None = None
    percentage: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Another standard that would move along."""

    part: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """The fewest changed judgements that give a part another rating."""

    rating: str
    judgements: int
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    lapses: tuple[str, ...]  # standards whose decision by the panel would lapse
    panel_may: bool  # the panel may give this rating as things stand
    score: int | None
    maximum: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One part: every other rating that changed judgements can give it."""

    part: str
    rating: str | None
    turns: tuple[Turn, ...]  # worst rating first
    out_of_reach: tuple[str, ...]  # ratings that no changed judgement gives
    because: str | None = None  # why there is nothing to work out


def what_if(
    framework: Framework, evidence: Evidence, parts: Iterable[str] | None = None
) -> tuple[WhatIf, ...]:
    """What would change these parts, or else every standard and the overall rating.

    The evidence is one that `evaluate` takes. Nothing is added to it: answers that are
    missing stay missing, and a part that is not rated has nothing to change. A changed
    count makes the panel's decision on its standard lapse.
    """
    made = compiled(framework)
    known = made.known(evidence)
    ratings = made.rate(known)
    asked = _Asked(framework, made, known, ratings)
    tables = Tables(made, known, ratings)
    overall = [OVERALL] if OVERALL in framework.rates else []
    wanted = [*framework.standards, *overall] if parts is None else parts
    return tuple(asked.part(part, tables) for part in wanted)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One inspection, by the numbers of its framework and in its words."""

    framework: Framework
    made: Compiled
    known: Known
    ratings: Ratings

    def part(self, part: str, tables: Tables) -> WhatIf:
        cell = self.made.plan.cell[part]
        code = self.ratings.codes[cell]
        rating = self.name(code)
        if isinstance(self.made.plan.ways[cell], ByJudgement):
            return WhatIf(part, rating, (), (), f"{part} is judged, not worked out")
        try:
            table = tables.of(cell)
        except Entangled:
            because = f"{part} rests on one part in two ways"
            return WhatIf(part, rating, (), (), because)
        turns = [
            self.turn(part, rank, table[rank])
            for rank in range(len(self.framework.ratings))
            if rank in table and rank != code
        ]
        missing = [
            each.name
            for rank, each in enumerate(self.framework.ratings)
            if rank not in table
        ]
        return WhatIf(part, rating, tuple(turns), tuple(missing))

    def name(self, code: int) -> str | None:
        return self.framework.ratings[code].name if code >= 0 else None

    def turn(self, part: str, rank: int, fewest: Fewest) -> Turn:
        plan, known = self.made.plan, self.known
        cell = plan.cell[part]
        lapsing = self._lapsing(fewest.steps)
        after = self.made.rate(_changed(known, fewest.steps, lapsing))
        changes = tuple(self._change(step, after) for step in fewest.steps)
        moves = tuple(
            Move(
                each,
                self.name(self.ratings.codes[index]),
                self.name(after.codes[index]),
            )
            for each in self.framework.standards
            for index in [plan.cell[each]]
            if each != part
            and after.codes[index] != self.ratings.codes[index]
            and not isinstance(plan.ways[index], ByJudgement)
        )
        score, maximum = after.scores[cell], after.maxima[cell]
        turn = Turn(
            rating=self.framework.ratings[rank].name,
            judgements=fewest.cost[0],
            changes=changes,
            moves=moves,
            lapses=tuple(plan.cells[index] for index in lapsing),
            panel_may=self._panel_may(part, rank),
            score=score if score >= 0 else None,
            maximum=maximum if maximum >= 0 else None,
            sentence="",
        )
        return replace(turn, sentence=self._sentence(part, turn))

    def _lapsing(self, steps: Sequence[Step]) -> tuple[int, ...]:
        """The standards the panel moved whose counts these steps change."""
        touched = {step.cell for step in steps}
        return tuple(
            index
            for index, opening in self.made.plan.openings.items()
            if self.known.moved[index] >= 0
            and touched & {index, *opening.questions, *_read(self.made, index)}
        )

    def _panel_may(self, part: str, rank: int) -> bool:
        rule = self.framework.discretion.get(part)
        if rule is None:
            return False
        cell = self.made.plan.cell[part]
        bands = abs(self.ratings.computed[cell] - rank)
        is_open = self.ratings.grounds[cell] & _KNOWN_GROUNDS
        return bool(is_open) and 0 < bands <= rule.most_bands

    def _change(self, step: Step, after: Ratings) -> Change:
        part = self.made.plan.cells[step.cell]
        match step:
            case Judge(rank=rank):
                return Change(part, self.framework.ratings[rank].name)
            case Flip(cell=cell, more=more):
                yes, relevant = self.known.yes[cell] + more, self.known.relevant[cell]
                percentage = (200 * yes + relevant) // (2 * relevant)
                rating = self.name(after.codes[cell])
                return Change(part, rating, more, yes, relevant, percentage)

    def _sentence(self, part: str, turn: Turn) -> str:
        score = f" ({turn.score} of {turn.maximum})" if turn.score is not None else ""
        said = [self._said(change) for change in turn.changes]
        if len(said) > 1:
            said.insert(0, f"{turn.judgements} changed judgements")
        text = f"{part} would be '{turn.rating}'{score} with {_joined(said)}"
        if turn.moves:
            moves = [f"{each.part} to {_quoted(each.after)}" for each in turn.moves]
            text += f"; this moves {listed(moves)}"
        if turn.lapses:
            text += f"; the panel's move of {listed(turn.lapses)} would lapse"
        if turn.panel_may:
            text += "; the panel may decide so without it"
        return text

    def _said(self, change: Change) -> str:
        if change.more is None:
            return f"{change.part} judged {_quoted(change.rating)}"
        method = self.framework.rates[change.part].method
        answer = method.answer if isinstance(method, Percentage) else ""
        number = "one" if abs(change.more) == 1 else str(abs(change.more))
        answers = f"more '{answer}'" if change.more > 0 else f"'{answer}' fewer"
        return (
            f"{number} {answers} on {change.part}: {change.yes} of {change.relevant}"
            f" = {change.percentage}%, {_quoted(change.rating)}"
        )


def _joined(said: Sequence[str]) -> str:
    """One as it is; several after their number."""
    number, *rest = said
    return f"{number}: {'; '.join(rest)}" if rest else number


def _quoted(rating: str | None) -> str:
    return "not rated" if rating is None else f"'{rating}'"


def _read(made: Compiled, index: int) -> Sequence[int]:
    of: Sequence[int] = getattr(made.plan.ways[index], "of", ())
    return of


def _changed(known: Known, steps: Sequence[Step], lapsing: Iterable[int]) -> Known:
    """The inspection after these steps."""
    after = replace(
        known,
        percentages=[*known.percentages],
        yes=[*known.yes],
        judged=[*known.judged],
        moved=[*known.moved],
    )
    for step in steps:
        match step:
            case Judge(cell=cell, rank=rank):
                after.judged[cell] = rank
            case Flip(cell=cell, more=more):
                relevant = known.relevant[cell]
                yes = known.yes[cell] + more
                after.yes[cell] = yes
                after.percentages[cell] = (200 * yes + relevant) // (2 * relevant)
    for index in lapsing:
        after.moved[index] = -1
    return after
