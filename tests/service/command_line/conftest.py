"""A ledger that the demonstration filled, for commands over a store."""

import fcntl
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType

import pytest

from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings

Call = Callable[..., tuple[int, str, str]]

DRAFT = """
framework "Youth draft"
  based on "Youth 2020"

replace banding "share of cases" of whole percentages, halves rounded up
  below 45    is 'Inadequate'
  45 to 64    is 'Requires improvement'
  65 to 79    is 'Good'
  80 or more  is 'Outstanding'
"""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five published inspections, `adjudge.db`, and all its keys.

    It takes long to fill, so one process does and the others wait for it. Whoever
    writes to it takes a `copy_of` it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "demonstrated"
    folder.mkdir(exist_ok=True)
    filled = folder / "filled"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            database = url_of(folder / "adjudge.db")
            said = run(["demo", "--once", "--database", database], surrounded(folder))
            assert said == 0
            filled.touch()
    return folder


def copy_of(folder: Path, to: Path) -> Path:
    """The ledger in a copy of a folder that nobody writes to."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "adjudge.db"


def url_of(file: Path) -> str:
    """The address of a ledger in a file."""
    return f"sqlite+aiosqlite:///{file}"


def surrounded(folder: Path, more: Mapping[str, str] = _NOTHING) -> Surroundings:
    """Surroundings whose keys lie in a folder."""
    numbers = count()
    return Surroundings(
        now=lambda: datetime.now(UTC),
        new_id=lambda: f"id-{next(numbers)}",
        environment={**keys_in(folder), **more},
    )


def keys_in(folder: Path) -> dict[str, str]:
    """The settings that say so."""
    return {
        "ADJUDGE_VAULT": str(folder / "keys.db"),
        "ADJUDGE_MASTER_KEY": str(folder / "master.key"),
        "ADJUDGE_SIGNING_KEY": str(folder / "signing.key"),
    }


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command: exit code, output, errors."""

    def called(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments, surrounded(tmp_path))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """Rules with one boundary moved from 50 to 45."""
    file = tmp_path / "youth-draft.rules"
    file.write_text(DRAFT, encoding="utf-8")
    return str(file)
