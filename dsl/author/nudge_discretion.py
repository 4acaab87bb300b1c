"""Nudges of the grounds and bounds of discretion."""

from collections.abc import Iterator
from dataclasses import replace

from dsl.author.nudge import Apply, Nudge, Own, is_same, mapped, once_each
from dsl.framework import Discretion, Rule
from dsl.rating.wording import counted
from dsl.text import say
from dsl.text.nodes import DiscretionNode
from dsl.text.phrases import Number


def nudged_discretion(own: Own) -> Iterator[Nudge]:
    """Each ground and number of discretion, moved or gone."""
    rules = [each for each in own.framework.discretion.values() if own.wrote(each.rule)]
    for block in once_each(rules, lambda each: each.rule).values():
        rule = block[0]
        node = own.statements[rule.rule.line].node
        assert isinstance(node, DiscretionNode)  # noqa: S101 - the block that wrote it
        about = (
            f"discretion for {say.parts(own.framework, [r.standard for r in block])}"
        )
        for line, words, changed in _terms(rule, node):
            yield own.nudge(line, about, words, _with_terms(rule.rule, changed))


def _terms(
    rule: Discretion, node: DiscretionNode
) -> Iterator[tuple[int, str, Discretion]]:
    grounds = len(say.grounds(rule))

    def line(number: Number | None) -> int:
        return number.span.line if number else rule.rule.line

    if rule.near_points is not None:
        for points in (rule.near_points - 1, rule.near_points + 1):
            if points >= 0:
                words = (
                    f"within {counted(points, 'point')} instead of {rule.near_points}"
                )
                yield line(node.near_points), words, replace(rule, near_points=points)
        if grounds > 1:
            words = "no matter how near a boundary"
            yield line(node.near_points), words, replace(rule, near_points=None)
    if rule.one_case and grounds > 1:
        words = "no matter whether one case would change the rating"
        yield rule.rule.line, words, replace(rule, one_case=False)
    if rule.few_cases is not None:
        for cases in (rule.few_cases - 1, rule.few_cases + 1):
            if cases > 0:
                words = f"{counted(cases, 'case')} or fewer instead of {rule.few_cases}"
                yield line(node.few_cases), words, replace(rule, few_cases=cases)
        if grounds > 1:
            words = "no matter how few cases"
            yield line(node.few_cases), words, replace(rule, few_cases=None)
    for bands in (rule.most_bands - 1, rule.most_bands + 1):
        if bands > 0:
            words = f"at most {counted(bands, 'band')} instead of {rule.most_bands}"
            yield line(node.most_bands), words, replace(rule, most_bands=bands)


def _with_terms(rule: Rule, changed: Discretion) -> Apply:
    def change(each: Discretion) -> Discretion:
        if not is_same(each.rule, rule):
            return each
        return replace(changed, standard=each.standard)

    return lambda framework: replace(
        framework, discretion=mapped(framework.discretion, change)
    )
