"""Binds the scale: ratings, answers and the bandings that lead to them."""

from collections.abc import Mapping

from dsl.binding import Binding
from dsl.framework import Band, Banding, Effect, Rating, Rule
from dsl.nodes import AnswersNode, BandingNode, BandNode, RatingsNode, Statement
from dsl.phrases import Word

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
    binding: Binding, ratings: tuple[Rating, ...]
) -> Mapping[str, Banding]:
    """Every table from a number to a rating, checked to be without gap or overlap."""
    return {
        node.name.text: _banding(binding, node, statement, ratings)
        for node, statement in binding.version.each(BandingNode)
    }


def _banding(
    binding: Binding,
    node: BandingNode,
    statement: Statement,
    ratings: tuple[Rating, ...],
) -> Banding:
    top = node.scores[1].value if node.scores else PER_CENT
    if node.scores and node.scores[0].value != 0:
        binding.found.error(
            "score-range",
            f"scores begin at 0, not at {node.scores[0].value}",
            node.scores[0].span,
            f"Write: scores from 0 to {top}",
        )
    names = [rating.name for rating in ratings]
    for row in node.rows:
        binding.knows("rating", row.rating, names)
    _check_cover(binding, node, top)
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


def _check_cover(binding: Binding, node: BandingNode, top: int) -> None:
    """Walks the rows upwards over the whole numbers from 0 to the top."""
    error = binding.found.error
    name = node.name.text
    reached = -1  # the highest number covered so far
    for index, row in enumerate(node.rows):
        low = 0 if row.low is None else row.low
        high = top if row.high is None else row.high
        if high < low:
            backwards = row.low is not None and row.high is not None
            error(
                "band-empty",
                f"this band of `{name}` holds no number",
                row.span,
                f"Write: {high} to {low}" if backwards else f"It goes from 0 to {top}.",
            )
            continue
        if high > top:
            error(
                "band-past-end",
                f"this band of `{name}` ends at {high}, past the end at {top}",
                row.span,
                f"{'Scores' if node.scores else 'Percentages'} go from 0 to {top}.",
            )
        if index and low <= reached:
            earlier = node.rows[index - 1]
            if _low(earlier) > low and high < _low(earlier):
                error(
                    "band-order",
                    f"this band of `{name}` comes after a higher one",
                    row.span,
                    "List bands from the lowest to the highest.",
                )
            else:
                error(
                    "band-overlap",
                    f"two bands of `{name}` cover {_range(low, min(high, reached))}",
                    row.span,
                    f"The one before it ends at {reached}.",
                )
        elif low > reached + 1:
            before = (
                f"the one before it ends at {reached}" if index else "it is the first"
            )
            error(
                "band-gap",
                f"nothing covers {_range(reached + 1, low - 1)} in banding `{name}`",
                row.span,
                f"This band begins at {low}; {before}.",
            )
        reached = max(reached, high)
    if reached < top:
        error(
            "band-gap",
            f"nothing covers {_range(reached + 1, top)} in banding `{name}`",
            node.rows[-1].span,
            f"This last band ends at {reached}.",
        )


def _low(row: BandNode) -> int:
    return 0 if row.low is None else row.low


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
