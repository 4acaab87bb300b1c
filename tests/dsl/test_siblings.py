"""Versions with a common base do not apply on the same day."""

import pytest

from dsl.author.mistakes import mistakes
from dsl.diagnostic import Diagnostic
from dsl.load import Loaded, load
from dsl.source import SourceFile

BASE = SourceFile("base.rules", 'framework "Base"\n')


def _version(name: str, dates: str) -> Loaded:
    text = f'framework "{name}"\n  based on "Base"\n  {dates}\n'
    file = SourceFile(f"{name.casefold()}.rules", text)
    return load(file, {"Base": BASE}.get)


def _found(dates: str, others: str, name: str = "Other") -> tuple[Diagnostic, ...]:
    other = _version(name, others).framework
    assert other is not None
    return mistakes(_version("One", dates), [other])


@pytest.mark.parametrize(
    ("dates", "others"),
    [
        ("from 1 May 2020", "from 1 May 2020"),
        ("from 1 May 2020 until 31 May 2020", "from 31 May 2020"),
        ("from 31 May 2020", "from 1 May 2020 until 31 May 2020"),
        ("from 1 May 2020 until 9 May 2020", "from 2 May 2020 until 3 May 2020"),
    ],
)
def test_a_day_with_two_siblings_is_an_overlap(dates: str, others: str) -> None:
    prefix = "applies to fieldwork "

    (found,) = _found(prefix + dates, prefix + others)

    assert found.code == "dates-overlap"
    assert found.message == (
        "`Other` in other.rules, of the same family, applies on a day of this version"
    )
    assert found.help
    assert found.help.startswith(f"It applies {others.partition(' until')[0]}")
    assert (found.span.file, found.span.line) == ("one.rules", 3)


@pytest.mark.parametrize(
    ("dates", "others"),
    [
        (
            "applies to fieldwork from 1 May 2020 until 31 May 2020",
            "applies to fieldwork from 1 June 2020",
        ),
        (
            "applies to fieldwork from 1 May 2020",  # until the next one begins
            "applies to fieldwork from 1 June 2020",
        ),
        ("applies to fieldwork from 1 May 2020", 'calls a domain "theme"'),
        ('calls a domain "theme"', 'calls a domain "theme"'),
    ],
)
def test_siblings_that_follow_one_another_are_fine(dates: str, others: str) -> None:
    assert _found(dates, others) == ()
    assert _found(others, dates) == ()


def test_a_file_is_no_sibling_of_itself_nor_of_its_base_nor_of_a_stranger() -> None:
    day = "applies to fieldwork from 1 May 2020"
    file = SourceFile("stranger.rules", f'framework "S"\n  {day}\n')
    stranger = load(file, {"Base": BASE}.get)
    base = load(BASE, {"Base": BASE}.get)
    assert stranger.framework
    assert base.framework

    assert _found(day, day, name="One") == ()
    assert mistakes(_version("One", day), [stranger.framework, base.framework]) == ()
    one = _version("One", day).framework
    assert one
    assert mistakes(base, [one]) == ()


def test_of_rules_with_mistakes_only_those_are_told() -> None:
    faulty = _version("One", "applies to fieldwork from 31 June 2020")

    assert [each.code for each in mistakes(faulty, [])] == ["not-a-day"]
