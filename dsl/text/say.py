"""Says rules in plain English, the same wherever they are shown to people."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from dsl.framework import (
    OVERALL,
    Band,
    CaseCheck,
    Citation,
    Clause,
    Condition,
    Counted,
    CountsOnly,
    Discretion,
    Effect,
    FactTest,
    FirstRule,
    Framework,
    Judgement,
    Lowest,
    Method,
    NotInspected,
    Percentage,
    Quantity,
    RuleRow,
    Sample,
    Total,
)
from dsl.rating.wording import called, counted, kind_of, listed, one_of_ratings
from dsl.text.reading import MONTHS


def plural(word: str) -> str:
    """`domains`, `criteria` is left to the author: they write `criterions`."""
    return f"{word}s"


def stretches(parts: Sequence[str]) -> str:
    """`2.1 to 2.4 and 3.1`: runs of neighbours as stretches."""
    runs: list[list[str]] = []
    for part in parts:
        if runs and _next(runs[-1][-1]) == part:
            runs[-1].append(part)
        else:
            runs.append([part])
    told = [
        each
        for run in runs
        for each in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)  # noqa: PLR2004 - two are a pair
    ]
    return listed(told)


def _next(part: str) -> str:
    stem, dot, last = part.rpartition(".")
    return f"{stem}{dot}{int(last) + 1}" if last.isdigit() else part


def parts(framework: Framework, of: Sequence[str]) -> str:
    """`standards 2.1 to 2.4`, in the framework's own word."""
    if not of or tuple(of) == (OVERALL,):
        return OVERALL
    word = kind_of(framework, of[0])
    return f"{word if len(of) == 1 else plural(word)} {stretches(of)}"


def part(framework: Framework, of: str) -> str:
    """`standard 2.1`, `the overall rating`"""
    return "the overall rating" if of == OVERALL else parts(framework, (of,))


def method(framework: Framework, how: Method) -> str:
    """How a part is rated, as what follows `is rated`."""
    match how:
        case Judgement(by):
            return f"by judgement of {by}" if by else "by judgement"
        case Percentage(answer, banding):
            return (
                f"by the percentage of relevant cases answered '{answer}',"
                f" using the bands of “{banding}”"
            )
        case Lowest(of, leaving_out):
            aside = ", leaving out those not rated" if leaving_out else ""
            return f"by the lowest rating of {parts(framework, of)}{aside}"
        case Total(of, in_proportion, banding):
            scale = ", in proportion to what can be rated" if in_proportion else ""
            if framework.bandings[banding].percentages:
                scale += ", as a percentage of the most there can be"
            return (
                f"by the total score of {parts(framework, of)}{scale},"
                f" using the bands of “{banding}”"
            )
        case CountsOnly():
            return "by counts only: reported, and never rated"
        case FirstRule(rows=rows, panel_decides=panel_decides):
            last = "; otherwise the panel decides" if panel_decides else ""
            said = "; ".join(row(framework, each) for each in rows)
            return f"by the first rule that applies: {said}{last}"
        case _:
            assert_never(how)


def row(framework: Framework, each: RuleRow) -> str:
    """`'Inadequate' when 2 or more of standards 1 to 5 are 'Inadequate'`"""
    return f"'{each.rating}' when {condition(framework, each.when)}"


def condition(framework: Framework, when: Condition) -> str:
    """Every clause, joined by `and`."""
    return " and ".join(clause(framework, each) for each in when)


def clause(framework: Framework, each: Clause) -> str:
    """`more than half of the rest are 'Inadequate'`"""
    match each:
        case FactTest():
            return fact_test(each)
        case NotInspected(domain):
            return f"{called(framework, 'domain')} {domain} is not inspected"
        case Counted(of=of, ratings=ratings):
            whose = "the rest" if of is None else parts(framework, of)
            if of is not None and len(of) == 1 and each.quantity is Quantity.ALL:
                return f"{whose} is {one_of_ratings(framework, ratings)}"
            verdict = one_of_ratings(framework, ratings)
            return f"{quantity(each)} of {whose} are {verdict}"
        case _:
            assert_never(each)


def quantity(each: Counted) -> str:
    """`more than half`, `2 or more`"""
    if each.quantity in (Quantity.OR_MORE, Quantity.OR_FEWER):
        return f"{each.number} {each.quantity.value}"
    return each.quantity.value


def fact_test(test: FactTest) -> str:
    """`“disposal” is not “youth caution” or “community resolution”`"""
    values = sorted(test.values)
    said = listed([v if v in ("yes", "no") else f"“{v}”" for v in values], "or")
    return f"“{test.fact}” is {'not ' * test.negated}{said}"


def fact_tests(tests: Iterable[FactTest]) -> str:
    """All of them, or `all cases`."""
    said = " and ".join(map(fact_test, tests))
    return f"cases where {said}" if said else "all cases"


def grounds(rule: Discretion) -> tuple[str, ...]:
    """When the panel may look again, each as a sentence's end."""
    found = []
    if rule.near_points is not None:
        points = counted(rule.near_points, "percentage point")
        found.append(f"the lowest percentage is within {points} of a boundary")
    if rule.one_case:
        found.append("one case judged differently would change the rating")
    if rule.few_cases is not None:
        found.append(f"the rating rests on {counted(rule.few_cases, 'case')} or fewer")
    return tuple(found)


def signs(check: CaseCheck) -> tuple[str, ...]:
    """What a warning watches for, each as an author writes it."""
    found = []
    if check.against is not None:
        quantity, number = check.against.quantity, check.against.number
        many = f"{number} {quantity}" if number is not None else quantity.value
        found.append(f"{many} of their prompts speak against the answer")
    if check.missing:
        found.append("a relevant answer is missing")
    if check.late_days is not None:
        late = f"{counted(check.late_days, 'day')} after the case was submitted"
        found.append(f"the answer changed more than {late}")
    return tuple(found)


def sample(each: Sample) -> tuple[str, ...]:
    """What makes a sample, a phrase each."""
    said = [fact_tests(each.where)]
    if each.started_months is not None:
        first, last = each.started_months
        said.append(f"started {first} to {last} months before fieldwork")
    if each.share_per_cent is not None:
        said.append(f"{each.share_per_cent}% of all cases")
    if each.confidence_per_cent is not None:
        said.append(
            f"sized for {each.confidence_per_cent}% confidence"
            f" and a margin of {each.margin_points} points, {each.rounding.value}"
        )
    if each.matched_on:
        on = listed([f"“{name}”" for name in each.matched_on])
        said.append(f"matched to the caseload on {on}")
    return tuple(said)


def band(each: Band) -> str:
    """`50 to 64`"""
    return str(each.low) if each.low == each.high else f"{each.low} to {each.high}"


def effect(each: Effect) -> str:
    """What an answer does to a count."""
    match each:
        case Effect.SUFFICIENT:
            return "counts as sufficient"
        case Effect.NOT_SUFFICIENT:
            return "counts as not sufficient"
        case Effect.LEFT_OUT:
            return "is left out: the case is not relevant"
        case _:
            assert_never(each)


def citation(each: Citation) -> str:
    """`Brent 2019, Annex 2`"""
    return each.document if each.place is None else f"{each.document}, {each.place}"


def day(each: date) -> str:
    """`1 September 2020`"""
    return f"{each.day} {MONTHS[each.month - 1]} {each.year}"
