"""Packaged frameworks read back are the ones that were loaded, or are loaded anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl import kept
from dsl.load import load
from dsl.packaged import keep_in, packaged, packaged_ids, packaged_source
from dsl.source import SourceFile


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    keep_in(tmp_path)
    yield tmp_path
    keep_in(None)


def test_what_is_read_back_is_what_was_loaded(folder: Path) -> None:
    first = {each: packaged(each) for each in packaged_ids()}
    keep_in(folder)

    again = {each: packaged(each) for each in packaged_ids()}

    assert again == first
    assert again["youth-2018"] is not first["youth-2018"]
    written = {each.name for each in folder.iterdir()}
    assert "frameworks.loaded" in written
    assert written <= {"frameworks.loaded", "grammar.tables"}  # once in a process


def test_a_version_can_rest_on_one_that_was_read_back(folder: Path) -> None:
    packaged("youth-2018")
    keep_in(folder)
    file = SourceFile("ours.rules", 'framework "Ours"\n  based on "Youth 2018"\n')

    found = load(file, packaged_source).framework

    base = packaged("youth-2018").framework
    assert found
    assert base
    assert found.rates == base.rates


@pytest.mark.parametrize("at", [0, 40, 5000, -1])
def test_what_is_not_whole_or_not_ours_is_made_anew(at: int, folder: Path) -> None:
    packaged("youth-2018")
    path = folder / "frameworks.loaded"
    content = bytearray(path.read_bytes())
    whole = bytes(content)
    content[at] ^= 1
    path.write_bytes(content)
    keep_in(folder)

    assert kept.read(path) is None
    assert packaged("youth-2018").framework is not None
    assert path.read_bytes()[:64] == whole[:64] or kept.read(path) is not None


def test_where_nothing_can_be_written_all_goes_on(tmp_path: Path) -> None:
    keep_in(tmp_path / "missing")
    try:
        assert packaged("sqs-2012").framework is not None
    finally:
        keep_in(None)
    assert list(tmp_path.iterdir()) == []
