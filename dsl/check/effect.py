"""Notes rules that change nothing, and tests that would pass under any rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from dsl.bind.binding import Binding
from dsl.bind.version import key_of
from dsl.findings import Findings
from dsl.framework import Framework, Judgement
from dsl.rule_test import Aspect, Expectation, RuleTest
from dsl.text.nodes import (
    AnswersNode,
    CapNode,
    DiscretionNode,
    FrameworkNode,
    GuidanceNode,
    NamedNode,
    RateNode,
    RatingsNode,
    Remove,
    Statement,
    Verb,
    WarningNode,
)
from dsl.text.test_node import TestNode


def check_replacements(
    binding: Binding,
    statements: Sequence[Statement],
    canonical: str,
    base: str,
) -> None:
    """Notes each `replace` after which the canonical text says what it said before."""
    now, before = _Lines.of(canonical), _Lines.of(base)
    for statement in statements:
        if statement.verb is Verb.REPLACE and _same(binding, statement, now, before):
            binding.found.note(
                "changes-nothing",
                "this says what the version it is based on says already",
                statement.span,
                "Leave it out, or change what was meant to change.",
            )


def check_tests(
    binding: Binding, framework: Framework, tests: Sequence[RuleTest]
) -> None:
    """Notes each test that expects only what it was given."""
    for test in tests:
        if all(_is_given(framework, test, each) for each in test.expects):
            binding.found.note(
                "pinned-to-nothing",
                f"test “{test.name}” expects only what it was given",
                test.span,
                "Expect something that a rule works out.",
            )


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a canonical text, by their kind and by how they begin."""

    of_kind: Mapping[str, Sequence[str]]
    by_opening: Mapping[str, str]

    @classmethod
    def of(cls, canonical: str) -> "_Lines":
        of_kind: dict[str, list[str]] = {}
        by_opening: dict[str, str] = {}
        for line in canonical.splitlines():
            kind = line.partition(" ")[0]
            of_kind.setdefault(kind, []).append(line)
            opening = _OPENING.match(line)
            if opening:
                by_opening[kind if kind in _SINGLE else opening[0]] = line
        return cls(of_kind, by_opening)


_OPENING = re.compile(r"rate (?:\w+ )?\S+ by|\w+ (?:\"[^\"]*\"|\S+)")
_SINGLE = frozenset({"ratings", "answers"})
_SHARED = frozenset({"discretion", "guidance", "cap", "warning"})
"""Kinds of which a new block takes away whole blocks that it replaces in part."""


def _same(binding: Binding, statement: Statement, now: _Lines, before: _Lines) -> bool:
    """Whether the lines of a block are the same before and after."""
    kind, openings = _openings(binding, statement)
    if kind in _SHARED:
        return now.of_kind.get(kind) == before.of_kind.get(kind)
    return bool(openings) and all(
        now.by_opening.get(each) == before.by_opening.get(each) is not None
        for each in openings
    )


def _openings(binding: Binding, statement: Statement) -> tuple[str, tuple[str, ...]]:
    """How the canonical lines of a block begin."""
    match statement.node:
        case RateNode():
            parts = statement.node.parts
            named = binding.structure.resolve(parts, Findings())
            kind = parts.kind
            return "rate", tuple(f"rate {_part(kind, each)} by" for each in named)
        case GuidanceNode():
            return "guidance", ()
        case DiscretionNode():
            return "discretion", ()
        case WarningNode():
            return "warning", ()
        case CapNode():
            return "cap", ()
        case RatingsNode():
            return "ratings", ("ratings",)
        case AnswersNode():
            return "answers", ("answers",)
        case FrameworkNode() | TestNode() | Remove():
            return "", ()
        case node:
            return _named(node)


def _named(node: NamedNode) -> tuple[str, tuple[str, ...]]:
    kind, name = key_of(node) or ("", "")
    if kind == "part":
        kind = type(node).__name__.removesuffix("Node").lower()
        return kind, (f"{kind} {name}",)
    return kind, (f'{kind} "{name}"',)


def _part(kind: str, part: str) -> str:
    return part if kind == part else f"{kind} {part}"


def _is_given(framework: Framework, test: RuleTest, expects: Expectation) -> bool:
    """Whether an expectation repeats a judgement or figure of its own test."""
    evidence, part = test.evidence, expects.part
    match expects.aspect:
        case Aspect.RATING | Aspect.COMPUTED:
            method = framework.rates[part].method if part in framework.rates else None
            capped = any(cap.part == part for cap in framework.caps)
            given = evidence.judgements.get(part)
            return (
                isinstance(method, Judgement) and not capped and given == expects.value
            )
        case Aspect.COUNT:
            return evidence.counts.get(part) == expects.value
        case Aspect.PERCENTAGE:
            return evidence.percentages.get(part) == expects.value
        case (
            Aspect.NOT_RATED
            | Aspect.OPEN
            | Aspect.SCORE
            | Aspect.MAXIMUM
            | Aspect.GUIDANCE
        ):
            return False
        case _:
            assert_never(expects.aspect)
