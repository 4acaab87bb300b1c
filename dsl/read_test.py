"""Turns the tree of a `test` block into its node."""

from dsl.framework import OVERALL
from dsl.phrases import Word
from dsl.reading import Branch, Reading, branches, says, tokens
from dsl.test_node import (
    ExpectFigure,
    ExpectGuidance,
    ExpectLine,
    ExpectOpen,
    ExpectRating,
    ExpectScore,
    GivenLine,
    GivenNode,
    MoveNode,
    TestNode,
)


def read_test(reading: Reading, tree: Branch) -> TestNode:
    """A test's name, what it gives and what it expects."""
    return TestNode(
        reading.name(tree),
        tuple(_given(reading, line) for line in branches(tree, "given")),
        tuple(_expect(reading, line) for line in branches(tree, "expect")),
        reading.notes(tree),
    )


def _given(reading: Reading, tree: Branch) -> GivenLine:
    (line,) = branches(tree)
    span = reading.place(line)
    match line.data:
        case "fact_test":
            return reading.fact_test(line)
        case "not_inspected":
            return reading.not_inspected(line)
        case "given_overall":
            return GivenNode(Word(OVERALL, span), reading.rating(line), span)
        case "panel_moves":
            because = reading.name(line).text
            return MoveNode(reading.ref(line), reading.rating(line), because, span)
        case _:
            figure = reading.figure(line)
            value = reading.rating(line) if figure is None else figure
            return GivenNode(reading.ref(line), value, span)


def _expect(reading: Reading, tree: Branch) -> ExpectLine:
    (line,) = branches(tree)
    span = reading.place(line)
    match line.data:
        case "expect_overall":
            overall = Word(OVERALL, span)
            return ExpectRating(overall, _rating(reading, line), False, span)  # noqa: FBT003 - the node's order
        case "expect_score":
            score, *maximum = reading.numbers(line)
            top = maximum[0].value if maximum else None
            return ExpectScore(score.value, top, span)
        case "expect_guidance":
            overall = Word(OVERALL, span)
            part = overall if says(line, "OVERALL") else reading.ref(line)
            return ExpectGuidance(part, reading.rating(line), span)
        case _:
            return _expect_part(reading, line)


def _expect_part(reading: Reading, line: Branch) -> ExpectLine:
    part, span = reading.ref(line), reading.place(line)
    figure = reading.figure(line)
    if figure is not None:
        return ExpectFigure(part, figure, span)
    if tokens(line, "OPEN", "NOT_OPEN"):
        return ExpectOpen(part, says(line, "OPEN"), span)
    before = says(line, "BEFORE_DISCRETION")
    return ExpectRating(part, _rating(reading, line), before, span)


def _rating(reading: Reading, line: Branch) -> Word | None:
    return reading.rating(line) if tokens(line, "RATING") else None
