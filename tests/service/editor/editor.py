"""An editor without a screen: a real server, spoken to over its own protocol."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from service.editor import Listening, editor_server

_PATIENCE = 20  # seconds


class Editor:
    """Opens, edits and asks, as a person at an editor does."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.messages: list[str] = []
        self._lens_news = 0
        self._texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._shown: dict[str, types.PublishDiagnosticsParams] = {}
        self._news = asyncio.Condition()

    def uri(self, name: str) -> str:
        return unquote((self.folder / name).as_uri())

    @property
    def opened(self) -> frozenset[str]:
        return frozenset(self._texts)

    def text(self, name: str) -> str:
        return self._texts[self.uri(name)]

    # ---- files

    async def open(self, name: str, text: str | None = None) -> list[types.Diagnostic]:
        """Opens a file, from disk unless a text is given; what is wrong with it."""
        uri = self.uri(name)
        if text is None:
            text = (self.folder / name).read_text(encoding="utf-8")
        self._texts[uri], self._versions[uri] = text, 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri, "adjudge-rules", 1, text)
            )
        )
        return await self.shown(name)

    def type(self, name: str, text: str) -> None:
        """Replaces the text, without waiting."""
        uri = self.uri(name)
        self._texts[uri] = text
        self._versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def edit(self, name: str, before: str, after: str) -> list[types.Diagnostic]:
        """Replaces some words; what is wrong with the file then."""
        text = self.text(name)
        assert before in text
        self.type(name, text.replace(before, after, 1))
        return await self.shown(name)

    def close(self, name: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(self.document(name))
        )

    async def shown(self, name: str) -> list[types.Diagnostic]:
        """What is shown of the file as it stands now."""
        uri = self.uri(name)

        def is_there() -> bool:
            found = self._shown.get(uri)
            return found is not None and found.version == self._versions[uri]

        await self._wait(is_there)
        return list(self._shown[uri].diagnostics)

    async def shown_wrong(self, name: str) -> list[types.Diagnostic]:
        """What is shown of a file once there is a mistake in it."""

        def is_wrong() -> bool:
            found = self._shown.get(self.uri(name))
            return found is not None and bool(found.diagnostics)

        await self._wait(is_wrong)
        return list(self._shown[self.uri(name)].diagnostics)

    async def new_lenses(self) -> None:
        """Waits until the server asks the editor to ask for lenses again."""
        await self._wait(lambda: self._lens_news > 0)
        self._lens_news = 0

    async def mended(self, name: str) -> list[types.Diagnostic]:
        """Waits until a file that was wrong is not."""
        await self._wait(lambda: not self._shown[self.uri(name)].diagnostics)
        return list(self._shown[self.uri(name)].diagnostics)

    async def _wait(self, until: object) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(until), _PATIENCE)  # type: ignore[arg-type] # a predicate

    async def notice(self, found: types.PublishDiagnosticsParams) -> None:
        async with self._news:
            self._shown[unquote(found.uri)] = found
            self._news.notify_all()

    async def notice_lenses(self) -> None:
        async with self._news:
            self._lens_news += 1
            self._news.notify_all()

    # ---- places

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def at(self, name: str, words: str, *, last: bool = False) -> types.Position:
        """Two characters into the words, `|` in them aside: there, just before it."""
        bare = words.replace("|", "")
        text = self.text(name)
        start = text.rindex(bare) if last else text.index(bare)
        offset = start + (words.index("|") if "|" in words else 2)
        line_start = text.rfind("\n", 0, offset) + 1
        before = text[line_start:offset]
        return types.Position(
            text.count("\n", 0, offset), len(before.encode("utf-16-le")) // 2
        )

    def words(self, name: str, range_: types.Range) -> str:
        """What stands at a range of one line."""
        line = self.text(name).split("\n")[range_.start.line].encode("utf-16-le")
        start, end = range_.start.character, range_.end.character
        return line[2 * start : 2 * end].decode("utf-16-le")

    async def apply(self, change: types.WorkspaceEdit) -> list[str]:
        """Carries out a change, as an editor does; the names of the files changed."""
        names = []
        for uri, edits in (change.changes or {}).items():
            name = Path(unquote(uri)).name
            names.append(name)
            if unquote(uri) not in self._texts:
                await self.open(name)
            self.type(name, edited(self.text(name), edits))
            await self.shown(name)
        return sorted(names)


def edited(text: str, edits: Sequence[types.TextEdit]) -> str:
    """The text with edits of single lines applied, last first."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda each: each.range.start, reverse=True):
        start, end = edit.range.start, edit.range.end
        if start.line != end.line:
            assert len(edits) == 1
            return edit.new_text
        line = lines[start.line].encode("utf-16-le")
        new = edit.new_text.encode("utf-16-le")
        line = line[: 2 * start.character] + new + line[2 * end.character :]
        lines[start.line] = line.decode("utf-16-le")
    return "\n".join(lines)


@asynccontextmanager
async def editor(folder: Path) -> AsyncIterator[Editor]:
    """An editor that has started `adjudge rules serve` for a folder."""
    client = LanguageClient("tests", "1")
    await client.start_io(sys.executable, "-m", "service", "rules", "serve")
    async with _sat_down(client, folder) as person:
        yield person
        await client.shutdown_async(None)
        client.exit(None)
    await asyncio.wait_for(client.stop(), _PATIENCE)  # type: ignore[no-untyped-call] # pygls leaves it untyped


@asynccontextmanager
async def editor_at(port: int, folder: Path) -> AsyncIterator[Editor]:
    """An editor at a server that was started by hand and may not listen yet."""
    client = LanguageClient("tests", "1")
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                await client.start_tcp("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.05)
    async with _sat_down(client, folder) as person:
        yield person
        await client.shutdown_async(None)
        client.exit(None)
    await _hung_up(client)


async def _hung_up(client: LanguageClient) -> None:
    """The client stopped and its connection closed, which pygls leaves to chance."""
    await asyncio.wait_for(client.stop(), _PATIENCE)  # type: ignore[no-untyped-call] # pygls leaves it untyped
    writer = client.protocol.writer
    assert isinstance(writer, asyncio.StreamWriter)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def editor_here(
    folder: Path | None, *, encoding: str | None = None
) -> AsyncIterator[Editor]:
    """The same with the server in this process, so that its coverage is seen."""
    server = editor_server()
    here = Listening(server)
    port = await here.start(0)
    client = LanguageClient("tests", "1")
    await client.start_tcp("127.0.0.1", port)
    async with _sat_down(client, folder, encoding) as person:
        yield person
        await client.shutdown_async(None)
        client.exit(None)
    await _hung_up(client)
    await asyncio.wait_for(here.until_gone(), _PATIENCE)
    server.shutdown()  # type: ignore[no-untyped-call] # pygls leaves it untyped


@asynccontextmanager
async def _sat_down(
    client: LanguageClient, folder: Path | None, encoding: str | None = None
) -> AsyncIterator[Editor]:
    person = Editor(client, folder or Path("/nowhere"))

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator] # pygls leaves it untyped
    async def noticed(params: types.PublishDiagnosticsParams) -> None:
        await person.notice(params)

    @client.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator] # pygls leaves it untyped
    async def told(params: types.ShowMessageParams) -> None:
        person.messages.append(params.message)

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)  # type: ignore[untyped-decorator] # pygls leaves it untyped
    async def refresh(_: None) -> None:
        await person.notice_lenses()

    root = folder.as_uri() if folder else None
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(
                general=types.GeneralClientCapabilities(
                    position_encodings=[encoding] if encoding else None
                ),
                workspace=types.WorkspaceClientCapabilities(
                    code_lens=types.CodeLensWorkspaceClientCapabilities(
                        refresh_support=True
                    )
                ),
            ),
            root_uri=root,
            workspace_folders=[types.WorkspaceFolder(root, "rules")] if root else None,
        )
    )
    client.initialized(types.InitializedParams())
    yield person
