"""How the command line meets a person: help, exit codes, errors in one sentence."""

import os
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from service.__main__ import main
from service.command_line.adjudge import adjudge, run
from service.command_line.commands import Commands
from service.command_line.surroundings import Surroundings

ROOT = Path(__file__).parents[3]
SURROUNDINGS = Surroundings(
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    new_id=lambda: "id",
    environment={},
)


def _all_commands(
    group: Commands = adjudge, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command, str]]:
    """Every command: its words, the command itself, what the list says of it."""
    context = click.Context(group)
    found = []
    for name, entry in group.entries.items():
        command = group.get_command(context, name)
        assert command is not None
        words = (*path, name)
        found.append((words, command, entry.does))
        if isinstance(command, Commands):
            found += _all_commands(command, words)
    return found


@pytest.mark.parametrize(
    "words", [words for words, _, _ in _all_commands()], ids=" ".join
)
def test_every_command_explains_itself(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run([*words, "--help"], SURROUNDINGS)

    assert code == 0
    assert f"Usage: adjudge {' '.join(words)}" in capsys.readouterr().out


def test_every_command_that_prints_can_print_json() -> None:
    without = {
        " ".join(words)
        for words, command, _ in _all_commands()
        if not isinstance(command, Commands)
        and "--json" not in [o for p in command.params for o in p.opts]
    }
    # openapi prints nothing but JSON, and what servers print is their log or protocol
    assert without == {"openapi", "rules serve", "serve"}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["rat"], "adjudge: bad-call: no such command 'rat'; see `adjudge --help`"),
        (
            ["rules", "chek"],
            "adjudge: bad-call: no such command 'chek'; see `adjudge rules --help`",
        ),
        (["--qq"], "adjudge: bad-call: no such option '--qq'; see `adjudge --help`"),
        (
            ["rate"],
            "adjudge: bad-call: missing argument 'FILE'; see `adjudge rate --help`",
        ),
    ],
)
def test_a_wrong_call_gets_one_sentence_and_exit_2(
    call: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(call, SURROUNDINGS)

    assert code == 2
    assert capsys.readouterr().err == f"{said}\n"


@pytest.mark.parametrize("call", [[], ["rules"], ["config"]])
def test_a_call_that_asks_for_nothing_gets_help_and_exit_2(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(call, SURROUNDINGS)

    assert code == 2
    assert "Commands:" in capsys.readouterr().err


def test_the_program_starts_as_a_module_and_lists_its_commands_quickly() -> None:
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "service", "--help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "history" in listed.stdout
    assert "sqlalchemy" not in listed.stderr
    assert "aiohttp" not in listed.stderr


def test_the_program_ends_with_the_exit_code_of_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["adjudge", "rules", "check", "nowhere.rules"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2


def test_a_reader_that_stops_early_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ended = subprocess.run(
        [sys.executable, "-m", "service", "openapi"],
        cwd=ROOT,
        check=False,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_console_script_starts_the_same_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"adjudge": "service.__main__:main"}
