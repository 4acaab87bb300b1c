"""What tests of several modules of the service are given."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.service.proof.signed_ledger import SignedLedger


def _in(folder: Path) -> SignedLedger:
    return SignedLedger(f"sqlite+aiosqlite:///{folder / 'ledger.db'}", folder)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger, its key and its witness's file."""
    folder = tmp_path_factory.mktemp("signed")
    _in(folder).fill()
    return folder


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> SignedLedger:
    """A ledger of its own, with three checkpoints."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return _in(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> SignedLedger:
    """A ledger with three checkpoints, on either database."""
    if request.param == "sqlite":
        copied: SignedLedger = request.getfixturevalue("copied")
        return copied
    server: Postgres = request.getfixturevalue("postgres")
    filled = SignedLedger(asyncio.run(server.new_database()), tmp_path)
    filled.fill()
    return filled
