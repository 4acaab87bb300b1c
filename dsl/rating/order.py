"""Which parts a rating looks down on, and the order that work follows from it."""

from typing import assert_never

from dsl.framework import (
    Condition,
    Counted,
    CountsOnly,
    FirstRule,
    Framework,
    Judgement,
    Lowest,
    Percentage,
    Total,
)


def parts_read(condition: Condition) -> tuple[str, ...]:
    """Every part whose rating a condition counts, each once, in the order written."""
    return tuple(
        dict.fromkeys(
            part
            for clause in condition
            if isinstance(clause, Counted) and clause.of is not None
            for part in clause.of
        )
    )


def inputs(framework: Framework, part: str) -> tuple[str, ...]:
    """The parts whose ratings the rating of `part` is made from, caps left aside."""
    match framework.rates[part].method:
        case Lowest(of=of) | Total(of=of) | FirstRule(of=of):
            return of
        case Judgement() | Percentage() | CountsOnly():
            return ()
        case _ as unknown:
            assert_never(unknown)


def bottom_up(framework: Framework) -> tuple[str, ...]:
    """All rated parts, each after every part it reads.

    INVARIANT (downward): ratings only ever look down; `dsl.check` refuses circles.
    """
    ordered: dict[str, None] = {}

    def place(part: str) -> None:
        if part in ordered:
            return
        for below in inputs(framework, part):
            place(below)
        for cap in framework.caps:
            if cap.part == part:
                for below in parts_read(cap.when):
                    place(below)
        ordered[part] = None

    for part in framework.rates:
        place(part)
    return tuple(ordered)
