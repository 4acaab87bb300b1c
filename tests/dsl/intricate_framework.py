"""A framework that uses every method and kind of clause at once."""

from collections.abc import Mapping
from dataclasses import replace

from dsl.framework import (
    OVERALL,
    Cap,
    Counted,
    FactTest,
    FirstRule,
    Framework,
    Group,
    Guidance,
    Judgement,
    Lowest,
    Method,
    NotInspected,
    Quantity,
    RuleRow,
    Sample,
    Total,
)
from tests.dsl.small_framework import (
    COUNTS_ONLY,
    RULE,
    G,
    I,
    O,
    R,
    small,
    with_method,
)

BREACH = FactTest("breach", frozenset({"yes"}), negated=False)
SAFETY = FactTest("safety is a factor", frozenset({"no"}), negated=True)
QUESTIONS = ("2.2.1", "2.2.2", "2.2.3")
CASE_BASED = ("2.1", "2.2", "3.1")
SUMMED = ("1.1", *CASE_BASED)


def intricate() -> Framework:
    """Two samples; 2.2 by rules over its questions, 3.1 strict, 1.2 from standards."""
    framework = small({"2.1": 3, "2.2": 3, "3.1": 2}, judged=("1.1", "1.2"))
    methods: Mapping[str, Method] = {
        "1.2": Lowest(CASE_BASED, leaving_out=True),
        "2.1.3": COUNTS_ONLY,
        "2.2": FirstRule(
            (
                RuleRow(I, (_count(Quantity.OR_MORE, QUESTIONS, I, number=2),), 1),
                RuleRow(O, (_count(Quantity.ALL, QUESTIONS, O), BREACH), 2),
                RuleRow(G, (_count(Quantity.NONE, QUESTIONS, I, R),), 3),
            ),
            QUESTIONS,
            panel_decides=True,
        ),
        "2.1": Lowest(("2.1.1", "2.1.2"), leaving_out=True),
        "3.1": Lowest(("3.1.1", "3.1.2"), leaving_out=False),
        "3.1.2": Judgement("the reader"),
        OVERALL: Total(SUMMED, in_proportion=True, banding="score"),
    }
    for part, method in methods.items():
        framework = with_method(framework, part, method)
    return replace(
        framework,
        hash=f"intricate {framework.hash}",
        caps=_caps(),
        guidance={"1.1": _guidance(), "1.2": _silent()},
        groups={"safety cases": Group("safety cases", (SAFETY, BREACH), RULE)},
        samples={
            name: Sample(name, domains, (), None, None, None, None, (), RULE)
            for name, domains in {"court": ("2",), "both": ("2", "3")}.items()
        },
    )


def _caps() -> tuple[Cap, ...]:
    good = _count(Quantity.FEWER_THAN_HALF, CASE_BASED, G, O)
    return (
        Cap("2.1", G, (BREACH,), RULE),
        Cap("2.1", R, (_count(Quantity.ALL, ("2.2",), I),), replace(RULE, line=7)),
        Cap(OVERALL, G, (NotInspected("3"),), replace(RULE, line=8)),
        Cap(OVERALL, R, (good, BREACH), replace(RULE, line=9)),
    )


def _guidance() -> Guidance:
    first = _count(Quantity.FEWER_THAN_HALF, CASE_BASED, G, O)
    rest = _count(Quantity.MORE_THAN_HALF, CASE_BASED, I)
    rows = (
        RuleRow(I, (first, replace(rest, of=None)), 1),
        RuleRow(R, (BREACH,), 2),
        RuleRow(O, (_count(Quantity.OR_FEWER, CASE_BASED, I, number=1),), 3),
    )
    return Guidance("1.1", rows, CASE_BASED, needs_reason=True, rule=RULE)


def _silent() -> Guidance:
    row = RuleRow(O, (NotInspected("2"), NotInspected("3")), 1)
    return Guidance("1.2", (row,), ("1.1",), needs_reason=False, rule=RULE)


def _count(
    quantity: Quantity, of: tuple[str, ...], *ratings: str, number: int | None = None
) -> Counted:
    return Counted(quantity, number, of, frozenset(ratings))
