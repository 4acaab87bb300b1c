"""Laying out changes whitespace and nothing else, on any text whatever."""

from random import Random

import pytest

from dsl.load import load
from dsl.packaged import packaged_ids, packaged_source
from dsl.source import SourceFile
from dsl.text.layout import layout, words
from dsl.text.parser import parser
from dsl.text.split import split
from tests.dsl.golden_files import rule_files, source

_STRAY = [
    *('"', "'", "\u201c", "\u2019", "\t", "#", ">", "  ", "\r", "\x0b"),
    *("\ufeff", "é", "\n\n\n"),
]  # what gets pasted


def _file(id_: str) -> SourceFile:
    file = packaged_source(id_)
    assert file is not None
    return file


def _laid_out(text: str) -> str:
    return layout(SourceFile("try.rules", text))


def _mutated(text: str, random: Random) -> str:
    """The text with some spaces and lines made otherwise."""
    lines = text.split("\n")
    for _ in range(random.randint(1, 30)):
        at = random.randrange(len(lines))
        line = lines[at]
        cut = random.randint(0, len(line))
        match random.randrange(7):
            case 0:
                lines[at] = line[:cut] + random.choice(_STRAY) + line[cut:]
            case 1:
                lines[at] = line.lstrip() if line.startswith("    ") else f"  {line}"
            case 2:
                lines[at] = line.replace(" ", random.choice(["  ", "\t", " \r"]))
            case 3:
                lines.insert(at, random.choice(["", "   ", "# why", "  # why not"]))
            case 4:
                lines[at] = f"{line}   # because"
            case 5:
                lines.pop(at)
            case _:
                lines[at] = line[:cut]
        if not lines:
            lines = [""]
    return "\n".join(lines)


def _tokens(file: SourceFile) -> list[list[tuple[str, str]]]:
    """The parser's own tokens of each block that it can read to the end."""
    found = []
    for block in split(file)[0]:
        reading = parser().parse_interactive(block.text)
        tokens = [(each.type, " ".join(each.split())) for each in reading.iter_parse()]
        found.append(tokens)
    return found


@pytest.mark.parametrize("id_", packaged_ids())
def test_the_packaged_files_are_laid_out(id_: str) -> None:
    file = _file(id_)

    assert layout(file) == file.text


@pytest.mark.parametrize("id_", packaged_ids())
def test_any_text_keeps_every_word_and_twice_is_once(id_: str) -> None:
    random = Random(id_)

    for _ in range(12):
        text = _mutated(_file(id_).text, random)
        once = _laid_out(text)

        assert words(once) == words(text)
        assert _laid_out(once) == once


@pytest.mark.parametrize("id_", packaged_ids())
def test_the_parser_reads_the_same_tokens_and_the_rules_mean_the_same(id_: str) -> None:
    random = Random(id_)
    file = _file(id_)
    spread = "\n".join(
        line.replace("  ", " " * random.randint(2, 5)) + " " * random.randint(0, 3)
        for line in file.text.split("\n")
    )

    laid_out = SourceFile(file.name, _laid_out(spread))

    assert _tokens(laid_out) == _tokens(file)
    was, now = load(file, packaged_source), load(laid_out, packaged_source)
    assert was.framework is not None
    assert now.framework is not None
    assert now.framework.hash == was.framework.hash


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_golden_files_keep_every_word(kind: str) -> None:
    for path in rule_files(kind):
        file = source(path)
        assert words(layout(file)) == words(file.text)


def test_rows_are_aligned_in_columns() -> None:
    assert (
        _laid_out(
            'banding   "b" of whole percentages, halves rounded up\n'
            "    below 50 is 'Poor' called \"Few\"\n"
            " 50 or more is 'Fine' called \"Most\"\n"
        )
        == 'banding "b" of whole percentages, halves rounded up\n'
        "  below 50    is 'Poor'  called \"Few\"\n"
        "  50 or more  is 'Fine'  called \"Most\"\n"
    )


def test_tests_have_their_sentences_in_columns() -> None:
    text = (
        "test \"t\"\n given\n   1 is 'Poor' 2 is 'Fine'  # a slip\n"
        " 11 is 'Poor' 12 is 'Poor'\n"
        " panel   moves 11 to 'Fine' because \"so\"\n"
        " expect\n  overall is 'Poor' score is 1 of 2\n"
    )

    assert _laid_out(text) == (
        "test \"t\"\n  given\n    1 is 'Poor'   2 is 'Fine'   # a slip\n"
        "    11 is 'Poor'   12 is 'Poor'\n"
        "    panel moves 11 to 'Fine' because \"so\"\n"
        "  expect\n    overall is 'Poor'   score is 1 of 2\n"
    )


def test_comments_and_sayings_stay_where_they_are() -> None:
    text = (
        "\ufeff\n\n# At the margin.\n\n\n>   What it   asks.\n"
        'group "g"  is all cases\t# beside\n'
        '      # inside\n        source "d"\n# below\n\n\n'
    )

    assert _laid_out(text) == (
        '# At the margin.\n\n> What it   asks.\ngroup "g" is all cases  # beside\n'
        '  # inside\n  source "d"\n# below\n'
    )


def test_a_rule_that_cannot_be_read_is_left_as_it_is() -> None:
    text = 'group   "g" is   whatever\n     source   "d"\ngroup   "h" is all cases\n'

    assert _laid_out(text) == (
        'group   "g" is   whatever\n     source   "d"\ngroup "h" is all cases\n'
    )


def test_an_empty_file_stays_empty() -> None:
    assert _laid_out("") == _laid_out("\n  \n") == ""
