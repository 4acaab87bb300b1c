"""What words name, held against what the grammar reads in every good file."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from dsl.packaged import packaged_ids, packaged_source
from dsl.source import SourceFile
from dsl.text.mention import Role, Symbol, mentions
from dsl.text.nodes import FrameworkNode, PromptNode
from dsl.text.parse import parse
from dsl.text.phrases import Word
from tests.dsl.golden_files import rule_files, source

FILES = [
    *(file for id_ in packaged_ids() for file in [packaged_source(id_)] if file),
    *(source(path) for path in rule_files("good")),
]
NO_NAMES = ("yes", "no", "overall")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_named_is_what_the_grammar_reads_as_a_name(file: SourceFile) -> None:
    read = {
        (word.text, word.span)
        for statement in parse(file).statements
        for word in _words(statement.node)
    }
    named = {
        (each.symbol.name, each.span)
        for each in mentions(file)
        if each.symbol.role is not Role.TEST
    }

    words = {(text, span) for text, span in read if text in NO_NAMES}
    assert named == read - words - _test_names(file)


def test_each_role_is_told_by_the_words_around_it() -> None:
    file = SourceFile(
        "try.rules",
        """framework "New"
  based on "Old"
fact "risk" of a case is one of "low", "high"
group "risky" is cases where "risk" is not one of "low", "unknown" and "late" is yes
replace question 2.1.1 "Why?"
  for group "risky"
  source "Report", "page 2"
answers
  'Yes' is sufficient
rate questions in domains 2 to 4 by the percentage of relevant cases answered 'Yes'
  using banding "share"
remove fact "late"
sample "all" for domain 2
  matched to the caseload on "risk", "late"
test "One"
  given
    1 is 'Good'  2 is 7 of 8  "risk" is "low"  "late" is no "gone" is yes
    panel moves 2 to 'Poor' because "risk"
  expect
    guidance for 2 says 'Good'
    score is 2 of 6
""",
    )

    found = [
        (each.symbol.role.value, each.symbol.name, each.symbol.of, each.defines)
        for each in mentions(file)
    ]

    assert found == [
        ("framework", "New", None, True),
        ("framework", "Old", None, False),
        ("fact", "risk", None, True),
        ("value", "low", "risk", True),
        ("value", "high", "risk", True),
        ("group", "risky", None, True),
        ("fact", "risk", None, False),
        ("value", "low", "risk", False),
        ("value", "unknown", "risk", False),
        ("fact", "late", None, False),
        ("part", "2.1.1", None, True),
        ("group", "risky", None, False),
        ("document", "Report", None, False),
        ("answer", "Yes", None, True),
        ("part", "2", None, False),
        ("part", "4", None, False),
        ("answer", "Yes", None, False),
        ("banding", "share", None, False),
        ("fact", "late", None, False),
        ("sample", "all", None, True),
        ("part", "2", None, False),
        ("fact", "risk", None, False),
        ("fact", "late", None, False),
        ("test", "One", None, True),
        ("part", "1", None, False),
        ("rating", "Good", None, False),
        ("part", "2", None, False),
        ("fact", "risk", None, False),
        ("value", "low", "risk", False),
        ("fact", "late", None, False),
        ("fact", "gone", None, False),
        ("part", "2", None, False),
        ("rating", "Poor", None, False),
        ("part", "2", None, False),
        ("rating", "Good", None, False),
    ]


def test_a_block_that_does_not_parse_still_names_things() -> None:
    file = SourceFile("try.rules", 'question 2.1.1 "Why?" fro\n  for group "risky"\n')

    last = mentions(file)[-1]

    assert last.symbol == Symbol(Role.GROUP, "risky")
    assert (last.span.line, last.span.column, last.span.end_column) == (2, 13, 20)


def test_a_stretch_of_parts_says_where_it_began() -> None:
    file = SourceFile("try.rules", "rate standards 2.1 to 2.4 and 3.1 by judgement\n")

    assert [(each.symbol.name, each.since) for each in mentions(file)] == [
        ("2.1", None),
        ("2.4", "2.1"),
        ("3.1", None),
    ]


def _test_names(file: SourceFile) -> set[tuple[str, object]]:
    return {
        (each.symbol.name, each.span)
        for each in mentions(file)
        if each.symbol.role is Role.TEST
    }


def _words(node: object) -> Iterator[Word]:
    """Every word with a place in a node, but for letters and local words."""
    if isinstance(node, Word):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _words(each)
    elif is_dataclass(node):
        for field in fields(node):
            letter = isinstance(node, PromptNode) and field.name == "letter"
            local = isinstance(node, FrameworkNode) and field.name == "words"
            if not (letter or local):
                yield from _words(getattr(node, field.name))
