"""Places as an editor counts them, and as the language does.

An editor counts lines from 0 and, unless it agrees on something else, columns in UTF-16
units; the language counts both from 1, columns in characters.
"""

from dataclasses import dataclass

from lsprotocol.types import Position, PositionEncodingKind, Range

from dsl import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Places:
    """Converts places of one text."""

    lines: tuple[str, ...]
    encoding: str

    @classmethod
    def of(cls, file: SourceFile, encoding: str) -> "Places":
        return cls(tuple(file.text.split("\n")), encoding)

    def range(self, span: Span) -> Range:
        """A stretch of the text, for the editor."""
        return Range(
            self.position(span.line, span.column),
            self.position(span.end_line, span.end_column),
        )

    def position(self, line: int, column: int) -> Position:
        before = self._line(line)[: column - 1]
        return Position(line - 1, _units(before, self.encoding))

    def line_and_column(self, position: Position) -> tuple[int, int]:
        """Where the editor points; past the end of a line is its end."""
        line = self._line(position.line + 1)
        if line.isascii():
            return position.line + 1, min(position.character, len(line)) + 1
        units = column = 0
        while column < len(line) and units < position.character:
            units += _units(line[column], self.encoding)
            column += 1
        return position.line + 1, column + 1

    def whole_line(self, line: int) -> Range:
        return Range(
            Position(line - 1, 0), self.position(line, len(self._line(line)) + 1)
        )

    def everything(self) -> Range:
        return Range(Position(0, 0), Position(len(self.lines), 0))

    def _line(self, number: int) -> str:
        inside = 1 <= number <= len(self.lines)
        return self.lines[number - 1].removesuffix("\r") if inside else ""


def _units(text: str, encoding: str) -> int:
    if text.isascii() or encoding == PositionEncodingKind.Utf32:
        return len(text)
    if encoding == PositionEncodingKind.Utf8:
        return len(text.encode(errors="surrogatepass"))
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
