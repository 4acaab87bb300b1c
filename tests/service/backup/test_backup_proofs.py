"""Backups of a signed ledger in either database: it moves, and stays proven."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from events.store import StoreError
from events.stored import StoredEvent
from service.backup.ledger_copy import copy_to_server
from service.backup.manifest import RING_FILE
from tests.events.ledger_of import chained
from tests.postgres import Postgres
from tests.service.keeping import WORDS, Place
from tests.service.proof.signed_ledger import SignedLedger
from tests.service.test_erasure_traces import traces, wrapped_key

Captured = pytest.CaptureFixture[str]


def told(ledger: SignedLedger, capsys: Captured, *said: str) -> dict[str, Any]:
    """What a command that goes well prints as JSON."""
    capsys.readouterr()
    code = ledger.call(*said, "--json")
    printed = capsys.readouterr()
    assert code == 0, printed.out + printed.err
    shown: dict[str, Any] = json.loads(printed.out)
    return shown


def refused(ledger: SignedLedger, capsys: Captured, *said: str) -> tuple[int, str]:
    capsys.readouterr()
    code = ledger.call(*said)
    return code, capsys.readouterr().err


def backed_up(ledger: SignedLedger, name: str = "backup") -> Path:
    folder = ledger.folder / name
    assert ledger.call("backup", str(folder), "--only", "ledger") == 0
    return folder / "ledger"


def chained_by_mallory(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Another author of one event, with every later link made anew."""
    other = events[39]._replace(actor="mallory")
    return chained([*events[:39], other, *events[40:]])


def elsewhere(ledger: SignedLedger, url: str | None = None) -> SignedLedger:
    """A machine with nothing on it."""
    folder = ledger.folder / "elsewhere"
    folder.mkdir()
    return SignedLedger(url or f"sqlite+aiosqlite:///{folder / 'ledger.db'}", folder)


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_a_ledger_comes_back_in_either_database_with_all_that_proves_it(
    ledger: SignedLedger, to: str, capsys: Captured, postgres: Postgres
) -> None:
    history = told(ledger, capsys, "history", "brent")
    folder = backed_up(ledger)
    url = asyncio.run(postgres.new_database()) if to == "postgres" else None
    new = elsewhere(ledger, url)

    restored = told(new, capsys, "restore", str(folder))

    assert set(restored["differed"].values()) == {0}
    assert restored["signed"] == restored["position"] > 100
    assert not restored["signs"]
    assert told(new, capsys, "history", "brent") == history
    kept = ledger.folder / "witness.txt"
    report = told(new, capsys, "verify", "--checkpoint", str(kept))
    assert any("are those of a checkpoint elsewhere" in s for s in report["proven"])
    again = refused(new, capsys, "restore", str(folder))
    assert (again[0], again[1].split(": ")[1]) == (1, "in-place")


def test_a_restored_ledger_goes_on_where_it_ended(
    ledger: SignedLedger, capsys: Captured, postgres: Postgres
) -> None:
    """Also for the numbers that the database itself gives: of streams."""
    folder = backed_up(ledger)
    new = elsewhere(ledger, asyncio.run(postgres.new_database()))
    shutil.copy(ledger.settings.signing_key, new.folder)
    restored = told(new, capsys, "restore", str(folder))

    new.add("camden")
    new.sign()

    assert restored["signs"]
    assert told(new, capsys, "verify")["sound"]
    assert new.ask("SELECT count(*) FROM inspections") == 3


def test_neither_key_is_in_a_backup_and_the_ring_is(ledger: SignedLedger) -> None:
    folder = backed_up(ledger)

    (private, *ring) = Path(ledger.settings.signing_key).read_text().splitlines()
    assert (folder / RING_FILE).read_text().splitlines() == ring
    assert private.startswith("PRIVATE+KEY+")
    secret = private.split("+", 4)[4].encode()  # base64, which may have a plus itself
    assert len(secret) > 40
    for file in folder.iterdir():
        assert secret not in file.read_bytes()


def test_after_its_key_was_lost_a_ledger_is_proven_and_signed_on(
    ledger: SignedLedger, capsys: Captured
) -> None:
    assert ledger.call("keys", "rotate") == 0  # there are old keys to be remembered
    there = refused(ledger, capsys, "keys", "replace")
    folder = backed_up(ledger)
    new = elsewhere(ledger)
    ledger.call("keys", "show")
    before = capsys.readouterr().out.splitlines()[-2:]
    assert new.call("restore", str(folder)) == 0
    said = capsys.readouterr().out
    with pytest.raises(StoreError, match="holds none that signs: put the copy"):
        new.sign()

    first = told(new, capsys, "keys", "replace")["first"]
    new.add("camden")
    new.sign()

    assert "has a signing key; hand over with `adjudge keys rotate`" in there[1]
    assert "the signing key is not here" in said
    assert told(new, capsys, "verify")["sound"]
    new.call("keys", "show")
    old, lost, begun = capsys.readouterr().out.splitlines()
    assert [old, lost] == [before[0], before[1].replace(" -", f" {first}")]
    assert begun.endswith(f" {first} -")


def test_an_older_copy_of_the_signing_key_is_not_taken_for_it(
    ledger: SignedLedger, capsys: Captured
) -> None:
    new = elsewhere(ledger)
    shutil.copy(ledger.settings.signing_key, new.folder)
    ledger.call("keys", "rotate")
    folder = backed_up(ledger)

    code, error = refused(new, capsys, "restore", str(folder))

    assert (code, error.split(": ")[1]) == (1, "another-signing-key")


def test_the_ring_of_another_ledger_gets_no_new_key(
    ledger: SignedLedger, capsys: Captured
) -> None:
    other = elsewhere(ledger)
    other.fill()
    ring = Path(other.settings.signing_key).read_text().splitlines(keepends=True)[1:]
    Path(ledger.settings.signing_key).write_text("".join(ring))

    code, error = refused(ledger, capsys, "keys", "replace")

    assert code == 3
    assert "is not of this ledger: " in error


def test_what_is_not_as_it_was_signed_is_no_backup(
    ledger: SignedLedger, capsys: Captured
) -> None:
    ledger.tamper(chained_by_mallory, head=True)
    ledger.call("rebuild")

    code, error = refused(
        ledger, capsys, "backup", str(ledger.folder / "b"), "--only", "ledger"
    )

    assert (code, error.split(": ")[1]) == (2, "not-as-signed")
    assert not (ledger.folder / "b" / "ledger" / "manifest.json").exists()


def test_a_broken_chain_never_comes_to_be_on_a_server(
    ledger: SignedLedger, postgres: Postgres
) -> None:
    file = backed_up(ledger) / "ledger.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM events WHERE position = 133")
        connection.commit()
    url = asyncio.run(postgres.new_database())

    with pytest.raises(StoreError, match="the copy ends at 132, its head is at "):
        asyncio.run(copy_to_server(file, url))

    empty = replace(ledger, url=url)
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    assert empty.ask(tables) == 0


def test_a_server_that_holds_no_ledger_or_cannot_be_reached_is_named(
    tmp_path: Path, capsys: Captured, postgres: Postgres
) -> None:
    empty = SignedLedger(asyncio.run(postgres.new_database()), tmp_path)
    nowhere = replace(empty, url="postgresql+asyncpg://nobody@127.0.0.1:1/none")

    one = refused(empty, capsys, "backup", str(tmp_path / "a"), "--only", "ledger")
    other = refused(nowhere, capsys, "backup", str(tmp_path / "b"), "--only", "ledger")

    assert one[0] == other[0] == 3
    assert "the database is no ledger of this program's" in one[1]
    assert "cannot be reached" in other[1]


@pytest.mark.parametrize("to", ["postgres", "sqlite"])
def test_an_old_backup_of_a_server_comes_back_without_what_was_erased_since(
    tmp_path: Path, capsys: Captured, postgres: Postgres, to: str
) -> None:
    name = "inspection/brent/case/C-1"
    folder, old, newer = (tmp_path / each for each in ("of", "old", "newer"))
    folder.mkdir()
    place = Place(folder, capsys, database=asyncio.run(postgres.new_database()))
    asyncio.run(place.fill())
    key = wrapped_key(folder, name)
    assert place.words("C-1") == f"{WORDS}, C-1"
    history = place.told("history", "brent")
    place.told("backup", str(old))
    place.erase("C-1")
    place.told("backup", str(newer), "--only", "ledger")
    place.database = asyncio.run(postgres.new_database()) if to == "postgres" else None
    for file in folder.glob("keys.db*"):
        file.unlink()  # the list of erased keys too

    assert set(traces(old, key)) == {"keys.db"}  # backups are outside the search
    restored = place.told("restore", str(old / "vault"), str(newer / "ledger"))

    assert restored["erased_again"] == [name]
    assert set(restored["differed"].values()) == {0}
    assert not set(traces(folder, key))
    assert place.words("C-1") is None
    assert place.words("C-2") == f"{WORDS}, C-2"
    assert place.told("history", "brent")["changes"] == history["changes"]
