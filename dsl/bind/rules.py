"""Binds what comes after a rating: caps, guidance, discretion; and warnings."""

from collections.abc import Mapping
from typing import TypeVar

from dsl.bind.binding import Binding
from dsl.bind.conditions import Terms
from dsl.bind.reads import reads_of
from dsl.bind.version import InForce
from dsl.findings import Findings, replacing
from dsl.framework import (
    OVERALL,
    Against,
    Cap,
    CaseCheck,
    Discretion,
    Guidance,
    Lowest,
    Percentage,
    Rate,
    Rule,
)
from dsl.text.nodes import (
    CapNode,
    DiscretionNode,
    GuidanceNode,
    QuestionNode,
    RuleNode,
    WarningNode,
)

T = TypeVar("T")


def bind_caps(terms: Terms) -> tuple[Cap, ...]:
    """Rating limiters, as they were written."""
    caps: list[Cap] = []
    for rule in terms.binding.version.rules:
        node = rule.node
        if not isinstance(node, CapNode):
            continue
        where = terms.binding.rule(rule.statement, node.notes)
        for part in rule.covers(terms.binding.structure, terms.binding.found):
            row = terms.row(node.row, part)
            if row is not None:
                caps.append(Cap(part, row.rating, row.when, where))
    return tuple(caps)


def bind_guidance(terms: Terms) -> Mapping[str, Guidance]:
    """Expected ratings by part, in framework order."""
    guidance: dict[str, Guidance] = {}
    rules: dict[str, InForce] = {}
    for rule in terms.binding.version.rules:
        node = rule.node
        if not isinstance(node, GuidanceNode):
            continue
        where = terms.binding.rule(rule.statement, node.notes)
        for part in _once(terms.binding, rule, rules):
            bound = [terms.row(row, part) for row in node.rows]
            rows = tuple(row for row in bound if row is not None)
            if len(rows) < len(bound):
                terms.binding.unsound.add(("guidance", part))
            else:
                guidance[part] = Guidance(
                    part, rows, reads_of(rows), node.needs_reason, where
                )
    return _in_order(terms.binding, guidance)


def bind_discretion(
    binding: Binding, rates: Mapping[str, Rate]
) -> Mapping[str, Discretion]:
    """When a panel may look again, by standard, in framework order."""
    discretion: dict[str, Discretion] = {}
    rules: dict[str, InForce] = {}
    for rule in binding.version.rules:
        node = rule.node
        if not isinstance(node, DiscretionNode):
            continue
        where = binding.rule(rule.statement, node.notes)
        for part in _once(binding, rule, rules):
            _check_percentages(binding, node, part, rates)
            discretion[part] = Discretion(
                part,
                node.near_points.value if node.near_points else None,
                node.one_case,
                node.few_cases.value if node.few_cases else None,
                node.most_bands.value,
                node.by,
                node.considers,
                where,
            )
    return _in_order(binding, discretion)


def bind_warnings(binding: Binding) -> Mapping[str, CaseCheck]:
    """What deserves a second look in a case, by question, in framework order."""
    checks: dict[str, CaseCheck] = {}
    questions = {
        each.name.text: each
        for each, _ in binding.version.each(QuestionNode)
        if each.asked_of_cases
    }
    rules: dict[str, InForce] = {}
    for rule in binding.version.rules:
        node = rule.node
        if not isinstance(node, WarningNode):
            continue
        binding.once(node.again)
        if node.parts.kind != "question":
            binding.found.error(
                "wrong-kind",
                "a warning is about answers to questions",
                node.parts.span,
                "Name questions, as in: questions in domains 2 and 3",
            )
            continue
        _check_prompts(binding, rule, node)
        where = binding.rule(rule.statement, node.notes)
        for part in _once(binding, rule, rules):
            if part in questions:
                check = _case_check(node, questions[part], where)
                if check.against or check.missing or check.late_days is not None:
                    checks[part] = check
    order = binding.structure.questions
    return {part: checks[part] for part in order if part in checks}


def _check_prompts(binding: Binding, rule: InForce, node: WarningNode) -> None:
    """Prompts can only speak against an answer where there are prompts."""
    covered = rule.covers(binding.structure, Findings())
    if node.against is None or not covered:
        return
    questions = [each for each, _ in binding.version.each(QuestionNode)]
    if not any(each.prompts for each in questions if each.name.text in covered):
        binding.found.error(
            "never-applies",
            "none of these questions has a prompt that could speak against it",
            node.parts.span,
            "Write prompts under them, or leave the line about prompts out.",
        )


def _case_check(node: WarningNode, question: QuestionNode, where: Rule) -> CaseCheck:
    """What can come about with this question; without prompts none speaks against."""
    against = None
    if node.against is not None and question.prompts:
        number = node.against.number
        against = Against(node.against.quantity, number.value if number else None)
    late = node.late.value if node.late else None
    return CaseCheck(question.name.text, against, node.missing, late, where)


def _once(
    binding: Binding, rule: InForce, rules: dict[str, InForce]
) -> tuple[str, ...]:
    """The parts of a rule that no rule of its kind speaks of yet."""
    fresh: list[str] = []
    for part in rule.covers(binding.structure, binding.found):
        if part in rules:
            other = rules[part].statement
            elsewhere = other.file != rule.statement.file
            binding.found.error(
                "defined-twice",
                f"{_kind(rule.node)} for `{part}` is given twice (the other is at "
                f"{f'{other.file} ' if elsewhere else ''}line {other.line})",
                rule.node.parts.span,
                replacing(rule.statement.span) if elsewhere else "Keep one of them.",
            )
            return tuple(fresh)
        rules[part] = rule
        fresh.append(part)
    return tuple(fresh)


def _kind(node: RuleNode) -> str:
    return type(node).__name__.removesuffix("Node").lower()


def _check_percentages(
    binding: Binding, node: DiscretionNode, part: str, rates: Mapping[str, Rate]
) -> None:
    """Discretion turns on the lowest percentage, so there must be percentages."""
    rate = rates.get(part)
    if rate is None:
        return
    below = rate.method.of if isinstance(rate.method, Lowest) else ()
    known = [rates[each].method for each in below if each in rates]
    if len(known) < len(below):
        return
    if not known or not all(isinstance(method, Percentage) for method in known):
        binding.found.error(
            "no-percentages",
            f"`{part}` does not rest on percentages, so discretion can never be open",
            node.parts.span,
            f"Leave it out with `except {part}`.",
        )


def _in_order(binding: Binding, by_part: Mapping[str, T]) -> Mapping[str, T]:
    order = (*binding.structure.standards, OVERALL)
    return {part: by_part[part] for part in order if part in by_part}
