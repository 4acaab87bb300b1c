"""A fix that a mistake carries mends it."""

from pathlib import Path

import pytest

from dsl.diagnostic import Fix
from dsl.load import load
from dsl.source import SourceFile
from dsl.text.quotes import DOUBLE, SINGLE
from tests.dsl.golden_files import bases_beside, loaded, rule_files, source

FIXABLE = [
    (path, number)
    for path in rule_files("bad")
    for number, found in enumerate(loaded(path).diagnostics)
    if found.fixes
]


@pytest.mark.parametrize(
    ("path", "number"), FIXABLE, ids=lambda each: getattr(each, "stem", str(each))
)
def test_a_fix_takes_its_mistake_away_and_brings_none_of_the_words(
    path: Path, number: int
) -> None:
    file = source(path)
    found = loaded(path).diagnostics[number]
    for fix in found.fixes:
        mended = SourceFile(file.name, written(file.text, fix))

        after = load(mended, bases_beside(path)).diagnostics

        start = (found.span.line, found.span.column)
        still = [
            (each.span.line, each.span.column)
            for each in after
            if each.code == found.code
        ]
        assert start not in still


def test_every_code_with_one_plain_way_out_has_a_fix() -> None:
    codes = {loaded(path).diagnostics[number].code for path, number in FIXABLE}

    assert codes >= {
        "band-empty",
        "defined-twice",
        "fact-scope",
        "misspelt",
        "missing-quote",
        "missing-word",
        "needs-quotes",
        "order",
        "punctuation",
        "range-sign",
        "score-range",
        "tab",
        "undefined-banding",
        "undefined-document",
        "undefined-fact",
        "undefined-group",
        "undefined-part",
        "undefined-rating",
        "undefined-value",
        "wrong-quotes",
    }


def test_a_way_out_that_says_what_to_write_can_be_applied() -> None:
    said = [
        (found.code, found.help)
        for path in rule_files("bad")
        for found in loaded(path).diagnostics
        if found.help and found.help.startswith(("Did you mean", "Write: "))
        if not found.fixes and "…" not in found.help
    ]

    assert {code for code, _ in said} <= {"wrong-method", "wrong-kind"}


def written(text: str, fix: Fix) -> str:
    """A text with a fix of one line applied to it."""
    lines = text.split("\n")
    line = lines[fix.span.line - 1]
    low, high = fix.span.column - 1, fix.span.end_column - 1
    if fix.is_name and line[low] in DOUBLE + SINGLE:
        low, high = low + 1, high - 1
    lines[fix.span.line - 1] = line[:low] + fix.text + line[high:]
    return "\n".join(lines)
