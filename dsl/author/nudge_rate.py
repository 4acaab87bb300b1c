"""Nudges of how parts are rated and capped, and of what guidance expects."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dsl.author.nudge import Apply, Nudge, Own, is_same, mapped, named, once_each
from dsl.author.nudge_condition import nudged_conditions, nudged_sets, resting_on
from dsl.bind.reads import reads_of
from dsl.framework import (
    Cap,
    FirstRule,
    Framework,
    Lowest,
    Method,
    Rule,
    RuleRow,
    Total,
)


def nudged_rates(own: Own) -> Iterator[Nudge]:
    """Options turned, parts left out or counted too, rows changed."""
    rates = [each for each in own.framework.rates.values() if own.wrote(each.rule)]
    for block in once_each(rates, lambda rate: rate.rule).values():
        rate = block[0]
        rule = rate.rule
        about = named(own, [each.part for each in block])
        match rate.method:
            case Lowest() as lowest:
                leaving = _with_or_without(lowest.leaving_out)
                what = f"{leaving} “leaving out those not rated”"
                yield own.nudge(rule.line, about, what, with_method(rule, _turned))
            case Total() as total:
                barred = resting_on(own.framework, rate.part)
                what = f"{_with_or_without(total.in_proportion)} “in proportion”"
                yield own.nudge(rule.line, about, what, with_method(rule, _turned))
                for words, of in nudged_sets(own.framework, total.of, barred):
                    apply = with_method(rule, _counting(of))
                    yield own.nudge(rule.line, about, words, apply)
            case FirstRule() as first:
                place = RowsOf(rate.part, rule, in_method)
                yield from nudged_rows(own, about, first.rows, place)
            case _:
                pass


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


def with_method(rule: Rule, change: Callable[[Method], Method]) -> Apply:
    return lambda framework: replace(
        framework,
        rates=mapped(
            framework.rates,
            lambda rate: (
                replace(rate, method=change(rate.method))
                if is_same(rate.rule, rule)
                else rate
            ),
        ),
    )


# ---- rows of conditions

Rows = tuple[RuleRow, ...]
InPlace = Callable[[Framework, Rule, Rows], Framework]


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Where a list of rows belongs, and how another list is put in its place."""

    part: str
    rule: Rule
    put: InPlace

    def apply(self, rows: Sequence[RuleRow]) -> Apply:
        return lambda framework: self.put(framework, self.rule, tuple(rows))


def in_method(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    def change(method: Method) -> Method:
        if isinstance(method, FirstRule):
            return replace(method, rows=rows, of=reads_of(rows))
        return method

    return with_method(rule, change)(framework)


def _in_guidance(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    return replace(
        framework,
        guidance=mapped(
            framework.guidance,
            lambda each: replace(each, rows=rows) if is_same(each.rule, rule) else each,
        ),
    )


def _in_cap(framework: Framework, rule: Rule, rows: Rows) -> Framework:
    def change(cap: Cap) -> tuple[Cap, ...]:
        if not is_same(cap.rule, rule):
            return (cap,)
        return tuple(replace(cap, at=row.rating, when=row.when) for row in rows)

    caps = tuple(each for cap in framework.caps for each in change(cap))
    return replace(framework, caps=caps)


def nudged_caps(own: Own) -> Iterator[Nudge]:
    """Caps at another rating, under another condition, or gone."""
    caps = [each for each in own.framework.caps if own.wrote(each.rule)]
    for block in once_each(caps, lambda cap: cap.rule).values():
        cap = block[0]
        about = f"the cap on {named(own, [each.part for each in block])}"
        row = RuleRow(cap.at, cap.when, cap.rule.line)
        place = RowsOf(cap.part, cap.rule, _in_cap)
        yield from nudged_rows(own, about, (row,), place)
        yield own.nudge(cap.rule.line, about, "left out", place.apply(()))


def nudged_guidance(own: Own) -> Iterator[Nudge]:
    """Guidance that expects another rating, or at another time."""
    guidance = [
        each for each in own.framework.guidance.values() if own.wrote(each.rule)
    ]
    for block in once_each(guidance, lambda each: each.rule).values():
        each = block[0]
        about = f"guidance for {named(own, [one.part for one in block])}"
        place = RowsOf(each.part, each.rule, _in_guidance)
        yield from nudged_rows(own, about, each.rows, place)


def nudged_rows(own: Own, about: str, rows: Rows, place: RowsOf) -> Iterator[Nudge]:
    """Each row with another rating, a nudged condition, or its neighbour's place."""
    scale = [rating.name for rating in own.framework.ratings]
    barred = resting_on(own.framework, place.part)
    for index, row in enumerate(rows):
        given = f"'{row.rating}'"
        rank = scale.index(row.rating)
        for other in scale[max(rank - 1, 0) : rank + 2]:
            if other != row.rating:
                changed = place.apply(_with(rows, index, replace(row, rating=other)))
                what = f"'{other}' instead of {given}"
                yield own.nudge(row.line, about, what, changed)
        for words, when in nudged_conditions(own.framework, row.when, barred):
            changed = place.apply(_with(rows, index, replace(row, when=when)))
            yield own.nudge(row.line, about, f"{given} when {words}", changed)
        if index:
            above = rows[index - 1]
            swapped = place.apply([*rows[: index - 1], row, above, *rows[index + 1 :]])
            what = f"{given} before '{above.rating}'"
            yield own.nudge(row.line, about, what, swapped)


def _with(rows: Rows, index: int, row: RuleRow) -> Rows:
    return (*rows[:index], row, *rows[index + 1 :])
