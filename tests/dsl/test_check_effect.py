"""Rules that change nothing are noted, and tests that would pass under any rules."""

import pytest

from dsl.diagnostic import Diagnostic, Severity
from dsl.load import load
from dsl.packaged import packaged_source
from dsl.source import SourceFile
from tests.dsl.judged_framework import OPENING, load_text

JUDGED = 'rate overall by judgement of "the lead"\n  assumes "made up"\n'


def _notes(text: str) -> list[Diagnostic]:
    found = load_text(text)
    assert found.framework is not None, found.diagnostics
    codes = ("changes-nothing", "pinned-to-nothing")
    return [each for each in found.diagnostics if each.code in codes]


def _version(rules: str) -> str:
    return f'framework "Version"\n  based on "Youth 2021"\n\n{rules}'


def _block(id_: str, opening: str) -> str:
    """A block of a packaged file as it is written there."""
    source = packaged_source(id_)
    assert source is not None
    lines = source.text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(opening))
    end = next(
        i for i, line in enumerate(lines[start + 1 :], start + 1) if line[:1] != " "
    )
    return "\n".join(lines[start:end])


@pytest.mark.parametrize(
    ("id_", "opening"),
    [
        ("youth-2018", 'banding "share of cases"'),
        ("youth-2018", "ratings"),
        ("youth-2018", "answers"),
        ("youth-2018", 'standard 1.2 "Staff"'),
        ("youth-2018", "question 2.2.2"),
        ("youth-2018", "rate standards in domain 1"),
        ("youth-2018", "rate overall"),
        ("youth-2018", 'fact "gender"'),
        ("youth-2021", "guidance for standard 1.1"),
        ("youth-2021", "sample"),
    ],
)
def test_a_replacement_that_says_the_same_is_noted(id_: str, opening: str) -> None:
    (note,) = _notes(_version(f"replace {_block(id_, opening)}\n"))

    assert note.code == "changes-nothing"
    assert note.severity is Severity.NOTE
    assert note.span.line == 4


@pytest.mark.parametrize(
    "rules",
    [
        'replace group "harm cases" is cases where "harm changed" is yes\n',
        'replace standard 1.2 "The staff"\n',
        'rate standard 4.2 by judgement\n  assumes "b"\nstandard 4.2 "New"\n',
        "replace rate standard 1.2 by judgement\n",
        (
            "replace guidance for standard 1.1\n  usually 'Good' when standard 1.2 is"
            " 'Good'\n  assumes \"b\"\n"
        ),
        'remove sample "resettlement"\n',
    ],
)
def test_a_change_of_any_kind_is_not_noted(rules: str) -> None:
    assert _notes(_version(rules)) == []


def test_a_cap_that_takes_another_away_is_not_noted() -> None:
    base = SourceFile(
        "base.rules",
        OPENING + JUDGED + "cap overall at 'Fair' when \"in breach\" is yes\n",
    )
    cap = "replace cap overall at '{}' when \"in breach\" is yes\n"
    notes = {
        rating: [
            each.code
            for each in load(
                SourceFile(
                    "version.rules",
                    f'framework "V"\n  based on "Judged"\n\n{cap.format(rating)}',
                ),
                lambda name: base if name == "Judged" else None,
            ).diagnostics
            if each.code != "unfounded"
        ]
        for rating in ("Fair", "Poor")
    }

    assert notes == {"Fair": ["changes-nothing"], "Poor": []}


@pytest.mark.parametrize("expected", ["1 is 'Fair'", "1 is 'Fair'   2 is 'Poor'"])
def test_a_test_that_expects_what_it_gives_is_noted(expected: str) -> None:
    given = "1 is 'Fair'   2 is 'Poor'"
    text = f'test "t"\n  given\n    {given}\n  expect\n    {expected}\n'

    (note,) = _notes(OPENING + JUDGED + text)

    assert note.code == "pinned-to-nothing"
    assert note.message == "test “t” expects only what it was given"


def test_figures_that_repeat_the_given_ones_pin_nothing() -> None:
    rules = packaged_source("youth-2018")
    assert rules is not None
    start = rules.text.index('test "Brent 2019"')
    given = "  given\n    2.4.2 is 11 of 17   2.4.3 is 75%\n  expect\n    "
    same = f'test "t"\n  assumes "a"\n{given}2.4.2 is 11 of 17   2.4.3 is 75%\n'
    worked_out = f'test "t"\n  assumes "a"\n{given}2.4.2 is 65%\n'

    assert len(_notes(rules.text[:start] + same)) == 1
    assert _notes(rules.text[:start] + worked_out) == []


def test_a_judgement_that_is_capped_is_worked_out() -> None:
    cap = "cap standard 1 at 'Fair' when \"in breach\" is yes\n"
    given = "1 is 'Fine'   \"in breach\" is yes"
    text = f"test \"t\"\n  given\n    {given}\n  expect\n    1 is 'Fair'\n"

    assert _notes(OPENING + JUDGED + cap + text) == []


@pytest.mark.parametrize("expects", ["1 is not rated", "overall is not rated"])
def test_an_expectation_that_nothing_is_rated_pins_something(expects: str) -> None:
    text = f"test \"t\"\n  given\n    2 is 'Fair'\n  expect\n    {expects}\n"

    assert _notes(OPENING + JUDGED + text) == []
