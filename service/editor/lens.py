"""Lines above a test: whether it passes, with a way to run it, and what it rates.

And above a rule: what of it no test pins.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from lsprotocol import types

from dsl import OVERALL, Assessment, Diagnostic, Framework, NotAllowed, evaluate
from dsl.author.pin import Pin
from dsl.rule_test import RuleTest
from dsl.text.mention import Role, mentions
from service.editor.checked import Checked
from service.editor.position import Places

RUN_TEST = "adjudge.runTest"
_MOST_PINS = 2


def lenses(checked: Checked, places: Places) -> tuple[types.CodeLens, ...]:
    """One line of verdict and ratings above every test of the file."""
    framework = checked.loaded.framework
    if framework is None:
        return tuple(_cannot_run(checked, places))
    return tuple(
        types.CodeLens(range=places.whole_line(test.span.line), command=command)
        for test, failed in checked.tried
        for command in (
            _verdict(checked.file.uri, test, failed),
            *_ratings(framework, test),
        )
    )


def loose_pins(pins: Sequence[Pin], places: Places) -> Iterator[types.CodeLens]:
    """Above each line of a rule: the changes to it that no test would notice."""
    for line, group in groupby(pins, key=lambda each: each.nudge.at.line):
        changes = [each.nudge.what for each in group]
        more = len(changes) - _MOST_PINS
        named = " · ".join(changes[:_MOST_PINS])
        title = f"no test pins this: {named}" + (f" · {more} more" if more > 0 else "")
        yield types.CodeLens(
            range=places.whole_line(line),
            command=types.Command(title=title, command=""),
        )


def verdict(test: RuleTest, failed: tuple[Diagnostic, ...]) -> str:
    """`passes: 9 of 9`, or how many expectations fail."""
    number = len(test.expects)
    if failed:
        return f"fails: {len(failed)} of {number}"
    return f"passes: {number} of {number}"


def _verdict(uri: str, test: RuleTest, failed: tuple[Diagnostic, ...]) -> types.Command:
    return types.Command(
        title=f"{verdict(test, failed)} — run",
        command=RUN_TEST,
        arguments=[uri, test.name],
    )


def _ratings(framework: Framework, test: RuleTest) -> Iterator[types.Command]:
    try:
        assessment = evaluate(framework, test.evidence)
    except NotAllowed:
        return
    yield types.Command(title=rated(assessment), command="")


def rated(assessment: Assessment) -> str:
    """`overall 'Good', 20 of 36 · 2.1 'Good' · 2.2 not rated …`"""
    parts = [
        f"{part} {_rating(outcome.rating)}"
        for part, outcome in assessment.standards.items()
    ]
    overall = assessment.overall
    if overall is not None:
        score = ""
        if overall.score is not None:
            score = f", {overall.score} of {overall.maximum}"
        parts = [f"{OVERALL} {_rating(overall.rating)}{score}", *parts]
    return " · ".join(parts) or "counts only"


def _rating(rating: str | None) -> str:
    return f"'{rating}'" if rating else "not rated"


def _cannot_run(checked: Checked, places: Places) -> Iterator[types.CodeLens]:
    for each in mentions(checked.file.source):
        if each.symbol.role is Role.TEST:
            yield types.CodeLens(
                range=places.whole_line(each.span.line),
                command=types.Command(
                    title="cannot run until the mistakes are mended", command=""
                ),
            )
