"""Cuts a rule file into blocks at every line that starts at the margin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dsl.diagnostic import Diagnostic, Fix
from dsl.source import SourceFile, Span
from dsl.text.quotes import mask

FILE_LIMIT = 1024 * 1024
BLOCK_LIMIT = 64 * 1024
HEADER = "adjudge rules 1"
"""May open a file; opens every canonical text."""

_TAB = re.compile(r"\t")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_BELONGS = re.compile(
    r"(?![0-9]+[.)]\s)[0-9'\"‘’“”]|(?:source|assumes|prompt|aim|given|expect|usually"  # noqa: RUF001 - as they are pasted
    r"|departing|moves|decided|considers|applies|based|calls|started|makes|sized|size"
    r"|matched|may|when|or|and|otherwise|panel|below|called|for|no)\b"
)
_RULE = re.compile(
    r'(?:domain|standard|question)\s+[A-Z]?[0-9][0-9.]*\s+["“”]'
    r'|(?:framework|document|fact|group|banding|sample|test)\s+["“”]'
    r"|(?:rate|cap)\s+(?:overall|all|standard|question)|(?:discretion|warning)\s+for\s"
    r"|guidance\s+for\s+(?:standard|overall$)|(?:ratings|answers)$|>\s*[A-Za-z]"
)


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
    indented: list[tuple[int, int]] = []
    for index, written in enumerate(_without_header(lines)):
        line = _seen(written)
        if _is_indented_rule(line):
            indented.append((index + 1, len(line) - len(line.lstrip()) + 1))
            line = line.lstrip()
        if line.startswith(">"):
            says.append(line[1:].strip())
        elif not line.strip() or line.startswith("#"):
            if cuts and not says:
                cuts[-1].lines.append(line)
        elif cuts and not says and _BELONGS.match(line):
            if not cuts[-1].spilt:
                found.append(_spilt(file.name, index, line))
            cuts[-1].spilt = True
            cuts[-1].lines.append(line)
        elif line[0] not in " \t":
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
    found += [*_indented(file.name, indented), *_unseen(file.name, lines)]
    return tuple(kept), (*found, *_tabs(file.name, lines))


@dataclass(slots=True)
class _Cut:
    line: int
    says: str | None
    lines: list[str]
    spilt: bool = False  # whether a line of it stands at the margin

    def block(self, file: str) -> Block:
        return Block(file, self.line, "\n".join(self.lines).rstrip(), self.says)


def _without_header(lines: Sequence[str]) -> Sequence[str]:
    first = lines[0].removeprefix("\ufeff")
    if first.strip() == HEADER:
        first = ""
    return [first, *lines[1:]]


def _seen(line: str) -> str:
    """The line with every space an ordinary one, and nothing in it that hides."""
    return _UNSEEN.sub("", _ODD_SPACE.sub(" ", line))


def _is_indented_rule(line: str) -> bool:
    bare = line.strip()
    says = bare.startswith("guidance") and "says" in mask(bare)
    return line[:1] in tuple(" \t") and bool(_RULE.match(bare)) and not says


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


def _spilt(file: str, index: int, line: str) -> Diagnostic:
    word = len(line.split(maxsplit=1)[0])
    return Diagnostic(
        "not-indented",
        "this line belongs to the rule above it, so it is indented",
        Span(file, index + 1, 1, index + 1, word + 1),
        "Begin it with two spaces, and so any other line of that rule.",
    )


def _indented(file: str, places: Sequence[tuple[int, int]]) -> tuple[Diagnostic, ...]:
    """One message for all rules away from the margin, at the first."""
    if not places:
        return ()
    line, column = places[0]
    return (
        Diagnostic(
            "indented-rule",
            "a rule, and the `>` line above it, starts at the margin",
            Span(file, line, 1, line, column),
            f"Take out the spaces before it.{_others(places)}",
        ),
    )


def _unseen(file: str, lines: Sequence[str]) -> tuple[Diagnostic, ...]:
    """One message for all marks that cannot be told from a space or from nothing."""
    places = [
        (number, found.start() + 1)
        for number, line in enumerate(_without_header(lines), 1)
        for found in [_ODD_SPACE.search(line) or _UNSEEN.search(line)]
        if found
    ]
    if not places:
        return ()
    line, column = places[0]
    return (
        Diagnostic(
            "unseen-mark",
            "a mark that cannot be seen stands here, as word processors write it",
            Span(file, line, column, line, column + 1),
            f"Type the space again, or take the mark out.{_others(places)}",
        ),
    )


def _others(places: Sequence[object]) -> str:
    more = len(places) - 1
    return (
        f" The same in {more} more {'line' if more == 1 else 'lines'}." if more else ""
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
    return (
        Diagnostic(
            "tab",
            "a tab looks different in every editor",
            first,
            f"Write spaces instead.{_others(places)}",
            fixes=(Fix(first, "  "),),
        ),
    )
