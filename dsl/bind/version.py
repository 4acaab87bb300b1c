"""One version, complete: its own rules over those of the version it is based on.

Blocks are kept as written, whichever file they stand in. Scopes are resolved against
the parts of this version, so a rule of the base also covers parts added here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dsl.bind.structure import Structure
from dsl.findings import Findings, WayOut, join, replacing, suggestion
from dsl.text.nodes import (
    AnswersNode,
    BandingNode,
    DocumentNode,
    DomainNode,
    FactNode,
    FrameworkNode,
    GroupNode,
    NamedNode,
    Node,
    QuestionNode,
    RateNode,
    RatingsNode,
    Remove,
    RuleNode,
    SampleNode,
    StandardNode,
    Statement,
    Verb,
)
from dsl.text.phrases import Notes

Key = tuple[str, str]
"""A kind of block and its name; parts share one kind, since `2.1` names one thing."""

_PART_KINDS: Mapping[type[Node], str] = {
    DomainNode: "domain",
    StandardNode: "standard",
    QuestionNode: "question",
}
_KINDS: Mapping[type[Node], str] = {
    DocumentNode: "document",
    FactNode: "fact",
    GroupNode: "group",
    BandingNode: "banding",
    SampleNode: "sample",
    **_PART_KINDS,
}
_SINGLE: Mapping[type[Node], str] = {
    FrameworkNode: "framework",
    RatingsNode: "ratings",
    AnswersNode: "answers",
}
PART = "part"

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule about parts, and those a later version took out of it."""

    node: RuleNode
    statement: Statement
    without: frozenset[str] = frozenset()

    def covers(self, structure: Structure, found: Findings) -> tuple[str, ...]:
        """The parts it still speaks of."""
        named = structure.resolve(self.node.parts, found)
        return tuple(part for part in named if part not in self.without)


@dataclass(frozen=True, slots=True)
class Version:
    """Every block in force."""

    blocks: Mapping[Key, Statement]
    rules: tuple[InForce, ...]
    in_doubt: Callable[[Key], bool]  # a block that could not be read

    def each(self, kind: type[N]) -> Iterator[tuple[N, Statement]]:
        """The blocks of one kind, in the order they were written."""
        for statement in self.blocks.values():
            if isinstance(statement.node, kind):
                yield statement.node, statement

    def one(self, kind: type[N]) -> tuple[N, Statement] | None:
        """The block of a kind of which there is one at most."""
        return next(self.each(kind), None)

    def notes(self) -> Iterator[Notes]:
        """What each block in force rests on."""
        for statement in self.blocks.values():
            if not isinstance(statement.node, DocumentNode | Remove):
                yield statement.node.notes
        for rule in self.rules:
            yield rule.node.notes

    def structure(self) -> Structure:
        """The parts of this version."""
        return Structure.of(
            [node.name.text for node, _ in self.each(DomainNode)],
            [node.name.text for node, _ in self.each(StandardNode)],
            [node.name.text for node, _ in self.each(QuestionNode)],
            lambda part: self.in_doubt((PART, part)),
        )


EMPTY = Version({}, (), lambda _: False)


def build(
    base: Version,
    statements: Sequence[Statement],
    in_doubt: Callable[[Key], bool],
    found: Findings,
) -> Version:
    """The base with these statements applied."""
    blocks = dict(base.blocks)
    blocks.pop(("framework", ""), None)
    inherited = frozenset(blocks)
    for statement in statements:
        _apply(statement, blocks, inherited, in_doubt, found)
    named = Version(blocks, base.rules, in_doubt)
    structure = named.structure()
    own = [
        InForce(statement.node, statement)
        for statement in statements
        if isinstance(statement.node, RuleNode)
    ]
    rules = base.rules
    for rule in own:
        rules = (*_make_room(rule, rules, structure, found), rule)
    return replace(named, rules=rules)


def key_of(node: Node) -> Key | None:
    """What other blocks call it; None for rules and tests."""
    if isinstance(node, NamedNode):
        kind = _KINDS[type(node)]
        return PART if type(node) in _PART_KINDS else kind, node.name.text
    if isinstance(node, FrameworkNode | RatingsNode | AnswersNode):
        return _SINGLE[type(node)], ""
    return None


def _apply(
    statement: Statement,
    blocks: dict[Key, Statement],
    inherited: frozenset[Key],
    in_doubt: Callable[[Key], bool],
    found: Findings,
) -> None:
    """Adds, replaces or removes one named block."""
    node = statement.node
    if isinstance(node, Remove):
        _remove(node, blocks, inherited, found)
        return
    key = key_of(node)
    if key is None:
        return
    called = _called(node)
    if statement.verb is Verb.REPLACE:
        if key not in inherited:
            if not in_doubt(("framework", "")):
                found.error(
                    "replaces-nothing",
                    f"{called} replaces nothing",
                    statement.span,
                    _nothing(key, inherited),
                )
        elif type(blocks[key].node) is not type(node):
            found.error(
                "replaces-nothing",
                f"{called} cannot replace {_called(blocks[key].node)}",
                statement.span,
                "Remove that first.",
            )
        elif blocks[key].file == statement.file:
            _twice(statement, blocks[key], called, found)
    elif key in blocks:
        _twice(statement, blocks[key], called, found)
        return
    blocks[key] = statement


def _remove(
    node: Remove,
    blocks: dict[Key, Statement],
    inherited: frozenset[Key],
    found: Findings,
) -> None:
    kind = PART if node.kind in _PART_KINDS.values() else node.kind
    key = kind, node.name.text
    there = blocks.get(key)
    if key not in inherited or there is None:
        found.error(
            "removes-nothing",
            f"there is no {node.kind} `{node.name.text}` to remove",
            node.name.span,
            _nothing(key, inherited),
        )
    elif _KINDS[type(there.node)] != node.kind:  # type: ignore[index] # Remove has no key
        found.error(
            "removes-nothing",
            f"`{node.name.text}` is {_called(there.node)}",
            node.name.span,
            f"Write: remove {_called(there.node).replace('`', '')}",
        )
    else:
        del blocks[key]


def _nothing(key: Key, inherited: Iterable[Key]) -> WayOut | str:
    kind, name = key
    known = [each[1] for each in inherited if each[0] == kind]
    return suggestion(name, known) or "The version this one is based on has none."


def _twice(
    statement: Statement, other: Statement, called: str, found: Findings
) -> None:
    way_out: WayOut | str = "Keep one of them."
    if other.file == statement.file:
        where = f"line {other.line}"
    else:
        where = f"{other.file} line {other.line}"
        way_out = replacing(statement.span)
    found.error(
        "defined-twice",
        f"{called} is defined twice (the other is at {where})",
        statement.span,
        way_out,
    )


def _called(node: Node | Remove) -> str:
    """`banding `share of cases``, `standard `3.4``, ``ratings``"""
    if isinstance(node, NamedNode):
        return f"{_KINDS[type(node)]} `{node.name.text}`"
    return "`framework`" if isinstance(node, FrameworkNode) else f"`{_scale(node)}`"


def _scale(node: Node | Remove) -> str:
    return "ratings" if isinstance(node, RatingsNode) else "answers"


def _make_room(
    rule: InForce,
    rules: tuple[InForce, ...],
    structure: Structure,
    found: Findings,
) -> tuple[InForce, ...]:
    """The base's rules once a rule that replaces some of them has its place."""
    if rule.statement.verb is not Verb.REPLACE:
        return rules
    quiet = Findings()
    parts = structure.resolve(rule.node.parts, quiet)
    kept: list[InForce] = []
    replaced: set[str] = set()
    for other in rules:
        shared = set(parts) & set(other.covers(structure, quiet))
        inherited = other.statement.file != rule.statement.file
        if type(other.node) is not type(rule.node) or not shared or not inherited:
            kept.append(other)
            continue
        replaced |= shared
        if isinstance(other.node, RateNode):
            kept.append(replace(other, without=other.without | shared))
    missing = [part for part in parts if part not in replaced]
    if missing and (not replaced or isinstance(rule.node, RateNode)):
        found.error(
            "replaces-nothing",
            f"no rule for {join(missing)} is there to replace",
            rule.node.parts.span,
            "Leave out `replace`, or name only parts that the base has a rule for.",
        )
        return tuple(
            replace(other, without=other.without | set(parts))
            if type(other.node) is type(rule.node)
            else other
            for other in kept
        )
    return tuple(kept)
