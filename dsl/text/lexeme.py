"""The words, numbers and quoted names of a block, whether or not it makes sense.

The grammar's own tokens need a block that parses; an editor needs these at every key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dsl.text.quotes import NAME, RATING, plain

_LEXEME = re.compile(
    rf"(?P<name>{NAME.pattern})"
    rf"|(?P<rating>{RATING.pattern})"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<part>[A-Z][0-9]+(?:\.[0-9]+)*|[0-9]+(?:\.[0-9]+)+)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<mark>\S)"
)


class Kind(Enum):
    """What a lexeme looks like; what it stands for depends on where it stands."""

    NAME = "name"
    RATING = "rating"
    PART = "part"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One of them, between two offsets of its block."""

    kind: Kind
    text: str  # a name or rating without its quotes
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        return self.kind is Kind.WORD and self.text in words


def lexemes(text: str) -> Iterator[Lexeme]:
    """Those of a text, comments left out."""
    for found in _LEXEME.finditer(text):
        group = found.lastgroup or ""
        if group == "comment":
            continue
        quoted = group in ("name", "rating")
        yield Lexeme(
            Kind(group), plain(found[0]) if quoted else found[0], *found.span()
        )
