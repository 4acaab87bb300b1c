"""Which numbers and conditions of the rules some test depends on.

Each is nudged; the tests that come with the rules, and with the versions based on them,
are run again. A nudge that a check would refuse is pinned by that check.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from dsl.author.change import Spot
from dsl.author.nudge import Nudge, Own
from dsl.author.nudge_cases import unseen
from dsl.author.nudge_discretion import nudged_discretion
from dsl.author.nudge_rate import nudged_caps, nudged_guidance, nudged_rates
from dsl.author.nudge_scale import nudged_bandings, nudged_ratings
from dsl.check.combinations import TooManyWays, tally
from dsl.framework import FirstRule, Framework, RuleRow, Total
from dsl.load import Loaded
from dsl.rating.run_test import run_test
from dsl.rule_test import RuleTest
from dsl.source import SourceFile
from dsl.text.parse import parse

LIMIT = 20_000
"""Runs of a test that are made for one file."""


class TooManyRuns(Exception):
    """More than `LIMIT` runs."""


class Hold(StrEnum):
    """What holds a number or condition where it is."""

    TEST = "test"
    CHECK = "check"
    NOTHING = "nothing"
    BEYOND = "beyond"  # no test can see it: tests give counts, not cases


@dataclass(frozen=True, slots=True)
class Pin:
    """One nudge, what held it, and by what name."""

    nudge: Nudge
    hold: Hold
    by: tuple[str, ...]  # names of tests, or codes of checks


def pin(loaded: Loaded, based_on_it: Sequence[Loaded]) -> tuple[Pin, ...]:
    """Try every nudge of the rules that one file writes; raises TooManyRuns.

    All tests pass before, or none of this means anything.
    """
    pins = pins_of(loaded, based_on_it)
    return tuple(sorted(pins, key=lambda each: each.nudge.at.line))


def pins_of(loaded: Loaded, based_on_it: Sequence[Loaded]) -> Iterator[Pin]:
    """The same, one at a time as they are tried, for who must not be kept waiting."""
    made: dict[tuple[Spot, str], list[_Made]] = {}
    for each in (loaded, *based_on_it):
        if each.framework is not None:
            for nudge in nudges(each.framework, loaded.files[0]):
                seen = made.setdefault((nudge.at, nudge.what), [])
                seen.append(_Made(nudge, each.framework, each.tests))
    runs = sum(max(len(each.tests), 1) for group in made.values() for each in group)
    if runs > LIMIT:
        raise TooManyRuns
    return map(_tried, made.values())


def nudges(framework: Framework, file: SourceFile) -> tuple[Nudge, ...]:
    """Every nudge of the rules that this very file writes."""
    statements = {each.line: each for each in parse(file).statements}
    own = Own(framework, file.name, statements)
    return (
        *nudged_ratings(own),
        *nudged_bandings(own),
        *nudged_rates(own),
        *nudged_caps(own),
        *nudged_guidance(own),
        *nudged_discretion(own),
        *unseen(own),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A nudge of one version, and the tests that come with that version."""

    nudge: Nudge
    framework: Framework
    tests: tuple[RuleTest, ...]


def _tried(made: Sequence[_Made]) -> Pin:
    first = made[0]
    if first.nudge.change is None:
        return Pin(first.nudge, Hold.BEYOND, ())
    refused = tuple(dict.fromkeys(_refusals(first.nudge.change, first.framework)))
    if refused:
        return Pin(first.nudge, Hold.CHECK, refused)
    failing = tuple(
        test.name
        for each in made
        for test in each.tests
        if each.nudge.change and run_test(each.nudge.change, test)
    )
    return Pin(first.nudge, Hold.TEST if failing else Hold.NOTHING, failing)


def _refusals(changed: Framework, framework: Framework) -> Iterator[str]:
    """The codes of the checks that would refuse the nudged rules."""
    scores = [rating.score for rating in changed.ratings]
    if any(low >= high for low, high in pairwise(scores)):
        yield "ratings-order"
    for part, rate in changed.rates.items():
        match rate.method:
            case Total(of=of, banding=name):
                banding = changed.bandings[name]
                most = 100 if banding.percentages else max(scores) * len(of)
                if banding.top != most:
                    yield "score-range"
            case FirstRule(rows=rows, panel_decides=panel_decides):
                if rate != framework.rates[part]:
                    yield from _of_rows(changed, rows, gap=not panel_decides)
            case _:
                pass
    for part, guidance in changed.guidance.items():
        if guidance != framework.guidance[part]:
            yield from _of_rows(changed, guidance.rows, always=True)
    for cap in changed.caps:
        if cap not in framework.caps:
            row = RuleRow(cap.at, cap.when, cap.rule.line)
            yield from _of_rows(changed, (row,), always=True)


def _of_rows(
    framework: Framework,
    rows: Sequence[RuleRow],
    *,
    gap: bool = False,
    always: bool = False,
) -> Iterator[str]:
    try:
        whole = tally([row.when for row in rows], framework.ratings, framework.facts)
    except TooManyWays:
        yield "too-many-combinations"
        return
    for applied, first in zip(whole.applied, whole.applied_first, strict=True):
        if not applied:
            yield "never-applies"
        elif not first:
            yield "always-loses"
        elif always and applied == whole.combinations:
            yield "always-applies"
    if gap and whole.uncovered:
        yield "rule-gap"
