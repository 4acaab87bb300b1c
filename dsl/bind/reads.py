"""Which parts a rule looks at."""

from collections.abc import Iterable

from dsl.bind.structure import place_of
from dsl.framework import (
    Condition,
    Counted,
    CountsOnly,
    FirstRule,
    Judgement,
    Lowest,
    Method,
    Percentage,
    RuleRow,
    Total,
)


def reads_of(rows: Iterable[RuleRow]) -> tuple[str, ...]:
    """Every part a row's condition names, in framework order."""
    return parts_of(row.when for row in rows)


def parts_of(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Every part these conditions name, in framework order."""
    named = {
        part
        for condition in conditions
        for clause in condition
        if isinstance(clause, Counted)
        for part in clause.of or ()
    }
    return tuple(sorted(named, key=place_of))


def inputs_of(method: Method) -> tuple[str, ...]:
    """The parts whose ratings a method takes in."""
    match method:
        case Lowest(of=of) | Total(of=of) | FirstRule(of=of):
            return of
        case Judgement() | Percentage() | CountsOnly():
            return ()
