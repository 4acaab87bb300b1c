"""What authors are told: each bad file beside its messages, good ones beside theirs."""

from pathlib import Path

import pytest

from tests.dsl.golden_files import expected, loaded, rule_files, source, told


def _named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", rule_files("bad"), ids=_named)
def test_a_mistake_is_told_as_reviewed(path: Path) -> None:
    assert told(path) == expected(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", rule_files("good"), ids=_named)
def test_a_good_file_has_the_reviewed_canonical_text(path: Path) -> None:
    assert told(path) == expected(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", rule_files("bad"), ids=_named)
def test_every_mistake_has_a_place_in_the_file_and_a_way_out(path: Path) -> None:
    lines = source(path).text.split("\n")

    for found in loaded(path).diagnostics:
        assert found.help
        assert 1 <= found.span.line <= len(lines)
        assert 1 <= found.span.column <= len(lines[found.span.line - 1]) + 1
        assert "\n" not in found.message
        assert not found.message.endswith(".")
