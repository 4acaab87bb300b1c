"""The shape of a rule file: its rules, parts within parts, and what folds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from dsl import SourceFile, Span
from dsl.bind.structure import is_above
from dsl.text.lexeme import Kind, Lexeme, lexemes
from dsl.text.mention import kind_of
from dsl.text.split import Block, split
from service.editor.position import Places

_SECTION = re.compile(r"#\s*-{3,}")
_SYMBOLS = {
    "framework": types.SymbolKind.Package,
    "document": types.SymbolKind.File,
    "ratings": types.SymbolKind.Enum,
    "answers": types.SymbolKind.Enum,
    "fact": types.SymbolKind.Variable,
    "group": types.SymbolKind.Array,
    "domain": types.SymbolKind.Namespace,
    "standard": types.SymbolKind.Class,
    "question": types.SymbolKind.Method,
    "banding": types.SymbolKind.Constant,
    "sample": types.SymbolKind.Array,
    "test": types.SymbolKind.Event,
}
_PARTS = ("domain", "standard", "question")


@dataclass(frozen=True, slots=True)
class Heading:
    """How a block presents itself: its kind, its name or scope, its title."""

    block: Block
    kind: str
    name: str
    title: str

    @property
    def is_part(self) -> bool:
        return self.kind in _PARTS and self.block.text.startswith(self.kind)


def headings(file: SourceFile) -> tuple[Heading, ...]:
    """Every block's, as the file reads."""
    blocks, _ = split(file)
    return tuple(_heading(block) for block in blocks)


def symbols(file: SourceFile, places: Places) -> tuple[types.DocumentSymbol, ...]:
    """The outline; standards stand in their domain and questions in their standard."""
    top: list[types.DocumentSymbol] = []
    above: list[tuple[Heading, types.DocumentSymbol]] = []
    for heading in headings(file):
        symbol = _symbol(heading, places)
        while above and not (
            heading.is_part and is_above(above[-1][0].name, heading.name)
        ):
            above.pop()
        if above:
            above[-1][1].children = [*(above[-1][1].children or ()), symbol]
            for _, outer in above:
                outer.range.end = symbol.range.end
        else:
            top.append(symbol)
        if heading.is_part:
            above.append((heading, symbol))
    return tuple(top)


def folds(file: SourceFile) -> tuple[types.FoldingRange, ...]:
    """Rules of several lines, and sections under a `# ----` line."""
    blocks, _ = split(file)
    rules = [
        types.FoldingRange(block.line - 1, block.line - 1 + block.text.count("\n"))
        for block in blocks
        if "\n" in block.text
    ]
    return (*rules, *_sections(file))


def _sections(file: SourceFile) -> Iterator[types.FoldingRange]:
    lines = file.text.split("\n")
    starts = [number for number, line in enumerate(lines) if _SECTION.match(line)]
    for start, after in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = after - 1
        while end > start and not lines[end].strip():
            end -= 1
        if end > start:
            yield types.FoldingRange(start, end, kind=types.FoldingRangeKind.Region)


def _heading(block: Block) -> Heading:
    words = tuple(lexemes(block.text.split("\n", 1)[0]))
    kind = kind_of(words) if words else ""
    names = [each for each in words if each.kind is Kind.NAME]
    numbers = [each for each in words if each.kind in (Kind.PART, Kind.NUMBER)]
    if kind in _PARTS and numbers:
        return Heading(block, kind, numbers[0].text, names[0].text if names else "")
    if names and kind in _SYMBOLS:
        return Heading(block, kind, names[0].text, "")
    return Heading(block, kind, _scope(block, words), "")


def _scope(block: Block, words: Sequence[Lexeme]) -> str:
    """`standards in domains 2 and 3` of a rule about parts."""
    stops = ("by", "at", "may", "usually", "when")
    rest = [each for each in words[1:] if not each.is_word("for")]
    end = next((each.start for each in rest if each.is_word(*stops)), None)
    first = block.text.split("\n", 1)[0].split("#", 1)[0].rstrip()
    return first[rest[0].start : end].strip() if rest else ""


def _symbol(heading: Heading, places: Places) -> types.DocumentSymbol:
    block = heading.block
    first_line = block.text.split("\n", 1)[0]
    verb = next(
        (f"{verb} " for verb in ("replace", "remove") if first_line.startswith(verb)),
        "",
    )
    name = heading.name if heading.is_part else f"{heading.kind} {heading.name}"
    return types.DocumentSymbol(
        name=f"{verb}{name}".strip() or first_line.strip(),
        detail=heading.title or None,
        kind=_SYMBOLS.get(heading.kind, types.SymbolKind.Function),
        range=places.range(block.span(0, len(block.text))),
        selection_range=places.range(block.span(0, len(first_line))),
    )


def block_of(file: SourceFile, named: Span) -> Heading:
    """The block that a name stands in."""
    return next(
        each
        for each in headings(file)
        if 0 <= named.line - each.block.line <= each.block.text.count("\n")
    )
