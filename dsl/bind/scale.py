"""Binds the scale: ratings, answers and the bandings that lead to them."""

from collections.abc import Mapping

from dsl.bind.bands import check_cover
from dsl.bind.binding import Binding
from dsl.findings import WayOut
from dsl.framework import Band, Banding, Effect, Rating, Rule
from dsl.text.nodes import AnswersNode, BandingNode, RatingsNode, Statement
from dsl.text.phrases import Word

PER_CENT = 100


def bind_ratings(binding: Binding) -> tuple[tuple[Rating, ...], Rule | None]:
    """The scale, worst first, and where it stands."""
    block = binding.version.one(RatingsNode)
    if block is None:
        return (), None
    node, statement = block
    ratings: list[Rating] = []
    for name, score in node.rows:
        _once(binding, name, [rating.name for rating in ratings], "rating")
        if ratings and score.value <= ratings[-1].score:
            binding.found.error(
                "ratings-order",
                f"`{name.text}` scores {score.value}, no more than "
                f"`{ratings[-1].name}` above it",
                score.span,
                "List ratings from worst to best, each with a higher score.",
            )
        ratings.append(Rating(name.text, score.value))
    return tuple(ratings), binding.rule(statement, node.notes)


def bind_answers(binding: Binding) -> tuple[Mapping[str, Effect], Rule | None]:
    """What each answer does to a count, and where that stands."""
    block = binding.version.one(AnswersNode)
    if block is None:
        return {}, None
    node, statement = block
    answers: dict[str, Effect] = {}
    for name, effect in node.rows:
        _once(binding, name, list(answers), "answer")
        answers[name.text] = effect
    return answers, binding.rule(statement, node.notes)


def _once(binding: Binding, name: Word, before: list[str], kind: str) -> None:
    if name.text in before:
        binding.found.error(
            "defined-twice",
            f"{kind} `{name.text}` is listed twice",
            name.span,
            "Keep one of them.",
        )


def bind_bandings(
    binding: Binding, ratings: tuple[Rating, ...], most: Mapping[str, int]
) -> Mapping[str, Banding]:
    """Every table from a number to a rating, checked to be without gap or overlap.

    `most` is what can be scored under each banding of scores.
    """
    return {
        node.name.text: _banding(binding, node, statement, ratings, most)
        for node, statement in binding.version.each(BandingNode)
    }


def _banding(
    binding: Binding,
    node: BandingNode,
    statement: Statement,
    ratings: tuple[Rating, ...],
    most: Mapping[str, int],
) -> Banding:
    top = node.scores[1].value if node.scores else PER_CENT
    if node.scores and node.scores[0].value != 0:
        binding.found.error(
            "score-range",
            f"scores begin at 0, not at {node.scores[0].value}",
            node.scores[0].span,
            WayOut(f"Write: scores from 0 to {top}", "0"),
        )
    names = [rating.name for rating in ratings]
    for row in node.rows:
        binding.knows("rating", row.rating, names)
    check_cover(binding.found, node, _end(node, top, most))
    bands = tuple(
        Band(
            0 if row.low is None else row.low,
            top if row.high is None else row.high,
            row.rating.text,
            row.called,
            row.span.line,
        )
        for row in node.rows
    )
    rule = binding.rule(statement, node.notes)
    return Banding(node.name.text, node.scores is None, top, bands, rule)


def _end(node: BandingNode, top: int, most: Mapping[str, int]) -> int:
    """Where the bands should end: if they fit the scores, their range is the slip."""
    ends = [row.high for row in node.rows if row.high is not None]
    fits = node.scores is not None and bool(ends)
    return max(ends) if fits and max(ends) == most.get(node.name.text) else top
