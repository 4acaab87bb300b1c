"""Binds how each part is rated: every part by exactly one rule."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dsl.bind_conditions import Terms
from dsl.binding import Binding
from dsl.findings import Findings
from dsl.framework import (
    OVERALL,
    Banding,
    CountsOnly,
    Effect,
    FirstRule,
    Judgement,
    Lowest,
    Method,
    Percentage,
    Rate,
    Rating,
    RuleRow,
    Total,
)
from dsl.nodes import (
    CountsOnlyNode,
    FirstRuleNode,
    JudgementNode,
    LowestNode,
    MethodNode,
    PercentageNode,
    RateNode,
    RuleNode,
    TotalNode,
)
from dsl.phrases import Named, Word
from dsl.reads import reads_of
from dsl.version import InForce


@dataclass(frozen=True, slots=True)
class Scale:
    """What a rate may use."""

    terms: Terms
    answers: Mapping[str, Effect]
    bandings: Mapping[str, Banding]

    @property
    def binding(self) -> Binding:
        return self.terms.binding


def bind_rates(scale: Scale) -> Mapping[str, Rate]:
    """How each part is rated, in framework order."""
    binding = scale.binding
    rates: dict[str, Rate] = {}
    rules, twice = _covering(binding)
    for rule in binding.version.rules:
        node = rule.node
        if not isinstance(node, RateNode):
            continue
        ratable = _ratable(binding, node)
        parts = rule.covers(binding.structure, binding.found)
        for part in parts:
            usable = ratable and part not in twice
            method = _method(scale, node.method, part) if usable else None
            if method is None:
                binding.unsound.add(("rate", part))
            else:
                where = binding.rule(rule.statement, node.notes)
                rates.setdefault(part, Rate(part, method, where))
    _check_all_rated(scale, rules)
    order = (*binding.structure.questions, *binding.structure.standards, OVERALL)
    return {part: rates[part] for part in order if part in rates}


def most_scored(binding: Binding, ratings: tuple[Rating, ...]) -> Mapping[str, int]:
    """What the parts that are totalled under each banding can score at most."""
    quiet = Findings()
    top = max((rating.score for rating in ratings), default=0)
    return {
        total.banding.text: len(binding.structure.resolve(total.of, quiet)) * top
        for rule in binding.version.rules
        if isinstance(rule.node, RateNode) and isinstance(rule.node.method, TotalNode)
        for total in [rule.node.method]
        if not total.as_percentage
    }


def _covering(binding: Binding) -> tuple[Mapping[str, InForce], AbstractSet[str]]:
    """The rule of each part, and the parts that have two."""
    rules: dict[str, InForce] = {}
    twice: set[str] = set()
    for rule in binding.version.rules:
        if not isinstance(rule.node, RateNode):
            continue
        parts = rule.covers(binding.structure, binding.found)
        again = [part for part in parts if part in rules]
        for part in again[:1]:
            _twice(binding, part, rule, rules[part])
        twice.update(again)
        rules.update(dict.fromkeys([part for part in parts if part not in rules], rule))
    return rules, twice


def _ratable(binding: Binding, node: RateNode) -> bool:
    """Refuses methods that a kind of part cannot be rated by."""
    kind, method = node.parts.kind, node.method
    way_out = None
    match kind, method:
        case "domain", _:
            message = "a domain has no rating"
            way_out = "Rate its standards."
        case "question", PercentageNode() | CountsOnlyNode():
            return True
        case "question", _:
            message = "a question is rated by its percentage or by counts only"
            way_out = "Write: by counts only"
        case "standard" | "overall", PercentageNode():
            message = "only questions have a percentage of cases"
            way_out = "Write: by the lowest rating of their questions"
        case "overall", CountsOnlyNode():
            message = "overall has no counts"
            way_out = "Leave the rule out, and nothing is rated overall."
        case _:
            return True
    binding.found.error("wrong-method", message, node.parts.span, way_out)
    return False


def _twice(binding: Binding, part: str, rule: InForce, other: InForce) -> None:
    here, there = rule.statement, other.statement
    where = f"line {there.line}"
    if there.file != here.file:
        where = f"{there.file} {where}"
    kind = binding.structure.kind_of(part)
    binding.found.error(
        "rated-twice",
        f"{f'{kind} ' if kind else ''}`{part}` is rated by two rules "
        f"(the other is at {where})",
        rule.node.parts.span,
        "Leave it out of one with `except`, or write `replace rate …`.",
    )


def _check_all_rated(scale: Scale, rules: Mapping[str, InForce]) -> None:
    """Every question and, where there is a scale, every standard has a rule."""
    binding = scale.binding
    if has_unknown_scope(binding, RateNode):
        return  # what it was meant to name may be what is missing
    rated = ("question", "standard")
    for kind in rated:
        for part in binding.structure.of_kind(kind):
            if part not in rules and not binding.in_doubt(("rate", part)):
                binding.found.error(
                    "not-rated",
                    f"no rule says how {kind} `{part}` is rated",
                    binding.version.blocks["part", part].span,
                    f"Write: rate {kind} {part} by …",
                )


def has_unknown_scope(binding: Binding, kind: type[RuleNode]) -> bool:
    """Whether a rule of this kind speaks of parts that are not there."""
    probe = Findings()
    for rule in binding.version.rules:
        if isinstance(rule.node, kind):
            rule.covers(binding.structure, probe)
    return probe.faulty


def _method(scale: Scale, node: MethodNode, part: str) -> Method | None:
    """The method for one part, or None where it names something unknown."""
    match node:
        case JudgementNode(by):
            return Judgement(by)
        case CountsOnlyNode():
            return CountsOnly()
        case PercentageNode():
            return _percentage(scale, node)
        case LowestNode():
            return _lowest(scale, node, part)
        case TotalNode():
            return _total(scale, node)
        case FirstRuleNode():
            return _first_rule(scale, node, part)


def _percentage(scale: Scale, node: PercentageNode) -> Percentage | None:
    binding = scale.binding
    known = [
        binding.knows("answer", node.answer, scale.answers),
        _banding_of(scale, node.banding, "percentages"),
    ]
    if not all(known):
        return None
    if scale.answers[node.answer.text] is not Effect.SUFFICIENT:
        binding.found.error(
            "answer-not-sufficient",
            f"`{node.answer.text}` is not an answer that is sufficient",
            node.answer.span,
            "A percentage counts the sufficient answers.",
        )
    return Percentage(node.answer.text, node.banding.text)


def _banding_of(scale: Scale, name: Word, unit: str) -> bool:
    """Whether there is such a banding, and of this unit; says so if not."""
    if not scale.binding.knows("banding", name, scale.bandings):
        return False
    its_unit = "percentages" if scale.bandings[name.text].percentages else "scores"
    if its_unit != unit:
        scale.binding.found.error(
            "wrong-unit",
            f"banding `{name.text}` is of {its_unit}, and this is about {unit}",
            name.span,
            f"Name a banding of {unit}.",
        )
    return its_unit == unit


def _lowest(scale: Scale, node: LowestNode, part: str) -> Lowest | None:
    structure, found = scale.binding.structure, scale.binding.found
    if isinstance(node.of, Named):
        of = structure.below(part, "question") if part != OVERALL else ()
    else:
        probe = Findings()
        of = structure.resolve(node.of, probe)
        if probe.faulty:
            found.add(probe.in_order())
            return None
    if not of:
        if not scale.binding.in_doubt(("below", part)):
            found.error(
                "nothing-below",
                f"`{part}` has no questions to take the lowest of",
                node.span,
                "Rate it by judgement, or add questions.",
            )
        return None
    return Lowest(of, node.leaving_out)


def _total(scale: Scale, node: TotalNode) -> Total | None:
    binding = scale.binding
    probe = Findings()
    of = binding.structure.resolve(node.of, probe)
    binding.found.add(probe.in_order())
    unit = "percentages" if node.as_percentage else "scores"
    known = _banding_of(scale, node.banding, unit)
    if not known or not of or probe.faulty:
        return None
    banding = scale.bandings[node.banding.text]
    scores = [rating.score for rating in scale.terms.ratings]
    if scores and not node.as_percentage and not binding.in_doubt(("parts", "")):
        most = len(of) * max(scores)
        if most != banding.top:
            _wrong_range(binding, node, len(of), most, banding)
    return Total(of, node.in_proportion, node.banding.text)


def _wrong_range(
    binding: Binding, node: TotalNode, parts: int, most: int, banding: Banding
) -> None:
    kind = node.of.kind if parts == 1 else f"{node.of.kind}s"
    binding.found.error(
        "score-range",
        f"{'this' if parts == 1 else f'these {parts}'} {kind} can score up to {most}, "
        f"but banding `{banding.name}` stops at {banding.top}",
        node.banding.span,
        f"Its range is given at {_place(banding, node.banding)}.",
    )


def _place(banding: Banding, name: Word) -> str:
    line = f"line {banding.rule.line}"
    if banding.rule.file == name.span.file:
        return line
    return f"{banding.rule.file} {line}"


def _first_rule(scale: Scale, node: FirstRuleNode, part: str) -> FirstRule | None:
    rows: list[RuleRow | None] = [scale.terms.row(row, part) for row in node.rows]
    whole = tuple(row for row in rows if row is not None)
    if len(whole) < len(rows):
        return None
    return FirstRule(whole, reads_of(whole), node.panel_decides)
