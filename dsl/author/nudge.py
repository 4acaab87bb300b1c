"""The smallest change to one number or condition of a rule file.

A nudge is made on the framework, not on the text. Versions that inherit a rule have it
at the same file and line, and the nudges of it say the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dsl.author.change import Spot
from dsl.framework import Framework, Rule
from dsl.text import say
from dsl.text.nodes import Statement

Apply = Callable[[Framework], Framework]
"""Makes one change; leaves a framework alone that has nothing to change."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """One small change: where, what, and what comes of it; None if no test can see."""

    at: Spot
    about: str  # "discretion for standards 2.1 to 2.4"; versions may differ in it
    what: str  # "6 cases or fewer instead of 5"; the same in every version
    change: Framework | None  # the framework it was made on, changed

    @property
    def sentence(self) -> str:
        """Lower case, no full stop."""
        return f"{self.about}: {self.what}"


@dataclass(frozen=True, slots=True)
class Own:
    """A framework, and which of its rules one file wrote."""

    framework: Framework
    file: str
    statements: Mapping[int, Statement]  # by line

    def wrote(self, rule: Rule | None) -> bool:
        return rule is not None and rule.file == self.file

    def nudge(self, line: int, about: str, what: str, apply: Apply) -> Nudge:
        return Nudge(Spot(self.file, line), about, what, apply(self.framework))

    def beyond(self, line: int, about: str, what: str) -> Nudge:
        return Nudge(Spot(self.file, line), about, what, None)


K = TypeVar("K")
V = TypeVar("V")


def once_each(things: Iterable[V], rule_of: Callable[[V], Rule]) -> dict[int, list[V]]:
    """Things by the line of the block that wrote them: one block, many parts."""
    blocks: dict[int, list[V]] = {}
    for thing in things:
        blocks.setdefault(rule_of(thing).line, []).append(thing)
    return blocks


def mapped(mapping: Mapping[K, V], change: Callable[[V], V]) -> dict[K, V]:
    return {key: change(value) for key, value in mapping.items()}


def named(own: Own, parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return say.part(own.framework, parts[0])
    return say.parts(own.framework, parts)


def is_same(one: Rule, other: Rule) -> bool:
    return (one.file, one.line) == (other.file, other.line)
