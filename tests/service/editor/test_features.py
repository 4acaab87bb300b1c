"""Every feature, asked for over the protocol: of a server process, and of one here."""

import json
import subprocess
import sys

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.service.editor.asking import (
    actions,
    completions,
    definition,
    hover,
    lenses,
    references,
    rename,
    renamed,
)
from tests.service.editor.editor import Editor

BASE, NEXT = "base.rules", "next.rules"


async def test_mistakes_are_those_of_the_command_line(person: Editor) -> None:
    await person.open(BASE)

    shown = await person.edit(BASE, "'Poor'\n", "'Pooor'\n")

    (person.folder / BASE).write_text(person.text(BASE), encoding="utf-8")
    told = subprocess.run(  # noqa: ASYNC221, S603 - our own command, nothing else runs
        [
            *(sys.executable, "-m", "service", "rules", "check"),
            *(str(person.folder / BASE), "--json"),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    (found,) = json.loads(told.stdout)[0]["diagnostics"]
    (mistake,) = shown
    assert mistake.message == f"{found['message']}\n{found['help']}"
    assert mistake.code == found["code"]
    assert mistake.range.start.line + 1 == found["line"]
    assert mistake.range.start.character + 1 == found["column"]
    assert mistake.range.end.character + 1 == found["end_column"]


async def test_a_failing_test_is_shown_where_it_expects_too_much(
    person: Editor,
) -> None:
    await person.open(BASE)

    (mistake,) = await person.edit(BASE, "2.1.1 is 88%", "2.1.1 is 87%")

    assert mistake.code == "test-failed"
    assert person.words(BASE, mistake.range) == "2.1.1 is 87%"


async def test_a_version_is_read_over_its_base_as_typed_not_as_saved(
    person: Editor,
) -> None:
    assert await person.open(NEXT) == []
    await person.open(BASE)

    await person.edit(BASE, '"risky" is cases', '"other" is cases')

    found = await person.shown_wrong(NEXT)
    assert [each.code for each in found] == ["faulty-base"]


async def test_hover_says_what_a_name_is_why_and_who_uses_it(person: Editor) -> None:
    await person.open(BASE)

    said = await hover(person, BASE, 'for group "|risky')

    assert said is not None
    assert said.startswith("**group** `risky`\n\n> Only cases at risk count here.")
    assert 'group "risky" is cases where "risk" is not "low"' in said
    assert "Source: Report, page 2 (A report)" in said
    assert "Defined in base.rules, line 20" in said
    assert "Used by question 2.1.2 (base.rules, line 27)" in said


async def test_definition_leads_to_the_version_in_force_and_then_to_its_base(
    person: Editor,
) -> None:
    await person.open(NEXT)
    await person.open(BASE)

    from_use = await definition(person, BASE, 'for group "|risky')
    from_replacement = await definition(person, NEXT, 'group "|risky')

    assert from_use == [("base.rules", 19)]
    assert from_replacement == [("base.rules", 19)]


async def test_references_are_found_in_every_version(person: Editor) -> None:
    await person.open(BASE)

    everywhere = await references(person, BASE, 'group "|risky')
    uses = await references(person, BASE, 'group "|risky', definitions=False)

    assert everywhere == [(BASE, 19), (BASE, 26), (NEXT, 3)]
    assert uses == [(BASE, 26)]


async def test_a_rename_reaches_every_version_and_nothing_else(person: Editor) -> None:
    await person.open(BASE)

    names = await renamed(person, BASE, '"risk" |of a case', "danger", back=3)

    assert names == [BASE]
    assert await person.shown(BASE) == []
    assert person.text(BASE).count('"danger"') == 2
    assert 'group "risky"' in person.text(BASE)

    assert await renamed(person, BASE, 'group "|risky', "at risk") == [BASE, NEXT]
    assert await person.shown(NEXT) == []
    assert 'replace group "at risk" is' in person.text(NEXT)


@pytest.mark.parametrize(
    ("words", "name", "sentence"),
    [
        ('standard |2.1 "', "2.2", "is a place in the framework"),
        ('group "|risky', 'a "b"', "without quotes"),
        ('fact "|risk"', "late", "base.rules already has a fact `late`"),
    ],
)
async def test_a_rename_that_cannot_be_exact_is_refused_in_a_sentence(
    near: Editor, words: str, name: str, sentence: str
) -> None:
    await near.open(BASE)

    with pytest.raises(JsonRpcException, match=sentence):
        await rename(near, BASE, words, name)


async def test_completion_offers_what_may_come_next(person: Editor) -> None:
    await person.open(BASE)

    at_margin = await completions(person, BASE, "|sample")
    groups = await completions(person, BASE, 'for group "|risky')
    values = await completions(person, BASE, 'where "risk" is not "|low')
    parts = await completions(person, BASE, "standards in domain |2")
    words = await completions(person, BASE, "by the lowest |rating")

    assert {"banding", "replace", "test"} <= set(at_margin)
    assert groups == ['"risky"']
    assert values[:2] == ['"low"', '"high"']
    assert parts == ["2"]
    assert words == ["rating of"]


async def test_fixes_mend_what_they_are_for(person: Editor) -> None:
    await person.open(BASE)
    found = await person.edit(BASE, "'Poor'\n", "'Pooor'\n")

    (fix,) = await actions(person, BASE, found[0].range, types.CodeActionKind.QuickFix)
    assert fix.title == "Write `Poor`"
    assert fix.edit
    await person.apply(fix.edit)

    assert await person.shown(BASE) == []


async def test_all_plain_fixes_can_be_applied_at_once(person: Editor) -> None:
    await person.open(BASE)
    await person.edit(BASE, "'Poor'\n", "'Pooor'\n")
    await person.edit(BASE, "sample ", "sampl ")
    found = await person.edit(BASE, "rate overall by", "rate overall")
    assert len(found) == 3

    everything = await actions(
        person, BASE, found[0].range, types.CodeActionKind.SourceFixAll
    )
    assert everything[0].edit
    await person.apply(everything[0].edit)

    assert await person.shown(BASE) == []


async def test_lenses_give_verdict_and_ratings_and_run_the_test(
    person: Editor,
) -> None:
    await person.open(BASE)

    run, rates = await lenses(person, BASE)
    assert run.title == "passes: 3 of 3 — run"
    assert rates.title == "overall 'Good' · 2.1 'Good'"
    result = await person.client.workspace_execute_command_async(
        types.ExecuteCommandParams(run.command, run.arguments)
    )

    assert result == {
        "name": "One",
        "passed": True,
        "verdict": "passes: 3 of 3",
        "failures": [],
    }
    assert person.messages == ["One passes: 3 of 3"]


async def test_the_outline_holds_questions_in_standards_in_domains(
    person: Editor,
) -> None:
    await person.open(BASE)

    found = await person.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(person.document(BASE))
    )
    tops = [each for each in found or () if isinstance(each, types.DocumentSymbol)]
    (domain,) = [each for each in tops if each.name == "2"]
    (standard,) = domain.children or ()

    assert [each.name for each in standard.children or ()] == ["2.1.1", "2.1.2"]
    assert (domain.detail, standard.detail) == ("Court", "Asséssment 😀")
    assert "rate standards in domain 2" in [each.name for each in tops]


async def test_rules_and_sections_fold(person: Editor) -> None:
    await person.open(BASE)

    found = await person.client.text_document_folding_range_async(
        types.FoldingRangeParams(person.document(BASE))
    )
    folds = {(each.start_line, each.end_line, each.kind) for each in found or ()}

    assert (0, 11, types.FoldingRangeKind.Region) in folds
    assert (5, 7, None) in folds
