"""An author's desk: the library, what was found in each open file, what is shown."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from service.editor.checked import Checked, Checker, diagnostics
from service.editor.library import Library, RuleFile
from service.editor.pace import Pace
from service.editor.pinning import Pinning
from service.editor.position import Places


class Desk:
    """Answers from the texts as they stand; shows mistakes of open files."""

    def __init__(self, server: LanguageServer, pause: float) -> None:
        self._server = server
        self._pace = Pace(pause)
        self.library = Library(self._open_texts)
        self._checker = Checker(self.library)
        self.pinning = Pinning(self.library, self._checker, self._show_lenses)

    def checked(self, uri: str) -> Checked | None:
        """A file as it stands, checked; None if it is not one of the library's."""
        file = self.library.at(uri)
        return self._checker.check(file) if file else None

    @property
    def encoding(self) -> str:
        """What the columns of the editor count."""
        return str(self._server.workspace.position_encoding)

    def places(self, file: RuleFile) -> Places:
        return Places.of(file.source, self.encoding)

    def look_in_folders(self) -> None:
        """See which rule files the author's folders hold."""
        workspace = self._server.workspace
        uris = list(workspace.folders) or [workspace.root_uri]
        paths = [to_fs_path(uri) for uri in uris if uri]
        self.library.look_in(tuple(Path(path) for path in paths if path))

    def edited(self, uri: str) -> None:
        """Show what is wrong with a file now, and then with those that rest on it."""
        self._pace.show(uri, partial(self._show, uri))
        asyncio.get_running_loop().call_soon(self._show_resting_on, uri)

    def closed(self, uri: str) -> None:
        """Nothing is shown of a file that is not open."""
        self._publish(uri, None, [])
        self._show_resting_on(uri)

    def show_all(self) -> None:
        """Files came, went or changed behind the editor's back."""
        self.library.look_again()
        for uri in self._open_texts():
            self._pace.show(uri, partial(self._show, uri))

    def _show_resting_on(self, changed: str) -> None:
        other = self.library.at(changed)
        for uri in self._open_texts():
            file = self.library.at(uri)
            if uri == changed or file is None or other is None:
                continue
            if self._checker.rests_on(file, other):
                self._pace.show(uri, partial(self._show, uri))

    def _show(self, uri: str) -> None:
        document = self._server.workspace.text_documents.get(uri)
        checked = self.checked(uri)
        if document is None or checked is None:
            return
        places = self.places(checked.file)
        found = diagnostics(checked.file, checked.mistakes, places)
        self._publish(uri, document.version, list(found))

    def _show_lenses(self) -> None:
        """Ask the editor to ask again, if it is one that can be asked to."""
        workspace = self._server.client_capabilities.workspace
        lens = workspace.code_lens if workspace else None
        if lens is not None and lens.refresh_support:
            self._server.workspace_code_lens_refresh(None)

    def _publish(
        self, uri: str, version: int | None, found: list[types.Diagnostic]
    ) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version)
        )

    def _open_texts(self) -> Mapping[str, str]:
        return {
            uri: document.source
            for uri, document in self._server.workspace.text_documents.items()
        }
