"""Where a piece of rule text stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One rule file: its name, `youth-2018.rules`, and its whole text."""

    name: str
    text: str

    @property
    def stem(self) -> str:
        """The framework id this file defines: `youth-2018`."""
        return self.name.removesuffix(".rules")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one file; lines and columns count from 1, the end is past it."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
