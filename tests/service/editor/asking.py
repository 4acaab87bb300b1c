"""Questions an editor asks, with their answers in few words."""

from pathlib import Path

from lsprotocol import types

from tests.service.editor.editor import Editor

Line = tuple[str, int]
"""A file's name and a line, counted from 0."""


async def hover(person: Editor, name: str, words: str) -> str | None:
    found = await person.client.text_document_hover_async(
        types.HoverParams(person.document(name), person.at(name, words))
    )
    if found is None:
        return None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def definition(person: Editor, name: str, words: str) -> list[Line]:
    found = await person.client.text_document_definition_async(
        types.DefinitionParams(person.document(name), person.at(name, words))
    )
    return _lines(found)


async def references(
    person: Editor, name: str, words: str, *, definitions: bool = True
) -> list[Line]:
    found = await person.client.text_document_references_async(
        types.ReferenceParams(
            types.ReferenceContext(definitions),
            person.document(name),
            person.at(name, words),
        )
    )
    return sorted(_lines(found))


async def rename(
    person: Editor, name: str, words: str, new_name: str, *, back: int = 0
) -> types.WorkspaceEdit | None:
    at = person.at(name, words)
    place = types.Position(at.line, at.character - back)
    document = person.document(name)
    await person.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(document, place)
    )
    return await person.client.text_document_rename_async(
        types.RenameParams(document, place, new_name)
    )


async def renamed(
    person: Editor, name: str, words: str, new_name: str, *, back: int = 0
) -> list[str]:
    """Renames and carries it out; the names of the files changed."""
    change = await rename(person, name, words, new_name, back=back)
    assert change
    return await person.apply(change)


async def completions(person: Editor, name: str, words: str) -> list[str]:
    found = await person.client.text_document_completion_async(
        types.CompletionParams(person.document(name), person.at(name, words))
    )
    assert isinstance(found, types.CompletionList)
    return [each.label for each in found.items]


async def actions(
    person: Editor, name: str, at: types.Range, kind: types.CodeActionKind
) -> list[types.CodeAction]:
    found = await person.client.text_document_code_action_async(
        types.CodeActionParams(
            person.document(name), at, types.CodeActionContext([], [kind])
        )
    )
    return [each for each in found or () if isinstance(each, types.CodeAction)]


async def lenses(person: Editor, name: str) -> list[types.Command]:
    found = await person.client.text_document_code_lens_async(
        types.CodeLensParams(person.document(name))
    )
    return [each.command for each in found or () if each.command]


async def formatted(person: Editor, name: str) -> list[types.TextEdit]:
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    found = await person.client.text_document_formatting_async(
        types.DocumentFormattingParams(person.document(name), options)
    )
    return list(found or ())


def _lines(found: object) -> list[Line]:
    locations = found if isinstance(found, list | tuple) else []
    return [(Path(each.uri).name, each.range.start.line) for each in locations]
