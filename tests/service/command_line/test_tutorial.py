"""The tutorial of LANGUAGE.md, walked step by step with the command it names."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import dsl
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings

SURROUNDINGS = Surroundings(
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    new_id=lambda: "id",
    environment={"NO_COLOR": "1"},
)
_PAGE = (Path(dsl.__file__).parent / "LANGUAGE.md").read_text(encoding="utf-8")
_TUTORIAL = _PAGE.partition("# Reference\n")[0]
_FENCE = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FIRST, _SECOND = "play-areas-2026.rules", "play-areas-2027.rules"


def test_a_newcomer_who_follows_the_tutorial_sees_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    steps: list[str] = []
    commands = 0
    for kind, text in _FENCE.findall(_TUTORIAL):
        match kind:
            case "rules-step":
                steps.append(text)
            case "rules-instead":
                steps[-1] = text
            case "rules-file":
                Path(_SECOND).write_text(text, encoding="utf-8")
            case _:
                for command, printed in _commands(text):
                    run(command.split()[1:], SURROUNDINGS)
                    _compare(command, printed, capsys.readouterr().out)
                    commands += 1
        Path(_FIRST).write_text("\n".join(steps), encoding="utf-8")
    assert commands >= len(steps)


def test_the_tutorial_has_ten_steps() -> None:
    steps = re.findall(r"^\*\*(\d+)\. ", _TUTORIAL, re.MULTILINE)

    assert [int(step) for step in steps] == [*range(1, 11)]


def _commands(block: str) -> list[tuple[str, str]]:
    """Each command of a block, and what it prints."""
    pieces = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(pieces[::2], pieces[1::2], strict=True))


def _compare(command: str, shown: str, printed: str) -> None:
    """`…` stands for anything."""
    pattern = ".*".join(map(re.escape, shown.split("…")))
    assert re.fullmatch(pattern, printed, re.DOTALL), (command, printed)
