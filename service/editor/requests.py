"""What an editor asks about a place or a file, and who answers."""

from dataclasses import dataclass

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from dsl.text.layout import layout
from dsl.text.mention import Mention
from service.editor.checked import Checked
from service.editor.complete import completions
from service.editor.desk import Desk
from service.editor.fix import fix_all, fixes
from service.editor.hover import hover
from service.editor.lens import lenses, loose_pins, verdict
from service.editor.meaning import (
    Found,
    definitions,
    everywhere,
    mention_at,
    unquoted,
)
from service.editor.outline import folds, symbols
from service.editor.position import Places
from service.editor.rename import NotRenamed, edits, renamable, renaming

_REQUEST_FAILED = -32803


@dataclass(frozen=True, slots=True)
class _Place:
    """What an editor points at."""

    checked: Checked
    places: Places
    at: tuple[int, int]
    mention: Mention | None


class Requests:
    """One method a request; None or nothing for what is not a rule file's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        place = self._place(params.text_document.uri, params.position)
        if place is None or place.mention is None:
            return None
        text = hover(self._desk.library, place.checked, place.mention)
        if text is None:
            return None
        return types.Hover(
            types.MarkupContent(types.MarkupKind.Markdown, text),
            place.places.range(place.mention.span),
        )

    def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """Where a name is defined; from its definition, what that replaces."""
        place = self._place(params.text_document.uri, params.position)
        if place is None or place.mention is None:
            return []
        file, here = place.checked.file, place.mention
        found = definitions(self._desk.library, file, here.symbol)
        others = [each for each in found if each.mention != here]
        chosen = others if here.defines else found[:1]
        return [self._location(each) for each in chosen]

    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        place = self._place(params.text_document.uri, params.position)
        if place is None or place.mention is None:
            return []
        found = everywhere(self._desk.library, place.checked.file, place.mention.symbol)
        return [
            self._location(each)
            for each in found
            if params.context.include_declaration or not each.mention.defines
        ]

    def can_rename(
        self, params: types.PrepareRenameParams
    ) -> types.PrepareRenamePlaceholder | None:
        place = self._place(params.text_document.uri, params.position)
        if place is None or place.mention is None:
            return None
        symbol = place.mention.symbol
        try:
            renamable(self._desk.library, place.checked.file, symbol)
        except NotRenamed as refusal:
            raise JsonRpcException(str(refusal), _REQUEST_FAILED) from refusal
        return types.PrepareRenamePlaceholder(
            place.places.range(unquoted(place.mention.span)), symbol.name
        )

    def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        place = self._place(params.text_document.uri, params.position)
        if place is None or place.mention is None:
            return None
        try:
            found = renaming(
                self._desk.library,
                place.checked.file,
                place.mention.symbol,
                params.new_name,
            )
        except NotRenamed as refusal:
            raise JsonRpcException(str(refusal), _REQUEST_FAILED) from refusal
        return edits(found, self._desk.encoding)

    def complete(self, params: types.CompletionParams) -> types.CompletionList:
        place = self._place(params.text_document.uri, params.position)
        if place is None:
            return types.CompletionList(is_incomplete=False, items=[])
        found = completions(
            self._desk.library, place.checked.file, place.at, place.places
        )
        return types.CompletionList(is_incomplete=False, items=list(found))

    def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        checked = self._desk.checked(params.text_document.uri)
        if checked is None:
            return []
        places = self._desk.places(checked.file)
        return list(symbols(checked.file.source, places))

    def folds(self, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        checked = self._desk.checked(params.text_document.uri)
        return list(folds(checked.file.source)) if checked else []

    def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        checked = self._desk.checked(params.text_document.uri)
        if checked is None:
            return []
        places = self._desk.places(checked.file)
        loose = self._desk.pinning.loose(checked)
        return [*lenses(checked, places), *loose_pins(loose, places)]

    def format(self, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        """The whole file laid out; nothing to do if it is."""
        checked = self._desk.checked(params.text_document.uri)
        if checked is None:
            return []
        file = checked.file
        tidy = layout(file.source)
        if tidy == file.source.text:
            return []
        return [types.TextEdit(self._desk.places(file).everything(), tidy)]

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Fixes for the mistakes at a place; for the whole file where asked for."""
        checked = self._desk.checked(params.text_document.uri)
        if checked is None:
            return []
        places = self._desk.places(checked.file)
        everything = fix_all(checked, places)
        found = [
            *fixes(checked, params.range, places),
            *([everything] if everything else []),
        ]
        only = params.context.only
        return [each for each in found if only is None or each.kind in only]

    def test(self, uri: str, name: str) -> dict[str, object] | None:
        """One test as it comes out now; None if there is no such test to run."""
        checked = self._desk.checked(uri)
        for test, failed in checked.tried if checked else ():
            if test.name == name:
                return {
                    "name": name,
                    "passed": not failed,
                    "verdict": verdict(test, failed),
                    "failures": [each.message for each in failed],
                }
        return None

    def _place(self, uri: str, position: types.Position) -> _Place | None:
        checked = self._desk.checked(uri)
        if checked is None:
            return None
        places = self._desk.places(checked.file)
        at = places.line_and_column(position)
        return _Place(checked, places, at, mention_at(checked.file, *at))

    def _location(self, found: Found) -> types.Location:
        places = self._desk.places(found.file)
        return types.Location(found.file.uri, places.range(found.mention.span))
