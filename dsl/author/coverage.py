"""Which bands, rows and rules the tests of a framework reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsl.author.change import Spot
from dsl.framework import (
    OVERALL,
    Banding,
    Condition,
    CountsOnly,
    FirstRule,
    Framework,
    Percentage,
    RuleRow,
    Total,
)
from dsl.outcome import Assessment, Ground, Outcome
from dsl.rating.banding import in_proportion
from dsl.rating.condition import View, judge
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.rule_test import RuleTest
from dsl.text import say


@dataclass(frozen=True, slots=True)
class Reach:
    """One thing a test could reach, and the tests that do."""

    at: Spot
    kind: str  # "band", "row", "cap", "discretion", "rule"
    what: str  # "'Good' from 65 to 79 in banding “share of cases”"
    tests: tuple[str, ...]


def reaches(framework: Framework, tests: Sequence[RuleTest]) -> tuple[Reach, ...]:
    """Everything that can be reached, as the rules are read: bands, rules, rows."""
    by: dict[tuple[Spot, str, str], list[str]] = {
        key: [] for key in dict.fromkeys(_all(framework))
    }
    for test in tests:
        try:
            assessment = evaluate(framework, test.evidence)
        except NotAllowed:
            continue
        for key in dict.fromkeys(_reached(framework, test, assessment)):
            by[key].append(test.name)
    return tuple(
        Reach(at, kind, what, tuple(names)) for (at, kind, what), names in by.items()
    )


Key = tuple[Spot, str, str]


def _all(framework: Framework) -> Iterator[Key]:
    used = set(_bandings_used(framework))
    for banding in framework.bandings.values():
        if banding.name in used:
            yield from (_band(banding, index) for index in range(len(banding.bands)))
    for rate in framework.rates.values():
        if not isinstance(rate.method, CountsOnly):
            yield _rule(framework, rate.part)
        if isinstance(rate.method, FirstRule):
            yield from _rows(framework, rate.part, rate.method.rows)
    for cap in framework.caps:
        yield _cap(framework, cap.part, cap.rule.line, cap.rule.file)
    for part, guidance in framework.guidance.items():
        yield from _rows(framework, part, guidance.rows)
    for standard in framework.discretion:
        yield from _grounds(framework, standard, tuple(Ground))


def _reached(
    framework: Framework, test: RuleTest, assessment: Assessment
) -> Iterator[Key]:
    outcomes: dict[str, Outcome] = {**assessment.questions, **assessment.standards}
    if assessment.overall is not None:
        outcomes[OVERALL] = assessment.overall
    view = View(framework, test.evidence, outcomes)
    for part, outcome in outcomes.items():
        method = framework.rates[part].method
        if outcome.rating is not None:
            yield _rule(framework, part)
        yield from _band_of(framework, outcome)
        if isinstance(method, FirstRule) and outcome.rating is not None:
            yield from _applying(framework, part, method.rows, view)
        found = outcome.discretion
        if found is not None:
            yield from _grounds(framework, part, found.grounds)
    for cap in framework.caps:
        if outcomes[cap.part].rating is not None and _holds(cap.when, view):
            yield _cap(framework, cap.part, cap.rule.line, cap.rule.file)
    for part, guidance in framework.guidance.items():
        if assessment.guidance[part].expects is not None:
            yield from _applying(framework, part, guidance.rows, view)


def _bandings_used(framework: Framework) -> Iterator[str]:
    for rate in framework.rates.values():
        match rate.method:
            case Percentage(banding=name) | Total(banding=name):
                yield name
            case _:
                pass


def _band_of(framework: Framework, outcome: Outcome) -> Iterator[Key]:
    match framework.rates[outcome.part].method:
        case Percentage(banding=name) if outcome.percentage is not None:
            banding = framework.bandings[name]
            yield _band(banding, _index(banding, outcome.percentage))
        case Total(banding=name) if outcome.score is not None:
            banding = framework.bandings[name]
            scaled = in_proportion(banding, outcome.maximum or banding.top)
            yield _band(banding, _index(scaled, outcome.score))
        case _:
            pass


def _index(banding: Banding, number: int) -> int:
    return next(
        index for index, band in enumerate(banding.bands) if number <= band.high
    )


def _applying(
    framework: Framework, part: str, rows: Sequence[RuleRow], view: View
) -> Iterator[Key]:
    """The first row whose condition holds."""
    keys = zip(rows, _rows(framework, part, rows), strict=True)
    yield from [key for row, key in keys if _holds(row.when, view)][:1]


def _holds(when: Condition, view: View) -> bool:
    return judge(when, view).holds is True


# ---- names


def _band(banding: Banding, index: int) -> Key:
    band = banding.bands[index]
    what = f"'{band.rating}' from {say.band(band)} in banding “{banding.name}”"
    return Spot(banding.rule.file, band.line), "band", what


def _rule(framework: Framework, part: str) -> Key:
    rule = framework.rates[part].rule
    alike = [each.part for each in framework.rates.values() if each.rule == rule]
    return Spot.of(rule), "rule", f"the rule that rates {say.parts(framework, alike)}"


def _rows(framework: Framework, part: str, rows: Sequence[RuleRow]) -> Iterator[Key]:
    guidance = framework.guidance.get(part)
    rule = framework.rates[part].rule
    about = say.part(framework, part)
    if guidance is not None and rows is guidance.rows:
        rule, about = guidance.rule, f"guidance for {about}"
    for row in rows:
        yield Spot(rule.file, row.line), "row", f"'{row.rating}' for {about}"


def _cap(framework: Framework, part: str, line: int, file: str) -> Key:
    return Spot(file, line), "cap", f"the cap on {say.part(framework, part)}"


def _grounds(
    framework: Framework, standard: str, grounds: Sequence[Ground]
) -> Iterator[Key]:
    rule = framework.discretion[standard]
    named = {
        Ground.NEAR_BOUNDARY: rule.near_points is not None,
        Ground.ONE_CASE: rule.one_case,
        Ground.FEW_CASES: rule.few_cases is not None,
    }
    for ground in grounds:
        if named[ground]:
            words = ground.value.replace("-", " ")
            yield Spot.of(rule.rule), "discretion", f"discretion because of {words}"
