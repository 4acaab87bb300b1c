"""Checks lists of rows: none that never applies, always loses, or leaves a gap."""

from collections.abc import Sequence

from dsl.bind.binding import Binding
from dsl.bind.version import InForce
from dsl.check.combinations import LIMIT, Tally, TooManyWays, tally
from dsl.findings import Findings
from dsl.framework import FirstRule, Framework, Rule, RuleRow
from dsl.source import Span
from dsl.text.nodes import CapNode, FirstRuleNode, GuidanceNode, RateNode
from dsl.text.phrases import RowNode


def check_rows(binding: Binding, framework: Framework) -> None:
    """Reports every row that can be shown to be a mistake."""
    quiet = Findings()
    for rule in binding.version.rules:
        for part in rule.covers(binding.structure, quiet)[:1]:
            _check_rule(binding.found, framework, rule, part)


def _check_rule(
    found: Findings, framework: Framework, rule: InForce, part: str
) -> None:
    match rule.node:
        case RateNode(method=FirstRuleNode() as node):
            rate = framework.rates.get(part)
            if rate is None or not _is_from(rule, rate.rule):
                return
            if isinstance(rate.method, FirstRule):
                whole = _tally(found, framework, rate.method.rows, node.span)
                if whole is not None:
                    _check_each(found, node.rows, whole)
                    _check_gap(found, node, whole)
        case GuidanceNode(rows=nodes, parts=parts):
            guidance = framework.guidance.get(part)
            if guidance is not None and _is_from(rule, guidance.rule):
                whole = _tally(found, framework, guidance.rows, parts.span)
                if whole is not None:
                    _check_each(found, nodes, whole)
                    _check_always(found, nodes, whole, "guidance")
        case CapNode(row=node, parts=parts):
            rows = [
                RuleRow(cap.at, cap.when, 0)
                for cap in framework.caps
                if cap.part == part and _is_from(rule, cap.rule)
            ]
            whole = _tally(found, framework, rows, parts.span)
            if rows and whole is not None:
                _check_each(found, (node,), whole)
                _check_always(found, (node,), whole, "a cap")
        case _:
            pass


def _is_from(rule: InForce, bound: Rule) -> bool:
    """Whether this block was bound, and not another that speaks of the same part."""
    return (bound.file, bound.line) == (rule.statement.file, rule.statement.line)


def _tally(
    found: Findings, framework: Framework, rows: Sequence[RuleRow], span: Span
) -> Tally | None:
    conditions = [row.when for row in rows]
    try:
        return tally(conditions, framework.ratings, framework.facts)
    except TooManyWays:
        found.error(
            "too-many-combinations",
            f"this rule has more than {LIMIT:,} combinations to check",
            span,
            "Name fewer different sets of standards.",
        )
        return None


def _check_each(found: Findings, nodes: Sequence[RowNode], whole: Tally) -> None:
    for node, applied, first in zip(
        nodes, whole.applied, whole.applied_first, strict=True
    ):
        if not applied:
            found.error(
                "never-applies",
                f"no combination of ratings makes this `{node.rating.text}`",
                node.span,
                "Its conditions rule each other out.",
            )
        elif not first:
            found.error(
                "always-loses",
                f"whenever this `{node.rating.text}` applies, a row above it does too",
                node.span,
                "Put it above that row, or leave it out.",
            )


def _check_always(
    found: Findings, nodes: Sequence[RowNode], whole: Tally, called: str
) -> None:
    for node, applied in zip(nodes, whole.applied, strict=True):
        if applied == whole.combinations:
            found.error(
                "always-applies",
                f"every combination of ratings makes this `{node.rating.text}`",
                node.span,
                f"Narrow its conditions: {called} that always applies says nothing.",
            )


def _check_gap(found: Findings, node: FirstRuleNode, whole: Tally) -> None:
    if whole.uncovered and not node.panel_decides:
        found.error(
            "rule-gap",
            f"no row covers {whole.uncovered:,} of {whole.combinations:,} "
            "combinations of ratings",
            node.span,
            "Add a row, or end with: otherwise the panel decides",
        )
