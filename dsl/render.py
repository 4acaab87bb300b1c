"""Shows a mistake as its author sees it: the place, the words, a way out."""

from collections.abc import Iterable

from dsl.diagnostic import Diagnostic, Severity
from dsl.source import SourceFile

_MARGIN = 5


def render(diagnostic: Diagnostic, files: Iterable[SourceFile]) -> str:
    """Four lines: file, line and message; the source; the words marked; the way out."""
    span = diagnostic.span
    note = "note: " if diagnostic.severity is Severity.NOTE else ""
    shown = [f"{span.file}, line {span.line}: {note}{diagnostic.message}"]
    line = _line(span.file, span.line, files)
    if line is not None:
        width = span.end_column - span.column
        if span.end_line > span.line:
            width = len(line.rstrip()) + 1 - span.column
        marks = " " * (span.column - 1) + "^" * max(width, 1)
        shown.append(f"{span.line:>{_MARGIN}} | {line.replace(chr(9), ' ')}".rstrip())
        shown.append(f"{'':>{_MARGIN}} | {marks}")
    if diagnostic.help:
        shown.append(f"{'':>{_MARGIN}}   {diagnostic.help}")
    return "\n".join(shown) + "\n"


def _line(name: str, number: int, files: Iterable[SourceFile]) -> str | None:
    for file in files:
        if file.name == name:
            lines = file.text.split("\n")
            if number <= len(lines):
                return lines[number - 1].removesuffix("\r")
    return None
