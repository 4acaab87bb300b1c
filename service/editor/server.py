"""The language server: which message of an editor goes where."""

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from service.editor.desk import Desk
from service.editor.lens import RUN_TEST
from service.editor.requests import Requests
from service.version import VERSION

_RENAME = types.RenameOptions(prepare_provider=True)
_COMPLETION = types.CompletionOptions(trigger_characters=['"', "'", " "])
_ACTIONS = types.CodeActionOptions(
    [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]
)

PAUSE = 0.15
"""Seconds without an edit before what quick typing left behind is shown."""


def editor_server() -> LanguageServer:
    """A server that is ready to be started over any transport."""
    server = LanguageServer(
        "adjudge",
        VERSION,
        text_document_sync_kind=types.TextDocumentSyncKind.Full,
    )
    desk = Desk(server, PAUSE)
    _follow(server, desk)
    _answer(server, Requests(desk))
    return server


def _follow(server: LanguageServer, desk: Desk) -> None:
    """What happens in the editor."""

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        desk.look_in_folders()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        desk.library.look_again()
        desk.edited(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        desk.edited(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        desk.library.look_again()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        desk.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(_: types.DidChangeWatchedFilesParams) -> None:
        desk.show_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(_: types.DidChangeWorkspaceFoldersParams) -> None:
        desk.look_in_folders()
        desk.show_all()


def _answer(server: LanguageServer, requests: Requests) -> None:
    """What the editor asks."""
    for method, answer, options in (
        (types.TEXT_DOCUMENT_HOVER, requests.hover, None),
        (types.TEXT_DOCUMENT_DEFINITION, requests.definition, None),
        (types.TEXT_DOCUMENT_REFERENCES, requests.references, None),
        (types.TEXT_DOCUMENT_PREPARE_RENAME, requests.can_rename, None),
        (types.TEXT_DOCUMENT_RENAME, requests.rename, _RENAME),
        (types.TEXT_DOCUMENT_COMPLETION, requests.complete, _COMPLETION),
        (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, requests.symbols, None),
        (types.TEXT_DOCUMENT_FOLDING_RANGE, requests.folds, None),
        (types.TEXT_DOCUMENT_CODE_LENS, requests.lenses, None),
        (types.TEXT_DOCUMENT_FORMATTING, requests.format, None),
        (types.TEXT_DOCUMENT_CODE_ACTION, requests.actions, _ACTIONS),
    ):
        server.feature(method, options)(_plain(answer))

    @server.command(RUN_TEST)
    def run_test(uri: str, name: str) -> dict[str, object] | None:
        result = requests.test(uri, name)
        said = "cannot run" if result is None else str(result["verdict"])
        passed = result is not None and result["passed"]
        kind = types.MessageType.Info if passed else types.MessageType.Warning
        server.window_show_message(types.ShowMessageParams(kind, f"{name} {said}"))
        return result


def _plain(answer: Callable[[Any], object]) -> Callable[[Any], object]:
    """A function, which pygls can mark as it cannot a method."""

    def answered(params: Any) -> object:
        return answer(params)

    return answered
