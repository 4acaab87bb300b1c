"""Cuts a rule file into blocks at every line that starts at the margin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dsl.diagnostic import Diagnostic, Fix
from dsl.quotes import mask
from dsl.source import SourceFile, Span

FILE_LIMIT = 1024 * 1024
BLOCK_LIMIT = 64 * 1024
HEADER = "adjudge rules 1"
"""May open a file; opens every canonical text."""

_TAB = re.compile(r"\t")


@dataclass(frozen=True, slots=True)
class Block:
    """One rule and the indented lines that belong to it."""

    file: str
    line: int  # of its first line
    text: str
    says: str | None  # the `>` lines above, joined

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets of `text`."""
        return Span(self.file, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.text.count("\n", 0, offset)
        return self.line + before, offset - self.text.rfind("\n", 0, offset)


def split(file: SourceFile) -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    """The blocks of a file, and what is wrong before any of them is read."""
    if len(file.text.encode(errors="replace")) > FILE_LIMIT:
        return (), (_too_large(file),)
    lines = [line.removesuffix("\r") for line in file.text.split("\n")]
    cuts: list[_Cut] = []
    says: list[str] = []
    found: list[Diagnostic] = []
    for index, line in enumerate(_without_header(lines)):
        if line.startswith(">"):
            says.append(line[1:].strip())
        elif not line.strip() or line.startswith("#"):
            if cuts and not says:
                cuts[-1].lines.append(line)
        elif line[0] not in " \t\ufeff":
            cuts.append(_Cut(index + 1, " ".join(says) or None, [line]))
            says = []
        elif says or not cuts:
            if not line.strip().startswith("#"):
                found.append(_stray(file.name, index, line))
        else:
            cuts[-1].lines.append(line)
    blocks = [cut.block(file.name) for cut in cuts]
    long = [block for block in blocks if _is_long(block)]
    found += [_long(block) for block in long]
    kept = [block for block in blocks if not _is_long(block)] if long else blocks
    return tuple(kept), (*found, *_tabs(file.name, lines))


@dataclass(slots=True)
class _Cut:
    line: int
    says: str | None
    lines: list[str]

    def block(self, file: str) -> Block:
        return Block(file, self.line, "\n".join(self.lines).rstrip(), self.says)


def _without_header(lines: Sequence[str]) -> Sequence[str]:
    first = lines[0].removeprefix("\ufeff")
    if first.strip() == HEADER:
        first = ""
    return [first, *lines[1:]]


def _too_large(file: SourceFile) -> Diagnostic:
    return Diagnostic(
        "file-too-large",
        "a rule file may be at most 1 MiB",
        Span(file.name, 1, 1, 1, 1),
        "Move a version of its own to another file, with `based on`.",
    )


def _is_long(block: Block) -> bool:
    return len(block.text.encode(errors="replace")) > BLOCK_LIMIT


def _long(block: Block) -> Diagnostic:
    return Diagnostic(
        "block-too-large",
        "one rule may be at most 64 KiB",
        block.span(0, len(block.text.split("\n", 1)[0])),
        "Split it into several rules.",
    )


def _stray(file: str, index: int, line: str) -> Diagnostic:
    indent = len(line) - len(line.lstrip())
    return Diagnostic(
        "stray-line",
        "this line belongs to no rule",
        Span(file, index + 1, indent + 1, index + 1, len(line) + 1),
        "A rule starts at the margin; indented lines belong to the rule above.",
    )


def _tabs(file: str, lines: Sequence[str]) -> tuple[Diagnostic, ...]:
    """One message for all tabs, at the first."""
    places = [
        (number, found.start() + 1)
        for number, line in enumerate(lines, 1)
        if "\t" in line
        for found in [_TAB.search(mask(line))]
        if found
    ]
    if not places:
        return ()
    line, column = places[0]
    first = Span(file, line, column, line, column + 1)
    others = f" {len(places) - 1} more lines have one." if len(places) > 1 else ""
    return (
        Diagnostic(
            "tab",
            "a tab looks different in every editor",
            first,
            f"Write spaces instead.{others}",
            fixes=(Fix(first, "  "),),
        ),
    )
