"""The canonical text: stable where nothing changes, different where anything does."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.flatten import flatten, hash_of
from dsl.load import load
from dsl.packaged import packaged_ids, packaged_source
from dsl.source import SourceFile
from tests.dsl.framework_of import framework

_TEXT = framework("youth-2018").canonical


def _file(id_: str) -> SourceFile:
    file = packaged_source(id_)
    assert file is not None
    return file


def _hash(text: str) -> str:
    loaded = load(SourceFile("youth-2018.rules", text), packaged_source)
    assert loaded.framework is not None
    return loaded.framework.hash


@pytest.mark.parametrize("id_", packaged_ids())
def test_a_flattened_framework_read_again_has_the_same_hash(id_: str) -> None:
    rules = framework(id_)

    again = load(SourceFile(f"{id_}.rules", rules.canonical), packaged_source).framework

    assert again is not None
    assert again.hash == rules.hash == hash_of(rules.canonical)
    assert flatten(again) == rules.canonical


@pytest.mark.parametrize("id_", packaged_ids())
def test_canonical_text_is_one_block_a_line_with_single_spaces(id_: str) -> None:
    lines = framework(id_).canonical.split("\n")

    assert lines[0] == "adjudge rules 1"
    assert lines[-1] == ""
    for line in lines:
        assert "  " not in re.sub(r'"[^"]*"', '""', line)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_comments_spaces_and_what_is_said_do_not_change_the_hash(
    random: object,
) -> None:
    shuffle = random.choice  # type: ignore[attr-defined] # hypothesis's own Random
    lines = []
    for line in _file("youth-2018").text.split("\n"):
        if line.startswith(("#", ">")) and shuffle([True, False]):
            continue
        if line and not line.startswith((" ", "#", ">")):
            lines.append(shuffle(["", "> In other words.", "# A comment.", "\n"]))
        lines.append(line + shuffle(["", "   ", "  # why", "\r"]))
        if line.startswith("  "):
            lines[-1] = shuffle(["  ", "        "]) + lines[-1]

    assert _hash("\n".join(lines)) == framework("youth-2018").hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("below 50    is", "below 51    is"),
        ('source "Brent 2019", "Annex 2"', 'source "Brent 2019", "Annex 3"'),
        ("'Good'                  scores 2", "'Fine'                  scores 2"),
        ("until 31 March 2020", "until 30 March 2020"),
        ("in proportion using", "using"),
        ("leaving out those not rated", ""),
        ("started 6 to 9 months", "started 6 to 8 months"),
        (" where applicable", ""),
        ('called "Minority"', 'called "Few"'),
    ],
)
def test_whatever_has_a_meaning_changes_the_hash(old: str, new: str) -> None:
    text = _file("youth-2018").text.replace(old, new, 1)
    if old.startswith("below"):
        text = text.replace("50 to 64", "51 to 64", 1)
    if "Fine" in new:
        text = text.replace("'Good'", "'Fine'")

    assert text != _file("youth-2018").text
    assert _hash(text) != framework("youth-2018").hash


def test_curly_quotes_and_decomposed_letters_are_the_same_text() -> None:
    plain = 'framework "Café\'s"\n'
    typed = "framework “Cafe\u0301’s”\n"  # noqa: RUF001 - as a word processor types it

    assert _hash(plain) == _hash(typed)


def test_the_order_of_blocks_does_not_matter() -> None:
    framework_line, *blocks = _TEXT.removeprefix("adjudge rules 1\n").splitlines()

    assert _hash("\n".join([framework_line, *reversed(blocks)])) == _hash(_TEXT)
