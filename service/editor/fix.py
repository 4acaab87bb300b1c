"""Offers the change that mends a mistake, for every mistake that knows it."""

from collections.abc import Iterator, Sequence

from lsprotocol import types

from dsl import Diagnostic, Span
from dsl.diagnostic import Fix
from dsl.text.quotes import DOUBLE, SINGLE
from service.editor.checked import Checked, diagnostics
from service.editor.meaning import unquoted
from service.editor.position import Places

_QUOTES = DOUBLE + SINGLE


def fixes(
    checked: Checked, asked: types.Range, places: Places
) -> tuple[types.CodeAction, ...]:
    """The changes for mistakes that touch a stretch of the file, as they stand."""
    return tuple(
        _action(checked, found, fix, places)
        for found in _own(checked)
        if _touches(places.range(found.span), asked)
        for fix in found.fixes
    )


def fix_all(checked: Checked, places: Places) -> types.CodeAction | None:
    """Every change that is the only one for its mistake and crosses no other."""
    sure = [found.fixes[0] for found in _own(checked) if len(found.fixes) == 1]
    edits = [_edit(fix, places) for fix in _apart(sure)]
    if not edits:
        return None
    return types.CodeAction(
        title="Mend everything that has one plain fix",
        kind=types.CodeActionKind.SourceFixAll,
        edit=types.WorkspaceEdit(changes={checked.file.uri: edits}),
    )


def _own(checked: Checked) -> Iterator[Diagnostic]:
    """Mistakes of this very file, not of one that it is based on."""
    name = checked.file.source.name
    return (found for found in checked.mistakes if found.span.file == name)


def _action(
    checked: Checked, found: Diagnostic, fix: Fix, places: Places
) -> types.CodeAction:
    return types.CodeAction(
        title=_title(fix),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=list(diagnostics(checked.file, [found], places)),
        is_preferred=len(found.fixes) == 1,
        edit=types.WorkspaceEdit(changes={checked.file.uri: [_edit(fix, places)]}),
    )


def _title(fix: Fix) -> str:
    text = fix.text.strip()
    if text:
        return f"Write {text}" if text[0] in _QUOTES else f"Write `{text}`"
    return "Write a space instead"


def _edit(fix: Fix, places: Places) -> types.TextEdit:
    span = unquoted(fix.span) if fix.is_name and _is_quoted(fix, places) else fix.span
    return types.TextEdit(places.range(span), fix.text)


def _is_quoted(fix: Fix, places: Places) -> bool:
    line = places.lines[fix.span.line - 1]
    return line[fix.span.column - 1 : fix.span.column] in tuple(_QUOTES)


def _apart(fixes: Sequence[Fix]) -> Iterator[Fix]:
    reached = 0, 0
    for fix in sorted(fixes, key=lambda fix: _ends(fix.span)):
        start, end = _ends(fix.span)
        if start >= reached:
            yield fix
            reached = end


def _ends(span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (span.line, span.column), (span.end_line, span.end_column)


def _touches(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end
