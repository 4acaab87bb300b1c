"""A restore drill: what was backed up comes back, and what was erased does not."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from events.vault.erased_list import add_to_list, read_list
from events.vault.vault import VaultError
from service.backup.manifest import MANIFEST
from tests.service.keeping import WORDS, Place, filled
from tests.service.test_erasure_traces import ratings, traces, wrapped_key

ERASED = "inspection/brent/case/C-1"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return filled(tmp_path / "service", capsys)


def back_up(place: Place, name: str = "backup", *said: str) -> Path:
    folder = place.folder.parent / name
    code, printed, error = place.call("backup", str(folder), *said)
    assert code == 0, printed + error
    return folder


def lose(place: Place, *names: str) -> None:
    """The disk is gone."""
    for name in names or ("ledger.db", "keys.db"):
        for ending in ("", "-wal", "-shm"):
            (place.folder / f"{name}{ending}").unlink(missing_ok=True)


def restore(place: Place, *said: str | Path) -> tuple[int, str, str]:
    return place.call("restore", *map(str, said))


def test_what_was_backed_up_comes_back(place: Place) -> None:
    before = ratings(place.folder)
    _, history, _ = place.call("history", "brent", "--json")
    folder = back_up(place)
    lose(place)

    code, printed, _ = restore(place, folder)

    assert code == 0
    assert printed.startswith("restored: ledger and vault\n")
    assert "the chain holds, 0 rows differed" in printed
    assert ratings(place.folder) == before
    assert place.call("history", "brent", "--json")[1] == history
    assert place.words("C-1") == f"{WORDS}, C-1"
    place.add_answers("No")


def test_nobody_is_signed_in_by_a_backup(place: Place) -> None:
    with closing(sqlite3.connect(place.folder / "ledger.db")) as database:
        database.execute(
            "INSERT INTO sessions (id_hash, person, roles, began_at, seen_at)"
            " VALUES (x'00', 'p-1', '', 1, 1)"
        )
        database.commit()

    folder = back_up(place)

    with closing(sqlite3.connect(folder / "ledger" / "ledger.db")) as database:
        assert database.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


def test_ledger_and_vault_lie_apart_and_say_what_they_are(place: Place) -> None:
    made = place.told("backup", str(place.folder.parent / "backup"))

    ledger, vault = made["made"]
    assert set(made["differed"].values()) == {0}
    assert (ledger["kind"], vault["kind"]) == ("ledger", "vault")
    assert ledger["position"] == vault["position"] > 5
    assert ledger["head_hash"] == vault["head_hash"]
    assert vault["keys"] == 2
    folder = place.folder.parent / "backup"
    assert {file.name for file in (folder / "ledger").iterdir()} == {
        "ledger.db",
        MANIFEST,
    }
    assert {file.name for file in (folder / "vault").iterdir()} == {"keys.db", MANIFEST}
    master = (place.folder / "master.key").read_bytes().strip()
    assert not set(traces(folder, master))


def test_an_old_vault_is_restored_without_what_was_erased_since(place: Place) -> None:
    key = wrapped_key(place.folder, ERASED)
    before = ratings(place.folder)
    old = back_up(place, "old", "--only", "vault")
    place.erase("C-1")
    new = back_up(place, "new", "--only", "ledger")
    lose(place)
    (place.folder / "keys.db.erased").unlink()  # that is gone too

    assert set(traces(old, key)) == {"keys.db"}  # backups are outside the search
    restored = place.told("restore", str(old), str(new / "ledger"))

    assert restored["erased_again"] == [ERASED]
    assert place.words("C-1") is None
    assert place.words("C-2") == f"{WORDS}, C-2"
    assert not set(traces(place.folder, key))
    assert ratings(place.folder) == before


def test_an_old_ledger_and_vault_are_held_against_the_list(place: Place) -> None:
    key = wrapped_key(place.folder, ERASED)
    old = back_up(place)
    place.erase("C-1")
    lose(place)

    code, printed, _ = restore(place, old)

    assert code == 0
    assert f"erased again: {ERASED}" in printed
    assert f"too old to say so: {ERASED}" in printed
    assert place.words("C-1") is None
    assert not set(traces(place.folder, key))


def test_a_ledger_behind_what_was_acknowledged_is_named_and_not_restored(
    place: Place,
) -> None:
    old = back_up(place)
    place.add_answers("No")
    lose(place, "ledger.db")

    code, _, error = restore(place, old / "ledger")
    nothing = place.ledger.exists()
    accepted, printed, _ = restore(place, "--accept-missing", "2", old / "ledger")

    assert code == 1
    assert error.startswith("adjudge: ledger-behind: the ledger ends at position ")
    assert "2 events are missing" in error
    assert not nothing
    assert accepted == 0
    assert "given up: 2 acknowledged events" in printed
    place.add_answers("No")


def test_a_ledger_put_back_by_hand_is_refused_before_it_takes_a_write(
    place: Place,
) -> None:
    old = back_up(place)
    place.add_answers("No")
    shutil.copyfile(old / "ledger" / "ledger.db", place.ledger)

    code, _, error = place.call(
        "erase", "C-1", "--inspection", "brent", "--reason", "so", person="adam"
    )

    assert code == 3
    assert "acknowledged: 2 events are missing" in error


def test_another_ledger_of_the_same_length_is_refused(place: Place) -> None:
    old = back_up(place)
    with closing(sqlite3.connect(place.vault)) as connection:
        connection.execute("UPDATE state SET hash = zeroblob(32)")
        connection.commit()
    lose(place, "ledger.db")

    code, _, error = restore(place, old / "ledger")
    shutil.copyfile(old / "ledger" / "ledger.db", place.ledger)
    refused = place.call("erase", "--approve", "1", person="greta")

    assert (code, error.split(": ")[1]) == (1, "another-ledger")
    assert "holds another event than the one" in refused[2]


def test_only_the_vault_is_restored_beside_a_ledger_in_place(place: Place) -> None:
    old = back_up(place)
    place.erase("C-1")
    lose(place, "keys.db", "keys.db.erased")

    code, printed, _ = restore(place, old / "vault")

    assert code == 0
    assert printed.startswith("restored: vault\n")
    assert place.words("C-1") is None


def test_a_ledger_alone_is_restored_where_there_is_no_vault(place: Place) -> None:
    old = back_up(place)
    lose(place)

    restored = place.told("restore", str(old / "ledger"))

    assert restored["restored"] == ["ledger"]
    assert not place.vault.exists()


def test_what_is_in_place_is_never_overwritten(place: Place) -> None:
    old = back_up(place)
    before = place.ledger.read_bytes(), place.vault.read_bytes()

    code, _, error = restore(place, old)

    assert (code, error.split(": ")[1]) == (1, "in-place")
    assert (place.ledger.read_bytes(), place.vault.read_bytes()) == before


@pytest.mark.parametrize("name", ["ledger/ledger.db", "vault/keys.db"])
def test_a_backup_with_a_flipped_bit_is_refused(name: str, place: Place) -> None:
    old = back_up(place)
    written = bytearray((old / name).read_bytes())
    written[len(written) // 2] ^= 1
    (old / name).write_bytes(written)
    lose(place)

    code, _, error = restore(place, old)

    assert (code, error.split(": ")[1]) == (1, "damaged-backup")
    assert not place.ledger.exists()
    assert not place.vault.exists()


def test_a_ledger_with_a_changed_event_is_refused_even_with_a_new_manifest(
    place: Place,
) -> None:
    old = back_up(place)
    file, manifest = old / "ledger" / "ledger.db", old / "ledger" / MANIFEST
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE events SET actor = 'mallory' WHERE position = 3")
        connection.commit()
    said = json.loads(manifest.read_text())
    said["files"] = {}
    manifest.write_text(json.dumps(said))
    lose(place)

    code, _, error = restore(place, old)

    assert code == 3
    assert "the hash chain is broken at position 3" in error
    assert not place.ledger.exists()
    assert list(place.folder.glob("*.restoring*")) == []


def test_a_manifest_that_names_another_end_is_refused(place: Place) -> None:
    old = back_up(place)
    manifest = old / "ledger" / MANIFEST
    said = json.loads(manifest.read_text()) | {"position": 1}
    manifest.write_text(json.dumps(said))
    lose(place)

    code, _, error = restore(place, old)

    assert (code, error.split(": ")[1]) == (1, "damaged-backup")


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ("{", "damaged-backup"),
        (None, "no-backup"),
        ('"format"', "newer-backup"),
    ],
)
def test_a_folder_that_is_no_backup_of_ours_is_refused(
    manifest: str | None, code: str, place: Place
) -> None:
    old = back_up(place)
    file = old / "vault" / MANIFEST
    if manifest is None:
        shutil.rmtree(old / "ledger")
        file.unlink()
    elif manifest == '"format"':
        file.write_bytes(
            msgspec.json.encode(json.loads(file.read_text()) | {"format": 9})
        )
    else:
        file.write_text(manifest)

    ended, _, error = restore(place, old)

    assert (ended, error.split(": ")[1]) == (1, code)


def test_two_backups_of_one_thing_are_one_too_many(place: Place) -> None:
    one, other = back_up(place, "one"), back_up(place, "other")
    lose(place)

    assert restore(place, one, other)[2].split(": ")[1] == "two-backups"
    assert restore(place, one / "nowhere")[2].split(": ")[1] == "no-backup"


def test_a_backup_never_goes_over_another(place: Place) -> None:
    folder = back_up(place)
    file = place.folder.parent / "file"
    file.write_text("not a folder")

    again = place.call("backup", str(folder))
    nowhere = place.call("backup", str(file / "in"))
    lose(place, "keys.db")
    no_vault = place.call("backup", str(folder / "new"), "--only", "vault")

    assert (again[0], again[2].split(": ")[1]) == (2, "folder-exists")
    assert nowhere[2].split(": ")[1] == "no-folder"
    assert (no_vault[0], no_vault[2].split(": ")[1]) == (3, "store-unavailable")


def test_a_backup_says_when_the_ratings_were_not_what_the_events_say(
    place: Place,
) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection:
        connection.execute("UPDATE current_ratings SET value = 'Outstanding?'")
        connection.commit()

    code, printed, _ = place.call("backup", str(place.folder.parent / "backup"))

    assert code == 1
    assert "current_ratings: " in printed


# ---- the list of erased keys


def test_a_list_is_only_added_to_and_survives_a_line_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "list"
    add_to_list(path, ["one", "two\n"])
    add_to_list(path, ["two\n"])
    path.write_bytes(path.read_bytes() + b'"thr')

    assert read_list(path) == ("one", "two\n")
    add_to_list(path, ["four"])
    assert read_list(path) == ("one", "two\n", "four")


@pytest.mark.parametrize("written", [b"words\n", b'"adjudge erased keys 1"\nx\n'])
def test_a_file_that_is_no_list_is_refused(written: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(written)

    with pytest.raises(VaultError, match="is not a list of erased keys"):
        read_list(path)


def test_a_list_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="cannot be read: Is a directory"):
        read_list(tmp_path)
    with pytest.raises(VaultError, match="cannot be written: No such file"):
        add_to_list(tmp_path / "no" / "list", ["one"])
