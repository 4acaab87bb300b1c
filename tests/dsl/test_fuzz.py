"""A few hundred mutants; `python -m tests.dsl.fuzz` tries as many as it is told."""

import pytest

from dsl.packaged import packaged_ids, packaged_source
from tests.dsl.fuzz import faulty, main, tried


@pytest.mark.parametrize("id_", packaged_ids())
def test_any_text_is_answered_inside_the_file(id_: str) -> None:
    file = packaged_source(id_)
    assert file is not None

    for number in range(40):
        _, wrong = tried(file, f"{id_} {number}")

        assert wrong is None or wrong.startswith("took"), number


def test_faulty_files_are_answered_when_they_get_worse() -> None:
    for number, file in enumerate(faulty()):
        _, wrong = tried(file, f"worse {number}")

        assert wrong is None or wrong.startswith("took"), file.name


def test_the_command_tells_how_many_it_tried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--mutants", "4", "--first", "9", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("4 mutants: 0 in trouble; median ")
