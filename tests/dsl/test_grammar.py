"""The grammar: unambiguous, and complete in its words."""

from pathlib import Path

import pytest

from dsl.load import load
from dsl.packaged import packaged_source
from dsl.source import SourceFile
from dsl.text.parser import build, keep_tables, parser, vocabulary
from dsl.text.split import BLOCK_LIMIT, FILE_LIMIT


def test_the_grammar_has_no_conflict_and_no_colliding_terminals() -> None:
    build(strict=True)


def test_the_parser_is_kept_at_the_path_it_is_given(tmp_path: Path) -> None:
    tables = tmp_path / "tables"

    keep_tables(tables)
    fresh = parser()
    keep_tables(tables)
    kept = parser()
    keep_tables(None)

    assert tables.stat().st_size > 0
    assert {each.name for each in kept.terminals} == {
        each.name for each in fresh.terminals
    }


def test_keywords_of_several_words_are_spelt_out() -> None:
    assert vocabulary()["LEAVING_OUT"] == "leaving out those not rated"
    assert vocabulary()["NAME"] == ""


def _codes(text: str) -> list[str]:
    loaded = load(SourceFile("try.rules", text), packaged_source)
    return [found.code for found in loaded.diagnostics]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("x" * (FILE_LIMIT + 1), ["file-too-large"]),
        (
            f'framework "Try"\ndocument "a" is "{"x" * BLOCK_LIMIT}"\n',
            ["block-too-large"],
        ),
        ('framework "Try"\n\n> Nothing follows this.\n', []),
        ('\ufeffadjudge rules 1\nframework "Try"\n', []),
        ("", ["no-framework"]),
        ("\n\n# only a comment\n", ["no-framework"]),
        ('framework "Try" based on "Youth 2018" based on "x"', ["said-twice"]),
        ('framework "Try"\nframework "Again"', ["defined-twice"]),
        ('framework "Try"\nratestandards in domain 2 by judgement', ["misspelt"]),
        ('framwork "Try"\n', ["misspelt"]),
        ('framework "Try"\nratings \'A\' scores 1 \'A\' scores 2', ["defined-twice"]),
        ('framework "Try"\nratings \'A\' scores 1\nratings \'B\' scores 2',
         ["defined-twice"]),
        ('framework "Try"\nquestion 2.1.1 "A" not asked of cases',
         ["not-rated", "undefined-part"]),
    ],
)  # fmt: skip
def test_a_text_gets_exactly_these_codes(text: str, codes: list[str]) -> None:
    assert _codes(text) == codes
