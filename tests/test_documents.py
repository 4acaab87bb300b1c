"""What the documents say is so: every command in them is run, every setting is there.

In a block marked `console` a line after `$` is run and what follows is what it prints;
`…` stands for anything. The commands of one document share one shell and one folder.
"""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from dsl import packaged, packaged_ids
from service.config import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "deploy/README.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BETWEEN = "-- next --"


def _said(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _commands(document: str) -> list[tuple[str, str]]:
    """Each command, with the lines after `>` that belong to it, and what it prints."""
    found: list[tuple[str, str]] = []
    for block in _BLOCK.findall(_said(document)):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
                continue
            command, printed = found.pop()
            if line.startswith("> "):
                found.append((f"{command}\n{line[2:]}", printed))
            else:
                found.append((command, f"{printed}{line}\n"))
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _run(commands: list[str], folder: Path) -> list[str]:
    """Run commands in one shell that stops at the first failure; gives their output.

    The documents' ports are not ours to take, so free ones stand in for them.
    """
    script = "set -eu\n" + "".join(
        f"{command}\necho '{_BETWEEN}'\n" for command in commands
    )
    for port in ("8080", "9464"):
        script = script.replace(port, str(_free_port()))
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name != "COVERAGE_PROCESS_START"
    }
    programs = folder / "bin"
    programs.mkdir()
    adjudge = programs / "adjudge"
    adjudge.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m service "$@"\n',
        encoding="utf-8",
    )
    adjudge.chmod(0o755)
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    place = folder / "place"
    place.mkdir()
    ended = subprocess.run(  # noqa: S603 - the commands of our own documents
        ["/bin/bash", "-c", script],
        cwd=place,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.split(f"{_BETWEEN}\n")[:-1]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_a_document_works_and_prints_what_it_says(
    document: str, tmp_path: Path
) -> None:
    commands = _commands(document)
    assert commands

    outputs = _run([command for command, _ in commands], tmp_path)

    for (command, printed), output in zip(commands, outputs, strict=True):
        # a reply over HTTP ends without a new line, a document cannot show that
        pattern = ".*".join(map(re.escape, printed.rstrip("\n").split("…")))
        assert re.fullmatch(pattern, output.rstrip("\n"), re.DOTALL), (command, output)


def test_the_runbook_lists_every_setting_with_its_default() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| `(\w+)` \| (.*?) \|", _said("deploy/README.md"), re.MULTILINE
    )
    expected = [
        (
            field.name,
            f"{PREFIX}{field.name.upper()}",
            "none"
            if field.default is None
            else f"`{msgspec.json.encode(field.default).decode()}`",
        )
        for field in msgspec.structs.fields(Settings)
    ]
    assert rows == expected


def test_the_rules_a_document_quotes_are_those_in_force() -> None:
    quoted = re.findall(
        r"^```rules\n(.*?)^```", _said("README.md"), re.MULTILINE | re.DOTALL
    )
    texts = [file.text for id_ in packaged_ids() for file in packaged(id_).files]
    assert quoted
    assert all(any(rules in text for text in texts) for rules in quoted)


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_every_link_between_documents_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#:]+)\)", _said(document))
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_readme_lists_every_command() -> None:
    listed = set(
        re.findall(
            r"^\| `adjudge ([a-z -]+?)(?= ?[\[A-Z`])", _said("README.md"), re.MULTILINE
        )
    )
    assert listed == {
        "backup",
        "config check",
        "demo",
        "erase",
        "export",
        "follow list",
        "webhooks list",
        "history",
        "hold",
        "migrate",
        "keys replace",
        "keys rotate",
        "keys show",
        "keys trust",
        "openapi",
        "rate",
        "rebuild",
        "restore",
        "rules check",
        "rules diff",
        "rules explain",
        "rules flatten",
        "rules format",
        "rules impact",
        "rules new",
        "rules pin",
        "rules prove",
        "rules serve",
        "rules test",
        "rules what-if",
        "rules why",
        "serve",
        "sessions end",
        "vault rotate",
        "verify",
        "words",
    }
