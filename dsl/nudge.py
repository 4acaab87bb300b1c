"""Every number and condition of a rule file, each changed by the smallest step.

A nudge is made on the framework, not on the text. Versions that inherit a rule have it
at the same file and line, and the nudges of it say the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dsl import say
from dsl.change import Spot
from dsl.framework import (
    Banding,
    Cap,
    Discretion,
    FirstRule,
    Framework,
    Lowest,
    Method,
    Rating,
    Rule,
    RuleRow,
    Total,
)
from dsl.nodes import DiscretionNode, RatingsNode, Statement
from dsl.nudge_condition import nudged_conditions, nudged_sets
from dsl.parse import parse
from dsl.phrases import Number
from dsl.reads import reads_of
from dsl.source import SourceFile
from dsl.wording import counted

Apply = Callable[[Framework], Framework]
"""Makes one change; leaves a framework alone that has nothing to change."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """One small change: where, what, and what becomes of it; None if no test can see."""

    at: Spot
    about: str  # "discretion for standards 2.1 to 2.4"; versions may differ in it
    what: str  # "6 cases or fewer instead of 5"; the same in every version
    change: Framework | None  # the framework it was made on, changed

    @property
    def sentence(self) -> str:
        """Lower case, no full stop."""
        return f"{self.about}: {self.what}"


def nudges(framework: Framework, file: SourceFile) -> tuple[Nudge, ...]:
    """Every nudge of the rules that this very file writes, in the order of its lines."""
    statements = {each.line: each for each in parse(file).statements}
    own = _Own(framework, file.name, statements)
    found = [
        *_ratings(own),
        *_bandings(own),
        *_rates(own),
        *_caps(own),
        *_guidance(own),
        *_discretion(own),
        *_beyond(own),
    ]
    return tuple(sorted(found, key=lambda nudge: nudge.at.line))


@dataclass(frozen=True, slots=True)
class _Own:
    """A framework, and which of its rules one file wrote."""

    framework: Framework
    file: str
    statements: Mapping[int, Statement]  # by line

    def wrote(self, rule: Rule | None) -> bool:
        return rule is not None and rule.file == self.file

    def nudge(self, line: int, about: str, what: str, apply: Apply) -> Nudge:
        return Nudge(Spot(self.file, line), about, what, apply(self.framework))

    def beyond(self, line: int, about: str, what: str) -> Nudge:
        return Nudge(Spot(self.file, line), about, what, None)


K = TypeVar("K")
V = TypeVar("V")


def _once_each(things: Iterable[V], rule_of: Callable[[V], Rule]) -> dict[int, list[V]]:
    """Things by the line of the block that wrote them: one block, many parts."""
    blocks: dict[int, list[V]] = {}
    for thing in things:
        blocks.setdefault(rule_of(thing).line, []).append(thing)
    return blocks


def _mapped(mapping: Mapping[K, V], change: Callable[[V], V]) -> dict[K, V]:
    return {key: change(value) for key, value in mapping.items()}


# ---- the scale


def _ratings(own: _Own) -> Iterator[Nudge]:
    rule = own.framework.ratings_rule
    if rule is None or not own.wrote(rule):
        return
    node = own.statements[rule.line].node
    rows = node.rows if isinstance(node, RatingsNode) else ()
    for rank, (rating, (_, number)) in enumerate(
        zip(own.framework.ratings, rows, strict=False)
    ):
        for score in (rating.score - 1, rating.score + 1):
            if score >= 0:
                about = f"rating '{rating.name}'"
                what = f"scores {score} instead of {rating.score}"
                apply = _score(rule, rank, score)
                yield own.nudge(number.span.line, about, what, apply)


def _score(rule: Rule, rank: int, score: int) -> Apply:
    def apply(framework: Framework) -> Framework:
        if framework.ratings_rule is None or not _same(framework.ratings_rule, rule):
            return framework
        ratings = list(framework.ratings)
        ratings[rank] = Rating(ratings[rank].name, score)
        return replace(framework, ratings=tuple(ratings))

    return apply


def _bandings(own: _Own) -> Iterator[Nudge]:
    for banding in own.framework.bandings.values():
        if not own.wrote(banding.rule):
            continue
        for index in range(1, len(banding.bands)):
            below, band = banding.bands[index - 1], banding.bands[index]
            for edge in (band.low - 1, band.low + 1):
                if below.low < edge <= band.high:
                    about = f"banding “{banding.name}”"
                    what = f"'{band.rating}' from {edge} instead of {band.low}"
                    apply = _edge(banding, index, edge)
                    yield own.nudge(band.line, about, what, apply)


def _edge(target: Banding, index: int, edge: int) -> Apply:
    def change(banding: Banding) -> Banding:
        if banding.name != target.name or not _same(banding.rule, target.rule):
            return banding
        bands = list(banding.bands)
        bands[index - 1] = replace(bands[index - 1], high=edge - 1)
        bands[index] = replace(bands[index], low=edge)
        return replace(banding, bands=tuple(bands))

    return lambda framework: replace(
        framework, bandings=_mapped(framework.bandings, change)
    )


# ---- how parts are rated


def _rates(own: _Own) -> Iterator[Nudge]:
    rates = [each for each in own.framework.rates.values() if own.wrote(each.rule)]
    for block in _once_each(rates, lambda rate: rate.rule).values():
        rate = block[0]
        rule = rate.rule
        about = _named(own, [each.part for each in block])
        match rate.method:
            case Lowest() as lowest:
                what = f"{_with_or_without(lowest.leaving_out)} “leaving out those not rated”"
                yield own.nudge(rule.line, about, what, _method(rule, _turned))
            case Total() as total:
                what = f"{_with_or_without(total.in_proportion)} “in proportion”"
                yield own.nudge(rule.line, about, what, _method(rule, _turned))
                for words, of in nudged_sets(own.framework, total.of, rate.part):
                    apply = _method(rule, _counting(of))
                    yield own.nudge(rule.line, about, words, apply)
            case FirstRule() as first:
                place = _RowsOf(rate.part, rule, _in_method)
                yield from _rows(own, about, first.rows, place)
            case _:
                pass


def _named(own: _Own, parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return say.part(own.framework, parts[0])
    return say.parts(own.framework, parts)


def _with_or_without(there: bool) -> str:  # noqa: FBT001 - the one thing it turns
    return "without" if there else "with"


def _turned(method: Method) -> Method:
    match method:
        case Lowest(leaving_out=leaving_out):
            return replace(method, leaving_out=not leaving_out)
        case Total(in_proportion=in_proportion):
            return replace(method, in_proportion=not in_proportion)
        case _:
            return method


def _counting(of: tuple[str, ...]) -> Callable[[Method], Method]:
    return lambda method: (
        replace(method, of=of) if isinstance(method, Total) else method
    )


def _method(rule: Rule, change: Callable[[Method], Method]) -> Apply:
    return lambda framework: replace(
        framework,
        rates=_mapped(
            framework.rates,
            lambda rate: (
                replace(rate, method=change(rate.method))
                if _same(rate.rule, rule)
                else rate
            ),
        ),
    )


# ---- rows of conditions

Rows = tuple[RuleRow, ...]
InPlace = Callable[[Framework, Rule, Rows], Framework]


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """Where a list of rows belongs, and how another list is put in its place."""

    part: str
    rule: Rule
    put: InPlace

    def apply(self, rows: Sequence[RuleRow]) -> Apply:
        return lambda framework: self.put(framework, self.rule, tuple(rows))


def _in_method(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    def change(method: Method) -> Method:
        if isinstance(method, FirstRule):
            return replace(method, rows=rows, of=reads_of(rows))
        return method

    return _method(rule, change)(framework)


def _in_guidance(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    return replace(
        framework,
        guidance=_mapped(
            framework.guidance,
            lambda each: replace(each, rows=rows) if _same(each.rule, rule) else each,
        ),
    )


def _in_cap(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    def change(cap: Cap) -> tuple[Cap, ...]:
        if not _same(cap.rule, rule):
            return (cap,)
        return tuple(replace(cap, at=row.rating, when=row.when) for row in rows)

    caps = tuple(each for cap in framework.caps for each in change(cap))
    return replace(framework, caps=caps)


def _caps(own: _Own) -> Iterator[Nudge]:
    caps = [each for each in own.framework.caps if own.wrote(each.rule)]
    for block in _once_each(caps, lambda cap: cap.rule).values():
        cap = block[0]
        about = f"the cap on {_named(own, [each.part for each in block])}"
        row = RuleRow(cap.at, cap.when, cap.rule.line)
        place = _RowsOf(cap.part, cap.rule, _in_cap)
        yield from _rows(own, about, (row,), place)
        yield own.nudge(cap.rule.line, about, "left out", place.apply(()))


def _guidance(own: _Own) -> Iterator[Nudge]:
    guidance = [
        each for each in own.framework.guidance.values() if own.wrote(each.rule)
    ]
    for block in _once_each(guidance, lambda each: each.rule).values():
        each = block[0]
        about = f"guidance for {_named(own, [one.part for one in block])}"
        place = _RowsOf(each.part, each.rule, _in_guidance)
        yield from _rows(own, about, each.rows, place)


def _rows(own: _Own, about: str, rows: Rows, place: _RowsOf) -> Iterator[Nudge]:
    """Each row with another rating, a nudged condition, or its neighbour's place."""
    scale = [rating.name for rating in own.framework.ratings]
    for index, row in enumerate(rows):
        given = f"'{row.rating}'"
        rank = scale.index(row.rating)
        for other in scale[max(rank - 1, 0) : rank + 2]:
            if other != row.rating:
                changed = place.apply(_with(rows, index, replace(row, rating=other)))
                what = f"'{other}' instead of {given}"
                yield own.nudge(row.line, about, what, changed)
        for words, when in nudged_conditions(own.framework, row.when, place.part):
            changed = place.apply(_with(rows, index, replace(row, when=when)))
            yield own.nudge(row.line, about, f"{given} when {words}", changed)
        if index:
            above = rows[index - 1]
            swapped = place.apply([*rows[: index - 1], row, above, *rows[index + 1 :]])
            what = f"{given} before '{above.rating}'"
            yield own.nudge(row.line, about, what, swapped)


def _with(rows: Rows, index: int, row: RuleRow) -> Rows:
    return (*rows[:index], row, *rows[index + 1 :])


# ---- discretion


def _discretion(own: _Own) -> Iterator[Nudge]:
    rules = [each for each in own.framework.discretion.values() if own.wrote(each.rule)]
    for block in _once_each(rules, lambda each: each.rule).values():
        rule = block[0]
        node = own.statements[rule.rule.line].node
        assert isinstance(node, DiscretionNode)  # noqa: S101 - the block that wrote it
        about = (
            f"discretion for {say.parts(own.framework, [r.standard for r in block])}"
        )
        for line, words, changed in _terms(rule, node):
            yield own.nudge(line, about, words, _with_terms(rule.rule, changed))


def _terms(
    rule: Discretion, node: DiscretionNode
) -> Iterator[tuple[int, str, Discretion]]:
    grounds = len(say.grounds(rule))

    def line(number: Number | None) -> int:
        return number.span.line if number else rule.rule.line

    if rule.near_points is not None:
        for points in (rule.near_points - 1, rule.near_points + 1):
            if points >= 0:
                words = (
                    f"within {counted(points, 'point')} instead of {rule.near_points}"
                )
                yield line(node.near_points), words, replace(rule, near_points=points)
        if grounds > 1:
            words = "no matter how near a boundary"
            yield line(node.near_points), words, replace(rule, near_points=None)
    if rule.one_case and grounds > 1:
        words = "no matter whether one case would change the rating"
        yield rule.rule.line, words, replace(rule, one_case=False)
    if rule.few_cases is not None:
        for cases in (rule.few_cases - 1, rule.few_cases + 1):
            if cases > 0:
                words = f"{counted(cases, 'case')} or fewer instead of {rule.few_cases}"
                yield line(node.few_cases), words, replace(rule, few_cases=cases)
        if grounds > 1:
            words = "no matter how few cases"
            yield line(node.few_cases), words, replace(rule, few_cases=None)
    for bands in (rule.most_bands - 1, rule.most_bands + 1):
        if bands > 0:
            words = f"at most {counted(bands, 'band')} instead of {rule.most_bands}"
            yield line(node.most_bands), words, replace(rule, most_bands=bands)


def _with_terms(rule: Rule, changed: Discretion) -> Apply:
    def change(each: Discretion) -> Discretion:
        if not _same(each.rule, rule):
            return each
        return replace(changed, standard=each.standard)

    return lambda framework: replace(
        framework, discretion=_mapped(framework.discretion, change)
    )


# ---- what tests cannot see


def _beyond(own: _Own) -> Iterator[Nudge]:
    """Conditions on cases: a test gives counts, which come after them."""
    for group in own.framework.groups.values():
        if own.wrote(group.rule) and group.where:
            yield own.beyond(group.rule.line, f"group “{group.name}”", "its condition")
    for sample in own.framework.samples.values():
        if own.wrote(sample.rule):
            about = f"sample “{sample.name}”"
            yield own.beyond(sample.rule.line, about, "its cases and numbers")
    rule = own.framework.answers_rule
    if rule is not None and own.wrote(rule):
        yield own.beyond(rule.line, "answers", "what each does to a count")


def _same(one: Rule, other: Rule) -> bool:
    return (one.file, one.line) == (other.file, other.line)
