"""What lenses, diagnostics and fixes look like in the less usual cases."""

from itertools import pairwise
from pathlib import Path

from lsprotocol import types

from dsl import packaged_source
from tests.service.editor.asking import actions, lenses
from tests.service.editor.editor import Editor, editor_here

BASE = "base.rules"
DISCRETION = """\
discretion for standard 2.1
  may be considered
    when the rating rests on 1 cases or fewer
  moves the rating at most 1 band up or down
  decided by "the panel" with a rationale
  assumes "made up"

"""
EVERYTHING = types.Range(types.Position(0, 0), types.Position(999, 0))


async def _titles(folder: Path, id_: str) -> list[str]:
    source = packaged_source(id_)
    assert source
    async with editor_here(folder) as person:
        await person.open(source.name, source.text)
        return [each.title for each in await lenses(person, source.name)]


async def test_a_score_is_shown_out_of_its_most(tmp_path: Path) -> None:
    titles = await _titles(tmp_path, "youth-2018")

    assert titles[0] == "passes: 13 of 13 — run"
    assert titles[1].startswith("overall 'Good', 21 of 36 · 1.1 '")


async def test_where_nothing_is_rated_there_are_only_counts(tmp_path: Path) -> None:
    titles = await _titles(tmp_path, "sqs-2012")

    assert titles[1] == "counts only"


async def test_what_is_not_rated_is_said_and_what_is_not_allowed_only_fails(
    near: Editor,
) -> None:
    await near.open(BASE)
    await near.edit(BASE, "2.1.2 is 3 of 4\n", "2.1.2 is 0 of 0\n")
    unrated = await lenses(near, BASE)
    moved = "2.1.2 is 3 of 4\n    panel moves 2.1 to 'Poor' because \"so\"\n"
    await near.edit(BASE, "2.1.2 is 0 of 0\n", moved)
    await near.edit(BASE, "test ", f"{DISCRETION}test ")

    (verdict,) = await lenses(near, BASE)

    assert unrated[1].title == "overall not rated · 2.1 not rated"
    assert verdict.title.startswith("fails: ")


async def test_a_note_is_no_error_and_what_is_unused_is_faded(near: Editor) -> None:
    text = (near.folder / BASE).read_text("utf-8")
    (note,) = await near.open(BASE, f'{text}\nfact "spare" of a case is yes or no\n')

    assert note.severity is types.DiagnosticSeverity.Information
    assert list(note.tags or ()) == [types.DiagnosticTag.Unnecessary]


async def test_a_tab_is_replaced_by_a_space(near: Editor) -> None:
    await near.open(BASE)
    (tab,) = await near.edit(BASE, "  'Good' scores 1", "\t'Good' scores 1")

    (fix,) = await actions(near, BASE, tab.range, types.CodeActionKind.QuickFix)
    assert fix.title == "Write a space instead"
    assert fix.edit
    await near.apply(fix.edit)

    assert await near.shown(BASE) == []


async def test_fixes_that_would_cross_are_not_made_together(near: Editor) -> None:
    await near.open(BASE)
    await near.edit(BASE, "  below 50 is 'Poor'", "\tbelow 50% is Poor")

    (whole,) = await actions(near, BASE, EVERYTHING, types.CodeActionKind.SourceFixAll)
    assert whole.edit
    (edits,) = (whole.edit.changes or {}).values()
    ends = [(each.range.start, each.range.end) for each in edits]

    assert all(one[1] <= other[0] for one, other in pairwise(ends))


async def test_a_mistake_of_a_base_is_not_mended_here(near: Editor) -> None:
    base = (near.folder / BASE).read_text("utf-8")
    spare = f'{base}\nfact "spare" of a case is yes or no\n'
    await near.open(BASE, spare)

    await near.open("next.rules")

    assert not await actions(
        near, "next.rules", EVERYTHING, types.CodeActionKind.QuickFix
    )


async def test_versions_with_a_common_base_may_not_share_a_day(near: Editor) -> None:
    dates = 'based on "Try"\n  applies to fieldwork from 1 May 2020\n'
    await near.open("one.rules", f'framework "One"\n  {dates}')
    (mistake,) = await near.open("two.rules", f'framework "Two"\n  {dates}')

    assert mistake.code == "dates-overlap"
    assert mistake.message.startswith("`One` in one.rules, of the same family,")
    assert await near.edit("two.rules", "1 May", "2 May") == []
