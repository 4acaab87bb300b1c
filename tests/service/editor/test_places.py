"""Columns as each editor counts them, files that are not there, and other addresses."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from dsl import SourceFile, Span
from service.editor.position import Places
from tests.service.editor.asking import (
    actions,
    completions,
    definition,
    formatted,
    hover,
    lenses,
    references,
    rename,
)
from tests.service.editor.editor import Editor, editor_at, editor_here

LINE = 'standard 2.1 "Asséssment 😀" oops'
ENCODED = {"utf-8": 32, "utf-16": 29, "utf-32": 28}


@pytest.mark.parametrize("encoding", ENCODED)
async def test_columns_are_counted_as_the_editor_asked(
    encoding: str, tmp_path: Path
) -> None:
    async with editor_here(tmp_path, encoding=encoding) as person:
        (mistake, *_) = await person.open("new.rules", f'framework "New"\n{LINE}\n')

    assert mistake.range.start == types.Position(1, ENCODED[encoding])


@pytest.mark.parametrize("encoding", ENCODED)
def test_every_column_leads_to_its_place_and_back(encoding: str) -> None:
    places = Places.of(SourceFile("new.rules", f"{LINE}\r\nascii\r\n"), encoding)

    for column in range(1, len(LINE) + 2):
        assert places.line_and_column(places.position(1, column)) == (1, column)
    assert places.line_and_column(types.Position(0, 999)) == (1, len(LINE) + 1)
    assert places.line_and_column(types.Position(1, 999)) == (2, 6)
    assert places.line_and_column(types.Position(99, 3)) == (100, 1)


def test_a_stretch_is_as_long_as_the_editor_counts_it() -> None:
    places = Places.of(SourceFile("new.rules", LINE), "utf-16")

    range_ = places.range(Span("new.rules", 1, 14, 1, 28))

    assert (range_.start.character, range_.end.character) == (13, 28)


async def test_of_a_file_that_is_not_there_nothing_is_said(near: Editor) -> None:
    await near.open("base.rules")
    gone = "gone.rules"
    near._texts[near.uri(gone)] = near.text("base.rules")  # noqa: SLF001 - an editor that forgot to open it

    said = [
        await hover(near, gone, 'group "|risky'),
        await definition(near, gone, 'group "|risky'),
        await references(near, gone, 'group "|risky'),
        await rename(near, gone, 'group "|risky', "x"),
        await completions(near, gone, 'group "|risky'),
        await lenses(near, gone),
        await formatted(near, gone),
        await actions(
            near,
            gone,
            types.Range(types.Position(0, 0), types.Position(1, 0)),
            types.CodeActionKind.QuickFix,
        ),
        await near.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(near.document(gone))
        ),
        await near.client.text_document_folding_range_async(
            types.FoldingRangeParams(near.document(gone))
        ),
        await near.client.workspace_execute_command_async(
            types.ExecuteCommandParams("adjudge.runTest", [near.uri(gone), "One"])
        ),
    ]

    assert [each for each in said if each] == []


async def test_files_that_come_go_or_change_behind_its_back_are_seen(
    near: Editor,
) -> None:
    assert await near.open("next.rules") == []
    base = near.folder / "base.rules"
    base.write_text(base.read_text("utf-8").replace('"risky" is', '"riskier" is'))

    near.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams(
            [types.FileEvent(near.uri("base.rules"), types.FileChangeType.Changed)]
        )
    )

    assert [each.code for each in await near.shown_wrong("next.rules")] == [
        "faulty-base"
    ]


async def test_a_folder_that_is_added_is_looked_into(
    near: Editor, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "third.rules").write_text('framework "Third"\n')
    await near.open("next.rules")
    assert '"Third"' not in await completions(near, "next.rules", 'based on "|Try"')

    near.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(
            types.WorkspaceFoldersChangeEvent(
                added=[types.WorkspaceFolder(other.as_uri(), "other")], removed=[]
            )
        )
    )

    assert '"Third"' in await completions(near, "next.rules", 'based on "|Try"')


async def test_a_saved_file_is_found_and_a_closed_one_is_read_from_disk(
    near: Editor,
) -> None:
    await near.open("next.rules")
    await near.open("base.rules")
    await near.edit("base.rules", 'group "risky" is', 'group "other" is')
    await near.shown_wrong("next.rules")
    near.client.text_document_did_save(
        types.DidSaveTextDocumentParams(near.document("base.rules"))
    )

    near.close("base.rules")

    assert await near.mended("next.rules") == []


async def test_a_mistake_in_what_a_version_inherits_stands_where_it_is_based(
    near: Editor,
) -> None:
    text = 'framework "Try again"\n  based on "Try"\n\nremove group "risky"\n'

    (first, *_) = await near.open("next.rules", text)

    assert first.message.startswith("base.rules, line 27: ")
    assert first.range.start.line == 1


@pytest.fixture
def port() -> int:
    """One that was free a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
    return number


def _serve(port: int) -> list[str]:
    return [sys.executable, "-m", "service", "rules", "serve", "--tcp", str(port)]


async def test_the_server_listens_on_the_loopback_address_when_asked(
    port: int, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *_serve(port), stderr=asyncio.subprocess.PIPE
    )

    async with editor_at(port, tmp_path) as person:
        (mistake, *_) = await person.open("new.rules", "framwork")

    _, said = await process.communicate()
    assert mistake.code == "misspelt"
    assert (process.returncode, said) == (0, b"")


async def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *_serve(number), stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()

    assert process.returncode == 2
    assert f"port {number} cannot be opened" in said.decode()
