"""The extension's colours, held against what the language reads."""

import re

import pytest

from dsl import SourceFile, packaged_ids, packaged_source
from dsl.text.lexeme import Kind, lexemes
from dsl.text.mention import Role, mentions
from dsl.text.split import split
from dsl.text.syntax import KINDS
from tests.dsl.golden_files import rule_files, source
from tests.service.editor.colouring import of_all_words, patterns, scopes, words

FILES = [
    *(file for id_ in packaged_ids() for file in [packaged_source(id_)] if file),
    *(source(path) for path in rule_files("good")),
]
LOOKS = {
    Kind.NAME: ("variable.", "string.", "entity.name.type", "markup.heading"),
    Kind.RATING: ("constant.language.rating",),
    Kind.PART: ("constant.numeric.part", "entity.name.section"),
    Kind.NUMBER: ("constant.numeric", "entity.name.section"),
    Kind.WORD: ("keyword.", "storage.modifier", "constant.numeric.date"),
}


def _scope(line: str, at: int) -> str:
    """The scope of a character; empty if it has none."""
    return next((name for start, end, name in scopes(line) if start <= at < end), "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_word_has_the_colour_of_its_kind(file: SourceFile) -> None:
    lines = file.text.split("\n")
    blocks, _ = split(file)
    for block in blocks:
        for lexeme in lexemes(block.text):
            span = block.span(lexeme.start, lexeme.end)
            if lexeme.kind is Kind.MARK:
                continue
            letter = len(lexeme.text) == 1 and lexeme.kind is Kind.WORD
            looks = (*LOOKS[lexeme.kind], *["entity.name.section"] * letter)
            scope = _scope(lines[span.line - 1], span.column - 1)
            assert scope.startswith(looks), (file.name, span.line, lexeme.text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_named_stands_out_from_what_is_only_said(file: SourceFile) -> None:
    lines = file.text.split("\n")
    quoted = [each for each in mentions(file) if each.symbol.role not in _UNQUOTED]
    for each in quoted:
        scope = _scope(lines[each.span.line - 1], each.span.column - 1)
        assert scope.startswith(("variable.other", "entity.name.type"))


_UNQUOTED = (Role.PART, Role.RATING, Role.ANSWER)


def test_every_word_of_the_language_has_a_colour_and_no_other_word() -> None:
    *others, last = patterns()
    marked = {word for each in others for word in re.findall(r"[a-z]{2,}", each)}

    assert last == of_all_words(), "run python -m tests.service.editor.colouring"
    assert marked <= words() | {"adjudge", "rules"}  # the first line of a file


def test_every_kind_of_rule_stands_out_where_it_begins() -> None:
    for kind in KINDS:
        line = f'{kind} 2.1 "x"' if kind in _PARTS else f'{kind} "x"'
        assert _scope(line, 0) == "keyword.control.adjudge-rules", kind


_PARTS = ("domain", "standard", "question")


def test_a_misspelt_word_and_an_open_quote_show() -> None:
    assert _scope("  bandng", 2) == ""
    assert _scope('  for group "safety', 12).startswith("invalid.illegal")


@pytest.mark.parametrize(
    ("line", "at", "scope"),
    [
        ("# the rest", 3, "comment.line"),
        ("> in our words", 4, "markup.quote"),
        ("adjudge rules 1", 2, "meta.preprocessor"),
        ('replace group "all" is all cases', 0, "storage.modifier"),
        ('replace group "all" is all cases', 8, "keyword.control"),
        ('group "a # b" is all cases', 9, "entity.name.type"),
        ('  2.1.1 is 7 of 8 # "x"', 19, "comment.line"),
        ("  65% or more", 2, "constant.numeric"),
        ("  from 1 May 2018", 9, "constant.numeric.date"),
    ],
)
def test_each_kind_of_thing_has_its_scope(line: str, at: int, scope: str) -> None:
    assert _scope(line, at).startswith(scope)
