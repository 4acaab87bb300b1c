"""Versions of a family follow one another without overlap or silent gap."""

import pytest

from dsl.diagnostic import Diagnostic
from dsl.load import load
from dsl.packaged import packaged_source
from dsl.source import SourceFile


def _base(dates: str) -> SourceFile:
    return SourceFile("base.rules", f'framework "Base"\n  {dates}\n')


def _found(base: str, version: str) -> tuple[Diagnostic, ...]:
    file = SourceFile(
        "version.rules", f'framework "Version"\n  based on "Base"\n  {version}\n'
    )
    return load(file, lambda name: _base(base) if name == "Base" else None).diagnostics


FROM_2020 = "applies to fieldwork from 1 January 2020"
ALL_2020 = f"{FROM_2020} until 31 December 2020"


@pytest.mark.parametrize(
    ("base", "version"),
    [
        (ALL_2020, "applies to fieldwork from 1 January 2021"),
        (FROM_2020, "applies to fieldwork from 2 January 2020"),
        (ALL_2020, 'calls a domain "theme"'),
        ('calls a domain "theme"', FROM_2020),
        (
            ALL_2020,
            (
                "applies to fieldwork from 1 March 2021\n  no fieldwork from"
                ' 1 January 2021 until 28 February 2021 because "nobody travelled"'
            ),
        ),
        (
            ALL_2020,
            (
                "applies to fieldwork from 1 March 2021\n"
                "  no fieldwork from 1 December 2020 until 31 January 2021"
                " because"
                ' "one"\n'
                "  no fieldwork from 1 February 2021 until 28 February 2021"
                ' because "two"'
            ),
        ),
    ],
)
def test_versions_that_follow_one_another_are_fine(base: str, version: str) -> None:
    assert _found(base, version) == ()


@pytest.mark.parametrize(
    ("base", "version", "way_out"),
    [
        (
            ALL_2020,
            "applies to fieldwork from 31 December 2020",
            "Begin after its last day, 31 December 2020.",
        ),
        (
            ALL_2020,
            "applies to fieldwork from 1 June 2019",
            "Begin after its last day, 31 December 2020.",
        ),
        (FROM_2020, FROM_2020, "Begin after its first day, 1 January 2020."),
    ],
)
def test_a_day_with_two_versions_is_an_overlap(
    base: str, version: str, way_out: str
) -> None:
    (found,) = _found(base, version)

    assert found.code == "dates-overlap"
    assert found.help == way_out
    assert found.span.line == 3


@pytest.mark.parametrize(
    ("declared", "silent"),
    [
        ("", ["from 1 January 2021 until 28 February 2021"]),
        (
            '\n  no fieldwork from 1 January 2021 until 31 January 2021 because "b"',
            ["from 1 February 2021 until 28 February 2021"],
        ),
        (
            (
                "\n  no fieldwork from 10 January 2021 until 20 January 2021"
                ' because "b"'
                '\n  no fieldwork from 1 June 2022 until 2 June 2022 because "later"'
            ),
            [
                "from 1 January 2021 until 9 January 2021",
                "from 21 January 2021 until 28 February 2021",
            ],
        ),
    ],
)
def test_days_without_a_version_or_a_reason_are_a_gap(
    declared: str, silent: list[str]
) -> None:
    version = f"applies to fieldwork from 1 March 2021{declared}"

    found = _found(ALL_2020, version)

    assert [each.code for each in found] == ["dates-gap"] * len(silent)
    assert [each.message for each in found] == [
        f"no version applies {stretch}" for stretch in silent
    ]
    assert all(each.help and "no fieldwork from" in each.help for each in found)


def test_the_gap_of_2020_is_needed() -> None:
    file = packaged_source("youth-2020")
    assert file is not None
    lines = [each for each in file.text.split("\n") if "no fieldwork" not in each]

    found = load(SourceFile(file.name, "\n".join(lines)), packaged_source).diagnostics

    assert [each.code for each in found] == ["dates-gap"]
