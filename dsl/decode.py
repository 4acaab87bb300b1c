"""Turns the bytes of a rule file into its text, or says what they are instead."""

from dsl.diagnostic import Diagnostic
from dsl.source import SourceFile, Span

_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a word processor's or spreadsheet's format",
    b"%PDF": "PDF",
    b"{\\rtf": "rich text",
}
_WAY_OUT = "Save it again as plain text in UTF-8."


def decode(name: str, content: bytes) -> SourceFile | Diagnostic:
    """The rule file, without a byte order mark; or the one mistake in it."""
    found = next(
        (what for mark, what in _MARKS.items() if content.startswith(mark)), ""
    )
    if found:
        span = Span(name, 1, 1, 1, 1)
        return Diagnostic("not-utf-8", f"this file is saved as {found}", span, _WAY_OUT)
    try:
        return SourceFile(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        return Diagnostic(
            "not-utf-8",
            "a letter stands here that is not saved as UTF-8",
            Span(name, line, column, line, column + 1),
            _WAY_OUT,
        )


def shown(name: str, content: bytes) -> SourceFile:
    """The text of any file as far as it can be read, to show a mistake in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return SourceFile(name, "")
    return SourceFile(name, content.decode("utf-8", errors="replace"))
