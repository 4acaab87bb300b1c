"""A place where a block stops making sense, and what is made of it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

WORD: Final = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One slip in a block's text, between two offsets."""

    code: str
    message: str
    start: int
    end: int
    way_out: str | None = None
    repair: str | None = None  # to stand from `start` to `end` instead
    repair_from: int | None = None  # where the repair starts, if before `start`
    instead: tuple[str, ...] = ()  # what an author may choose from, if not the repair


@dataclass(frozen=True, slots=True)
class Slip:
    """Where a block stopped making sense, and what could have stood there."""

    text: str
    at: int
    accepts: Mapping[str, str]  # terminal → the words it stands for, "" if not words
    names: Collection[str]  # quoted in this file
    ratings: Collection[str]
    keywords: Collection[str]

    @property
    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    @property
    def rest(self) -> str:
        """From here to the end of the line."""
        return self.text[self.at : self.line_end]

    @property
    def word(self) -> str:
        """The word that stands here."""
        found = WORD.match(self.rest) or re.match(r"\S", self.rest)
        return found[0] if found else ""

    def words_accepted(self) -> tuple[str, ...]:
        return tuple(sorted(phrase for phrase in self.accepts.values() if phrase))
