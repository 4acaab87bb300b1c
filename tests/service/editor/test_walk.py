"""A walk through the editor, step by step, with a real server over its own protocol.

    python -m tests.service.editor.test_walk

prints what an author sees on the way.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from lsprotocol import types

from dsl import packaged_source
from tests.service.editor.editor import Editor, editor

_MISTAKE = (
    "opened youth-2018.rules: line 247, bandng: "
    "`bandng` is not a word of the language here Did you mean `banding`?"
)
BASE, NEXT = "youth-2018.rules", "youth-2020.rules"


async def walk(person: Editor) -> AsyncIterator[str]:
    """Open a file with a mistake, mend it, rename a group, run a test from a lens."""
    document = person.document(BASE)

    found = await person.open(BASE)
    yield f"opened {BASE}: {_told(person, found)}"

    actions = await person.client.text_document_code_action_async(
        types.CodeActionParams(document, found[0].range, types.CodeActionContext(found))
    )
    fix = next(each for each in actions or () if isinstance(each, types.CodeAction))
    assert fix.edit
    await person.apply(fix.edit)
    yield f"fixed with “{fix.title}”: {_told(person, await person.shown(BASE))}"

    renamed = await person.client.text_document_rename_async(
        types.RenameParams(
            document, person.at(BASE, 'group "|safety cases"'), "cases at risk"
        )
    )
    assert renamed
    changed = await person.apply(renamed)
    places = sum(len(edits) for edits in (renamed.changes or {}).values())
    yield f"renamed a group in {places} places of {' and '.join(changed)}: " + _told(
        person, await person.shown(BASE)
    )

    lenses = await person.client.text_document_code_lens_async(
        types.CodeLensParams(document)
    )
    run = next(each.command for each in lenses or () if each.command)
    yield f"a lens above the first test: {run.title}"

    result = await person.client.workspace_execute_command_async(
        types.ExecuteCommandParams(run.command, run.arguments)
    )
    yield f"ran it: {person.messages[-1]}"
    assert result
    assert result["passed"]


def _told(person: Editor, found: list[types.Diagnostic]) -> str:
    if not found:
        return "clean"
    return "; ".join(
        f"line {each.range.start.line + 1}, {person.words(BASE, each.range)}: "
        f"{each.message.replace(chr(10), ' ')}"
        for each in found
    )


def prepare(folder: Path) -> None:
    """Two versions; the first has a mistake and the second uses its groups."""
    for name in (BASE, NEXT):
        source = packaged_source(name.removesuffix(".rules"))
        assert source
        text = source.text
        if name == NEXT:
            text += 'replace group "safety cases" is all cases\n'
        (folder / name).write_text(text.replace('banding "share', 'bandng "share', 1))


async def test_a_walk_from_a_mistake_to_a_test_that_passes(tmp_path: Path) -> None:
    prepare(tmp_path)

    async with editor(tmp_path) as person:
        seen = [step async for step in walk(person)]

    assert seen == [
        _MISTAKE,
        "fixed with “Write `banding`”: clean",
        "renamed a group in 6 places of youth-2018.rules and youth-2020.rules: clean",
        "a lens above the first test: passes: 13 of 13 — run",
        "ran it: Brent 2019 passes: 13 of 13",
    ]


async def _print() -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        async with editor(Path(folder)) as person:
            async for step in walk(person):
                print(step)  # noqa: T201 - the walk is for reading


if __name__ == "__main__":
    asyncio.run(_print())
