"""The fewest changed judgements are exactly those that trying everything finds."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import (
    OVERALL,
    Cap,
    Counted,
    FactTest,
    FirstRule,
    Framework,
    Judgement,
    Lowest,
    Quantity,
    RuleRow,
)
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.what_if.compiled import compiled
from dsl.what_if.fewest import Entangled, Flip, Tables
from tests.dsl.intricate_framework import intricate
from tests.dsl.small_framework import RULE, G, I, O, R, small, with_method

BREACH = FactTest("breach", frozenset({"yes"}), negated=False)


def _count(
    quantity: Quantity, of: tuple[str, ...] | None, *ratings: str, number: int | None
) -> Counted:
    return Counted(quantity, number, of, frozenset(ratings))


def _ruled() -> Framework:
    """2.1 by rules over its questions, overall by rules and a cap over standards."""
    framework = small({"2.1": 2, "2.2": 2})
    questions, standards = ("2.1.1", "2.1.2"), ("1.1", "2.1", "2.2")
    two = _count(Quantity.OR_MORE, standards, I, number=2)
    some = _count(Quantity.MORE_THAN_HALF, standards, G, O, number=None)
    rest = _count(Quantity.ALL, None, R, number=None)
    low = _count(Quantity.OR_MORE, questions, I, number=1)
    none = _count(Quantity.NONE, questions, I, R, number=None)
    weak = _count(Quantity.OR_MORE, ("1.1",), I, number=1)
    methods = {
        "2.1": FirstRule(
            (RuleRow(I, (low,), 1), RuleRow(G, (none,), 2)),
            questions,
            panel_decides=False,
        ),
        OVERALL: FirstRule(
            (
                RuleRow(I, (two,), 1),
                RuleRow(O, (some, rest), 2),
                RuleRow(G, (some,), 3),
            ),
            standards,
            panel_decides=True,
        ),
    }
    for part, method in methods.items():
        framework = with_method(framework, part, method)
    return replace(
        framework, hash="ruled", caps=(Cap(OVERALL, R, (weak, BREACH), RULE),)
    )


def _nested() -> Framework:
    """1.2 is the lowest of standards, one question is judged; 2.2 is capped."""
    framework = small({"2.1": 2, "2.2": 2}, judged=("1.1", "1.2"))
    framework = with_method(framework, "1.2", Lowest(("2.1", "2.2"), leaving_out=True))
    framework = with_method(framework, "2.1.2", Judgement("the reader"))
    framework = with_method(
        framework, OVERALL, Lowest(("1.1", "1.2"), leaving_out=False)
    )
    return replace(framework, hash="nested", caps=(Cap("2.2", G, (BREACH,), RULE),))


FRAMEWORKS = {
    "small": small({"2.1": 2, "2.2": 1}),
    "strict": small({"2.1": 2, "2.2": 1}, leaving_out=False, in_proportion=False),
    "ruled": _ruled(),
    "nested": _nested(),
}

counts = st.integers(0, 4).flatmap(
    lambda relevant: st.builds(
        Count, st.integers(0, relevant), st.just(relevant), st.sampled_from((0, 0, 1))
    )
)


@pytest.mark.parametrize("name", FRAMEWORKS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_no_way_is_shorter_than_the_fewest(name: str, data: st.DataObject) -> None:
    rules = FRAMEWORKS[name]
    scale = [each.name for each in rules.ratings]
    judged = [
        part for part, rate in rules.rates.items() if isinstance(rate.method, Judgement)
    ]
    evidence = Evidence(
        counts={part: data.draw(counts) for part in rules.questions},
        judgements={part: data.draw(st.sampled_from(scale)) for part in judged},
        facts={"breach": data.draw(st.sampled_from(("yes", "no")))},
        not_inspected=frozenset({"2"} if data.draw(st.integers(0, 9)) == 0 else ()),
    )
    evidence = _moved(rules, evidence, data.draw(st.sampled_from((*scale, None))))
    made = compiled(rules)
    known = made.known(evidence)
    tables = Tables(made, known, made.rate(known))

    tried = _tried(rules, evidence)
    for part in (*rules.standards, OVERALL):
        table = tables.of(made.plan.cell[part])
        found = {code: fewest.cost[0] for code, fewest in table.items()}
        assert (part, found) == (part, tried[part])


def _moved(rules: Framework, evidence: Evidence, rating: str | None) -> Evidence:
    """The same with one standard moved by the panel, where the rules admit it."""
    if rating is None:
        return evidence
    decisions = {"2.1": Decision(applied=True, rating=rating)}
    moved = replace(evidence, decisions=decisions)
    try:
        evaluate(rules, moved)
    except NotAllowed:
        return evidence
    return moved


def _tried(rules: Framework, evidence: Evidence) -> dict[str, dict[int, int]]:
    """By part and code: the fewest changes, of every way that there is."""
    made = compiled(rules)
    fewest: dict[str, dict[int, int]] = {part: {} for part in rules.rates}
    for changed, cost in _ways(rules, evidence):
        ratings = made.rate(made.known(changed))
        for part, table in fewest.items():
            code = ratings.codes[made.plan.cell[part]]
            table[code] = min(cost, table.get(code, cost))
    return fewest


def _ways(rules: Framework, evidence: Evidence) -> Iterator[tuple[Evidence, int]]:
    parts = [part for part in rules.questions if evidence.counts[part].relevant]
    parts = [part for part in parts if part not in evidence.judgements]
    if "2" in evidence.not_inspected:
        parts = []
    ranges = [range(evidence.counts[part].relevant + 1) for part in parts]
    scale = [each.name for each in rules.ratings]
    for numbers in product(*ranges):
        new = dict(zip(parts, numbers, strict=True))
        cost = sum(abs(yes - evidence.counts[part].yes) for part, yes in new.items())
        changed = {
            part for part, yes in new.items() if yes != evidence.counts[part].yes
        }
        counts = {
            part: replace(count, yes=new.get(part, count.yes))
            for part, count in evidence.counts.items()
        }
        for ratings in product(scale, repeat=len(evidence.judgements)):
            judged = dict(zip(evidence.judgements, ratings, strict=True))
            turned = {
                part for part in judged if judged[part] != evidence.judgements[part]
            }
            touched = {part[:3] for part in changed | (turned & {*rules.questions})}
            decisions = {
                part: decision
                for part, decision in evidence.decisions.items()
                if part not in touched
            }
            yield (
                replace(
                    evidence, counts=counts, judgements=judged, decisions=decisions
                ),
                cost + len(turned),
            )


@given(st.integers(1, 400), st.data())
@settings(max_examples=300, deadline=None)
def test_a_question_is_turned_by_division_as_by_counting(
    relevant: int, data: st.DataObject
) -> None:
    rules = FRAMEWORKS["small"]
    yes = data.draw(st.integers(0, relevant))
    made = compiled(rules)
    known = made.known(Evidence({"2.2.1": Count(yes, relevant)}))
    cell = made.plan.cell["2.2.1"]
    table = Tables(made, known, made.rate(known)).of(cell)

    counted: dict[int, int] = {}
    for other in range(relevant + 1):
        percentage = Count(other, relevant).percentage or 0
        rank = (percentage > 49) + (percentage > 64) + (percentage > 79)
        counted[rank] = min(abs(other - yes), counted.get(rank, relevant))
    assert {code: fewest.cost[0] for code, fewest in table.items()} == counted


def test_what_rests_on_a_part_by_two_ways_is_not_added_up() -> None:
    rules = intricate()
    made = compiled(rules)
    known = made.known(Evidence())
    tables = Tables(made, known, made.rate(known))

    with pytest.raises(Entangled):
        tables.of(made.plan.cell[OVERALL])


def test_a_case_is_changed_before_a_whole_standard_is_judged_anew() -> None:
    rules = small({"2.1": 1})
    evidence = Evidence({"2.1.1": Count(1, 2)}, judgements={"1.1": O})
    made = compiled(rules)
    known = made.known(evidence)
    tables = Tables(made, known, made.rate(known))
    cell = made.plan.cell

    assert tables.of(cell[OVERALL])[3].steps == (Flip(cell["2.1.1"], 1),)
