"""Laying out a file from the editor, and what no test pins, shown above its rule."""

import pytest
from lsprotocol import types

from dsl.author import pin
from tests.service.editor.asking import formatted, lenses
from tests.service.editor.conftest import BASE as TEXT
from tests.service.editor.editor import Editor, edited

BASE, NEXT = "base.rules", "next.rules"
UNPINNED = "no test pins this: 'Good' from 49 instead of 50 · 'Good' from 51 instead"


async def test_a_file_is_laid_out_as_on_the_command_line(person: Editor) -> None:
    await person.open(BASE)
    (first,) = await formatted(person, BASE)
    tidy = edited(TEXT, [first])
    person.type(BASE, tidy)

    assert "  below 50    is 'Poor'\n  50 or more  is 'Good'\n" in tidy
    assert await formatted(person, BASE) == []
    assert await person.shown(BASE) == []


async def test_a_rule_that_cannot_be_read_is_left_as_it_is(near: Editor) -> None:
    await near.open(BASE)
    broken = "rate  overall   bye the lowest"
    await near.edit(BASE, "rate overall by the lowest", broken)

    (change,) = await formatted(near, BASE)

    assert broken in change.new_text
    assert "  below 50    is 'Poor'\n" in change.new_text


async def test_what_no_test_pins_is_said_above_its_line(person: Editor) -> None:
    await person.open(BASE)
    before = await lenses(person, BASE)

    await person.new_lenses()
    titles = [each.title for each in await lenses(person, BASE)]

    assert not any(each.title.startswith("no test pins") for each in before)
    assert any(title.startswith(UNPINNED) for title in titles)


async def test_a_test_of_a_later_version_pins_too(near: Editor) -> None:
    await near.open(BASE)
    await lenses(near, BASE)
    await near.new_lenses()

    close = "test \"Close\"\n  given 2.1.1 is 1 of 2\n  expect 2.1.1 is 'Good'\n"
    await near.open(NEXT, (near.folder / NEXT).read_text("utf-8") + close)
    await lenses(near, BASE)
    await near.new_lenses()

    titles = [each.title for each in await lenses(near, BASE)]
    assert not any(title.startswith(UNPINNED) for title in titles)
    assert "no test pins this: 'Good' from 49 instead of 50" in titles


async def test_nothing_is_pinned_or_loose_where_tests_fail_or_there_are_none(
    near: Editor,
) -> None:
    await near.open(BASE)
    await near.edit(BASE, "2.1.1 is 88%", "2.1.1 is 87%")
    failing = await lenses(near, BASE)

    start = near.text(BASE).index('test "One"')
    near.type(BASE, near.text(BASE)[:start])
    await near.shown(BASE)

    assert [each.title for each in failing][:1] == ["fails: 1 of 3 — run"]
    assert not any("no test pins" in each.title for each in failing)
    assert await lenses(near, BASE) == []


async def test_an_edit_starts_the_search_afresh(near: Editor) -> None:
    await near.open(BASE)
    titles: list[str] = []
    for edge in range(60, 65):
        text = TEXT.replace("below 50", f"below {edge}").replace("50 or", f"{edge} or")
        near.type(BASE, text)
        titles = [each.title for each in await lenses(near, BASE)]

    while not any("no test pins" in title for title in titles):
        await near.new_lenses()
        titles = [each.title for each in await lenses(near, BASE)]

    assert any("'Good' from 63 instead of 64" in title for title in titles)


async def test_too_many_runs_are_not_begun(
    near: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pin, "LIMIT", 3)
    await near.open(BASE)
    await lenses(near, BASE)

    titles = [each.title for each in await lenses(near, BASE)]

    assert not any("no test pins" in title for title in titles)


async def test_a_test_that_cannot_run_says_so(near: Editor) -> None:
    await near.open(BASE)
    await near.edit(BASE, "'Poor'\n", "'Pooor'\n")

    (lens,) = await lenses(near, BASE)
    result = await near.client.workspace_execute_command_async(
        types.ExecuteCommandParams("adjudge.runTest", [near.uri(BASE), "One"])
    )

    assert lens.title == "cannot run until the mistakes are mended"
    assert result is None
    assert near.messages == ["One cannot run"]
