"""Lays out a rule file: whitespace only, so that no token, comment or `>` line is lost.

Lines stay lines and keep their order; what changes is indentation, the spaces between
words, and blank lines beyond one. A block that cannot be read is left as it is.
INVARIANT (words): `words(layout(file)) == words(file.text)`, and laying out twice is
laying out once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from dsl.source import SourceFile
from dsl.text.parse import parse
from dsl.text.quotes import DOUBLE, NAME, RATING, SINGLE

_PIECE = re.compile(
    rf"#.*|(?:{NAME.pattern}|{RATING.pattern}"
    rf"|[^ \t\r#{DOUBLE}{SINGLE}]|[{DOUBLE}{SINGLE}])+"
)
_DEEPER = frozenset({"when", "or", "and"})
_NOTES = frozenset({"source", "assumes"})
_OPENING = frozenset({"given", "expect"})
_SENTENCES = frozenset({"panel", "guidance", "domain"})
_STEP = "  "
_BETWEEN_SENTENCES = "   "


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it will stand: its margin, and its cells that may be aligned."""

    indent: str
    cells: tuple[str, ...]
    comment: str | None = None
    gap: str = _STEP
    kept: str | None = None  # as it is, whatever it holds

    @property
    def shape(self) -> tuple[object, ...]:
        """Neighbours of one shape have their cells aligned."""
        return self.indent, len(self.cells), self.comment is None, self.gap


def layout(file: SourceFile) -> str:
    """The text of the file, laid out; it ends in a line feed unless it is empty."""
    lines = list(_lines(file))
    shown: list[str] = []
    for _, neighbours in groupby(lines, key=lambda line: line.shape):
        shown += _aligned(list(neighbours))
    return _spaced(shown)


def words(text: str) -> tuple[str, ...]:
    """Everything in a rule text but whitespace: words, quotes, comments, `>` lines."""
    return tuple(
        piece
        for line in text.removeprefix("\ufeff").split("\n")
        for piece in _pieces_or_saying(line)
    )


def _pieces_or_saying(line: str) -> list[str]:
    if line.startswith(">"):
        return [">", line[1:].strip(" \t\r")]
    return _pieces(line)


def _pieces(line: str) -> list[str]:
    return [found.rstrip(" \t\r") for found in _PIECE.findall(line)]


# ---- lines


def _lines(file: SourceFile) -> Iterator[_Line]:
    """Every line of the file, with the place it gets in its block."""
    texts = [
        line.rstrip(" \t\r") for line in file.text.removeprefix("\ufeff").split("\n")
    ]
    blocks = _blocks(texts)
    broken = {
        found.span.line for found in parse(file).diagnostics if found.code != "tab"
    }
    for first, last in blocks:
        block = texts[first:last]
        if broken.intersection(range(first + 1, last + 1)):
            yield from (
                _Line("", (), kept=text) for text in file.text.split("\n")[first:last]
            )
        else:
            yield from _block(block)


def _blocks(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Where each rule begins and ends, the lines above it included."""
    starts = [
        index for index, text in enumerate(texts) if text and text[0] not in " \t#>"
    ]
    return list(pairwise(sorted({0, *starts, len(texts)})))


def _block(texts: Sequence[str]) -> Iterator[_Line]:
    kind = _kind(texts[0])
    within_test = False
    lines: list[_Line] = []
    for text in texts:
        pieces = _pieces(text)
        if text.startswith(">"):
            lines.append(_Line("", (), kept=f"> {text[1:].strip()}".rstrip()))
            continue
        comment = pieces.pop() if pieces and pieces[-1].startswith("#") else None
        if not pieces:
            indent = "" if text.startswith("#") else _STEP
            lines.append(
                _Line(indent, (), comment) if comment else _Line("", (), kept="")
            )
            continue
        if text[0] not in " \t":
            lines.append(_Line("", (" ".join(pieces),), comment))
            continue
        if kind == "test" and pieces[0] in _OPENING:
            within_test = True
            lines.append(_Line(_STEP, (" ".join(pieces),), comment))
            continue
        lines.append(
            replace(_row(kind, pieces, within_test=within_test), comment=comment)
        )
    yield from _beside_next(lines)


def _kind(text: str) -> str:
    first, *rest = [*_pieces(text), ""]
    return rest[0] if first == "replace" else first


def _beside_next(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Comments of their own inside a rule stand where the next line stands."""
    indent = _STEP
    placed: list[_Line] = []
    for line in reversed(lines):
        if line.cells:
            indent = line.indent or _STEP
        own = line.comment and not line.cells and line.indent
        placed.append(replace(line, indent=indent) if own else line)
    yield from reversed(placed)


def _row(kind: str, pieces: Sequence[str], *, within_test: bool) -> _Line:
    if pieces[0] in _NOTES:
        return _Line(_STEP, (" ".join(pieces),))
    if within_test:
        return _Line(2 * _STEP, _sentences(pieces), gap=_BETWEEN_SENTENCES)
    if pieces[0] in _DEEPER:
        return _Line(2 * _STEP, (" ".join(pieces),))
    match kind:
        case "banding":
            cells = _cut(pieces, "is", "called")
        case "ratings":
            cells = _cut(pieces, "scores")
        case "answers":
            cells = _cut(pieces, "is")
        case "rate" if pieces[0][0] in SINGLE:
            cells = _cut(pieces, "when")
        case _:
            cells = (" ".join(pieces),)
    return _Line(_STEP, cells)


def _cut(pieces: Sequence[str], *before: str) -> tuple[str, ...]:
    """Cells that begin at the first of each of these words, in this order."""
    cells, rest = [], list(pieces)
    for word in before:
        if word in rest[1:]:
            at = rest.index(word, 1)
            cells.append(" ".join(rest[:at]))
            rest = rest[at:]
    return (*cells, " ".join(rest))


def _sentences(pieces: Sequence[str]) -> tuple[str, ...]:
    """`1.1 is 'Good'` and `panel moves …`, of which a line may have several."""
    cells: list[list[str]] = []
    for index, piece in enumerate(pieces):
        follows = pieces[index + 1] if index + 1 < len(pieces) else ""
        before = pieces[index - 1] if index else ""
        begins = piece in _SENTENCES or (follows == "is" and before != "domain")
        if begins or not cells:
            cells.append([])
        cells[-1].append(piece)
    return tuple(" ".join(cell) for cell in cells)


# ---- columns


def _aligned(lines: Sequence[_Line]) -> Iterator[str]:
    """Neighbours of one shape, each cell as wide as the widest; the last one is not."""
    columns = list(zip(*(_columns(line) for line in lines), strict=True))
    widths = [max(map(len, column)) for column in columns[:-1]]
    for line in lines:
        if line.kept is not None:
            yield line.kept
            continue
        cells = _columns(line)
        padded = [f"{cell:{width}}" for cell, width in zip(cells, widths, strict=False)]
        yield line.indent + line.gap.join([*padded, *cells[-1:]])


def _columns(line: _Line) -> tuple[str, ...]:
    return line.cells if line.comment is None else (*line.cells, line.comment)


def _spaced(lines: Sequence[str]) -> str:
    """No blank line at either end, and never two in a row."""
    kept: list[str] = []
    for line in lines:
        if line.strip(" \t\r") or (kept and kept[-1]):
            kept.append(line if line.strip(" \t\r") else "")
    while kept and not kept[-1]:
        kept.pop()
    return "".join(f"{line}\n" for line in kept)
