"""Nudges of what ratings score and where bands begin."""

from collections.abc import Iterator
from dataclasses import replace

from dsl.author.nudge import Apply, Nudge, Own, is_same, mapped
from dsl.framework import Banding, Framework, Rating, Rule
from dsl.text.nodes import RatingsNode


def nudged_ratings(own: Own) -> Iterator[Nudge]:
    """Each rating with a score of one more or less."""
    rule = own.framework.ratings_rule
    if rule is None or not own.wrote(rule):
        return
    node = own.statements[rule.line].node
    rows = node.rows if isinstance(node, RatingsNode) else ()
    for rank, (rating, (_, number)) in enumerate(
        zip(own.framework.ratings, rows, strict=False)
    ):
        for score in (rating.score - 1, rating.score + 1):
            if score >= 0:
                about = f"rating '{rating.name}'"
                what = f"scores {score} instead of {rating.score}"
                apply = _score(rule, rank, score)
                yield own.nudge(number.span.line, about, what, apply)


def _score(rule: Rule, rank: int, score: int) -> Apply:
    def apply(framework: Framework) -> Framework:
        if framework.ratings_rule is None or not is_same(framework.ratings_rule, rule):
            return framework
        ratings = list(framework.ratings)
        ratings[rank] = Rating(ratings[rank].name, score)
        return replace(framework, ratings=tuple(ratings))

    return apply


def nudged_bandings(own: Own) -> Iterator[Nudge]:
    """Each band beginning one higher or lower."""
    for banding in own.framework.bandings.values():
        if not own.wrote(banding.rule):
            continue
        for index in range(1, len(banding.bands)):
            below, band = banding.bands[index - 1], banding.bands[index]
            for edge in (band.low - 1, band.low + 1):
                if below.low < edge <= band.high:
                    about = f"banding “{banding.name}”"
                    what = f"'{band.rating}' from {edge} instead of {band.low}"
                    apply = _edge(banding, index, edge)
                    yield own.nudge(band.line, about, what, apply)


def _edge(target: Banding, index: int, edge: int) -> Apply:
    def change(banding: Banding) -> Banding:
        if banding.name != target.name or not is_same(banding.rule, target.rule):
            return banding
        bands = list(banding.bands)
        bands[index - 1] = replace(bands[index - 1], high=edge - 1)
        bands[index] = replace(bands[index], low=edge)
        return replace(banding, bands=tuple(bands))

    return lambda framework: replace(
        framework, bandings=mapped(framework.bandings, change)
    )
