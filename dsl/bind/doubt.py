"""What may not be missing after all, since a block is there that cannot be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dsl.bind.structure import is_above
from dsl.bind.version import Key
from dsl.findings import nearest
from dsl.text.quotes import NAME, mask, plain
from dsl.text.split import Block
from dsl.text.syntax import KINDS

_REFS = re.compile(r"\b[A-Z]?[0-9]+(?:\.[0-9]+)*\b")
_PART_KINDS = ("domain", "standard", "question")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Answers for one file's unreadable blocks."""

    kinds: frozenset[str | None]  # of the blocks; None where even that is unclear
    names: frozenset[str]  # quoted in them
    parts: frozenset[str]  # numbered in their first lines
    rules: tuple[tuple[str | None, str], ...]  # kind and first line of each

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> "Doubt":
        """What these blocks may have defined."""
        kinds: set[str | None] = set()
        names: set[str] = set()
        parts: set[str] = set()
        rules: list[tuple[str | None, str]] = []
        for block in blocks:
            first_line = mask(block.text.split("\n", 1)[0])
            kind = _kind(first_line)
            kinds.add(kind)
            names.update(map(plain, NAME.findall(block.text)))
            parts.update(_REFS.findall(first_line))
            rules.append((kind, first_line))
        known = frozenset(kinds), frozenset(names), frozenset(parts)
        return cls(*known, tuple(rules))

    def __call__(self, key: Key) -> bool:
        """Whether a block of this kind and name may be among them."""
        kind, name = key
        match kind:
            case "rating" | "answer":
                return f"{kind}s" in self.kinds
            case "framework":
                return kind in self.kinds
            case "part" | "parts" | "below":
                return self._may_define(kind, name)
            case "rate" | "guidance" | "discretion" | "warning":
                return any(
                    its_kind in (kind, None) and _may_cover(first_line, name)
                    for its_kind, first_line in self.rules
                )
            case _:
                return bool({kind, None} & self.kinds) and name in self.names

    def _may_define(self, kind: str, name: str) -> bool:
        """Whether a part, any part, or one below may be among them."""
        if not {None, *_PART_KINDS} & self.kinds:
            return False
        if kind == "below":
            return any(is_above(name, each) for each in self.parts)
        return kind == "parts" or name in self.parts


def _kind(text: str) -> str | None:
    """The kind of block a text was meant to be."""
    words = mask(text).split()
    if words and words[0] in ("replace", "remove"):
        words = words[1:]
    word = words[0] if words else ""
    return word if word in KINDS else nearest(word, KINDS)


def _may_cover(first_line: str, part: str) -> bool:
    """Whether a rule that starts like this may speak of a part."""
    refs = _REFS.findall(first_line.split(" by ", 1)[0])
    return not refs or any(
        ref == part
        or is_above(ref, part)
        or (" to " in first_line and ref.rpartition(".")[0] == part.rpartition(".")[0])
        for ref in refs
    )
