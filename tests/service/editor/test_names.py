"""What is said of names and parts, and the renames that are refused."""

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from dsl import packaged_source
from tests.service.editor.asking import (
    completions,
    definition,
    hover,
    references,
    rename,
    renamed,
)
from tests.service.editor.editor import Editor, editor_here

BASE, NEXT = "base.rules", "next.rules"
YOUTH = ("youth-2018.rules", "youth-2020.rules", "youth-2021.rules")


async def _youth(folder: Path) -> None:
    for name in YOUTH:
        source = packaged_source(name.removesuffix(".rules"))
        assert source
        (folder / name).write_text(source.text, encoding="utf-8")


async def test_hover_over_a_part_says_how_it_is_rated_and_where_it_counts(
    tmp_path: Path,
) -> None:
    await _youth(tmp_path)
    async with editor_here(tmp_path) as person:
        await person.open("youth-2021.rules")
        guided = await hover(person, "youth-2021.rules", "guidance for standard |1.1")
        apart = await hover(person, "youth-2021.rules", "standard |4.1 ")
        await person.open("youth-2018.rules")
        question = await hover(person, "youth-2018.rules", "question |2.2.3")

    assert guided is not None
    assert guided.startswith("**standard 1.1** ")
    assert "\n  aim " in guided
    assert "Rated (youth-2018.rules, line " in guided
    assert "Guidance (youth-2021.rules, line " in guided
    assert "Source: Waltham Forest 2024" in guided
    assert apart is not None
    assert "Does not count towards overall (" in apart
    assert question is not None
    assert "`rate questions in domains 2 and 3 by the percentage of" in question


async def test_hover_over_a_part_open_to_discretion_says_so(tmp_path: Path) -> None:
    await _youth(tmp_path)
    async with editor_here(tmp_path) as person:
        await person.open("youth-2020.rules")
        said = await hover(person, "youth-2020.rules", "|2.2 is open")

    assert said is not None
    assert "Open to discretion (youth-2020.rules, line 1" in said
    assert "Used by " in said


async def test_hover_over_a_rating_a_value_and_a_document(near: Editor) -> None:
    await near.open(BASE)

    rating = await hover(near, BASE, "is '|Poor")
    value = await hover(near, BASE, 'is not "|low')
    document = await hover(near, BASE, 'document "|Report')
    unused = await hover(near, BASE, 'framework "|Try')

    assert rating is not None
    assert rating.startswith("**rating** `Poor`")
    assert "'Poor' scores 0\n```" in rating
    assert value is not None
    assert value.startswith("**value** `low` of fact `risk`")
    assert document is not None
    assert "Used by group risky" in document
    assert unused is not None
    assert "Used by framework Try again (next.rules, line 1)" in unused


async def test_hover_gives_what_a_rule_assumes_and_counts_its_users(
    near: Editor,
) -> None:
    await near.open(BASE)
    more = "".join(
        f'question 2.1.{n} "Q{n}?" for group "risky"\n' for n in range(3, 13)
    )
    at = near.text(BASE).index('sample "all"')
    near.type(BASE, near.text(BASE)[:at] + more + near.text(BASE)[at:])

    said = await hover(near, BASE, 'group "|risky')
    banding = await hover(near, BASE, 'domain |2 "Court')
    sample = await hover(near, BASE, 'sample "|all')

    assert said is not None
    assert "; and 3 more" in said
    assert banding is not None
    assert sample is not None
    assert "Assumes: made up" in sample


async def test_hover_over_a_name_in_a_version_says_what_it_replaces(
    near: Editor,
) -> None:
    await near.open(NEXT)

    said = await hover(near, NEXT, 'group "|risky')

    assert said is not None
    assert "Defined in base.rules, line 20; replaced in next.rules, line 4" in said


async def test_long_rules_are_cut_short(near: Editor) -> None:
    await near.open(BASE)
    rows = "".join(f"  'R{n}' scores {n}\n" for n in range(2, 20))
    await near.edit(BASE, "  'Good' scores 1\n", f"  'Good' scores 1\n{rows}")
    facts = ", ".join(f'"{n}"' for n in range(30))
    lines = facts.replace(", ", ",\n    ")
    await near.edit(BASE, 'one of "low", "high"', f'one of "low", {lines}')

    said = await hover(near, BASE, 'fact "|risk"')

    assert said is not None
    assert "\n  …\n```" in said


@pytest.mark.parametrize("words", ["|is sufficient", "# ---- |The", 'where "nob|ody'])
async def test_nothing_is_said_of_words_and_of_what_nothing_defines(
    near: Editor, words: str
) -> None:
    await near.open(BASE)
    await near.edit(BASE, 'cases where "late"', 'cases where "nobody"')

    assert await hover(near, BASE, words) is None
    assert await definition(near, BASE, words) == []


@pytest.mark.parametrize("words", ["|is sufficient", "# ---- |The"])
async def test_what_is_no_name_has_no_uses_and_no_new_name(
    near: Editor, words: str
) -> None:
    await near.open(BASE)

    assert await references(near, BASE, words) == []
    assert await rename(near, BASE, words, "x") is None


async def test_a_part_is_used_where_a_stretch_goes_over_it(near: Editor) -> None:
    await near.open(BASE)
    await near.edit(BASE, "2.1 to 2.1", "2.1 to 2.3")

    found = await references(near, BASE, "standard |2.1 ", definitions=False)

    assert (BASE, near.at(BASE, "rate overall").line) in found


async def test_a_framework_is_renamed_where_it_is_named(near: Editor) -> None:
    await near.open(BASE)

    assert await renamed(near, BASE, 'framework "|Try', "Ours") == [BASE, NEXT]
    assert 'based on "Ours"' in near.text(NEXT)
    assert 'framework "Try again"' in near.text(NEXT)


async def test_a_rating_keeps_its_quotes_and_refuses_others(near: Editor) -> None:
    await near.open(BASE)

    with pytest.raises(JsonRpcException, match="without quotes"):
        await rename(near, BASE, "'|Poor", "P'oor")
    assert await renamed(near, BASE, "'|Poor", "Weak") == [BASE]
    assert near.text(BASE).count("'Weak'") == 2
    assert await near.shown(BASE) == []


@pytest.mark.parametrize("name", ["", "  ", "two\nlines"])
async def test_a_name_must_be_one_line_of_words(near: Editor, name: str) -> None:
    await near.open(BASE)

    with pytest.raises(JsonRpcException, match="one line of words"):
        await rename(near, BASE, 'group "|risky', name)


async def test_a_name_in_a_rule_that_cannot_be_read_is_not_renamed(
    near: Editor,
) -> None:
    await near.open(BASE)
    await near.open(NEXT)
    await near.edit(NEXT, 'replace group "risky" is all', 'replace gruop of "risky"')

    with pytest.raises(JsonRpcException, match="line 4 first"):
        await rename(near, BASE, 'group "|risky', "at risk")
    assert await renamed(near, BASE, '"|late" of a case', "overdue") == [BASE]


async def test_what_is_defined_nowhere_or_comes_with_adjudge_keeps_its_name(
    near: Editor,
) -> None:
    await near.open(BASE)
    await near.edit(BASE, 'cases where "late"', 'cases where "lame"')
    with pytest.raises(JsonRpcException, match="fact `lame` is defined nowhere"):
        await rename(near, BASE, 'where "|lame', "late")

    await near.open(
        "ours.rules",
        'framework "Ours"\n  based on "Youth 2018"\n'
        'replace group "safety cases" is all cases\n',
    )
    with pytest.raises(JsonRpcException, match="which comes with adjudge"):
        await rename(near, "ours.rules", 'group "|safety', "x")


async def test_completion_reads_the_rule_above_and_the_quote_that_is_open(
    near: Editor,
) -> None:
    await near.open(BASE)

    within_row = await completions(near, BASE, "  below 50 is '|Poor'")
    second_line = await completions(near, BASE, '  using |banding "share"')
    comment = await completions(near, BASE, "# ---- The sc|ale")
    saying = await completions(near, BASE, "> Only |cases")

    assert within_row == ["'Poor'", "'Good'"]
    assert second_line == ["banding"]
    assert comment == []
    assert saying == []


async def test_completion_offers_frameworks_to_rest_on_and_values_of_a_fact(
    near: Editor,
) -> None:
    await near.open(NEXT)
    await near.open(BASE)

    bases = await completions(near, NEXT, 'based on "|Try"')
    values = await completions(near, BASE, 'where "late" is |no')
    after = await completions(near, BASE, "2.1.1 is |7 of 8")

    assert bases[0] == '"Try"'
    assert '"Youth 2018"' in bases
    assert '"Try again"' not in bases
    assert {"yes", "no"} & set(values)
    assert after


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("rate overall bye ", "rate overall bye |"),  # past mending
        ("  stray ", "  stray |"),  # belongs to no rule
        ('fact "x" # note ', 'fact "x" # note |'),
    ],
)
async def test_completion_offers_nothing_where_nothing_can_be_right(
    near: Editor, typed: str, words: str
) -> None:
    text = f"# only this\n\n{typed}"
    await near.open("new.rules", text)

    assert await completions(near, "new.rules", words) == []


async def test_parts_are_offered_of_the_kind_that_is_meant(near: Editor) -> None:
    await near.open(BASE)

    standards = await completions(near, BASE, "of standards |2.1 to")
    given = await completions(near, BASE, "  given\n    |2.1.1 is 7")

    assert "2.1" in standards
    assert "2.1.1" not in standards
    assert {"2.1", "2.1.1"} <= set(given)


async def test_a_file_without_mistakes_has_nothing_to_mend(near: Editor) -> None:
    await near.open(BASE)
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    nothing = await near.client.text_document_code_action_async(
        types.CodeActionParams(
            near.document(BASE), everything, types.CodeActionContext([])
        )
    )

    assert not nothing
