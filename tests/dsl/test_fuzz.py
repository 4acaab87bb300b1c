"""Mutated rule files: always an answer, never a place outside the file."""

from random import Random

import pytest

from dsl.load import load
from dsl.packaged import packaged_ids, packaged_source
from dsl.render import render
from dsl.source import SourceFile

_STRAY = ['"', "'", "“", "’", "\t", "#", ">", "0", "9999999", "%", "–", "\x00", "é"]  # noqa: RUF001 - what gets pasted
_WORDS = ["replace", "remove", "rate", "2.1", "'Good'", '"harm cases"', "to", "all"]


def _mutated(text: str, random: Random) -> str:
    lines = text.split("\n")
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        line = lines[at]
        cut = random.randint(0, len(line))
        match random.randrange(7):
            case 0:
                lines.pop(at)
            case 1:
                lines.insert(random.randrange(len(lines)), line)
            case 2:
                lines[at] = line[:cut] + random.choice(_STRAY) + line[cut:]
            case 3:
                lines[at] = line[:cut] + line[cut + 1 :]
            case 4:
                lines[at] = line[:cut]
            case 5:
                lines[at] = f"{line[:cut]} {random.choice(_WORDS)} {line[cut:]}"
            case _:
                lines[at] = line[cut:] + line[:cut]
    return "\n".join(lines)


@pytest.mark.parametrize("id_", packaged_ids())
def test_any_text_is_answered_inside_the_file(id_: str) -> None:
    file = packaged_source(id_)
    assert file is not None
    random = Random(id_)

    for _ in range(60):
        mutated = SourceFile(file.name, _mutated(file.text, random))
        loaded = load(mutated, packaged_source)

        lines = {each.name: each.text.split("\n") for each in (mutated, *loaded.files)}
        for found in loaded.diagnostics:
            here = lines[found.span.file]
            assert 1 <= found.span.line <= found.span.end_line <= len(here)
            assert 1 <= found.span.column <= len(here[found.span.line - 1]) + 1
            assert found.span.end_column <= len(here[found.span.end_line - 1]) + 2
            assert render(found, loaded.files)
