"""Erasing, holding and rotating from the command line."""

import asyncio
import shutil
import sqlite3
from base64 import urlsafe_b64encode
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from events.vault.master_key import next_master_key, read_master_key
from events.vault.sqlite import open_vault
from events.vault.vault import VaultError
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.records.key_vault import open_keys, rotate
from tests.service.keeping import WORDS, Place, filled
from tests.service.running import free_port
from tests.service.test_erasure_traces import traces, wrapped_key

ASK = ("erase", "C-1", "--inspection", "brent", "--reason", "asked in writing")
HOLD = ("hold", "C-1", "--inspection", "brent", "--reason", "a claim")


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return filled(tmp_path, capsys)


def test_what_two_people_agree_on_is_erased(place: Place) -> None:
    before = place.words("C-1")

    code, asked, _ = place.call(*ASK, "--code", "data-subject", person="adam")
    position = asked.split()[1]
    _, _, early = place.call("erase", "--approve", position, person="greta")
    place.now += timedelta(days=7)
    done, erased, _ = place.call("erase", "--approve", position, person="greta")

    assert before == f"{WORDS}, C-1"
    assert code == done == 0
    assert asked.endswith(f": adjudge erase --approve {position}\n")
    assert early.startswith(
        "adjudge: approval-waits: this can be approved from 2026-03"
    )
    assert erased == "erased: inspection/brent/case/C-1\n"
    assert place.words("C-1") is None
    assert place.words("C-2") == f"{WORDS}, C-2"
    _, listed, _ = place.call("erase", "--list")
    assert "asked for by adam" in listed
    assert "approved by greta" in listed
    (entry,) = place.told("erase", "--list")["erasures"]
    assert entry["reason_code"] == "data-subject"


@pytest.mark.parametrize(
    ("person", "approves", "code"),
    [
        ("adam", "adam", "forbidden"),
        ("both", "both", "four-eyes"),
        ("both", "rosa", "forbidden"),
    ],
)
def test_one_person_alone_erases_nothing_whatever_their_roles(
    person: str, approves: str, code: str, place: Place
) -> None:
    position = str(place.told(*ASK, person=person)["erasure"])
    place.now += timedelta(days=7)

    ended, _, error = place.call("erase", "--approve", position, person=approves)

    assert ended == 1
    assert error.startswith(f"adjudge: {code}: ")
    assert place.words("C-1") == f"{WORDS}, C-1"


def test_two_people_with_every_role_can_do_it_together(place: Place) -> None:
    place.erase("C-1", asker="both")

    assert place.words("C-1") is None


def test_an_audit_pack_made_afterwards_holds_neither_words_nor_key(
    place: Place,
) -> None:
    key = wrapped_key(place.folder, "inspection/brent/case/C-1")
    place.erase("C-1")
    pack = place.folder / "pack"

    exported, _, error = place.call("export", "--output", str(pack.with_suffix(".zip")))
    verified, _, _ = place.call("verify", str(pack.with_suffix(".zip")))
    shutil.unpack_archive(pack.with_suffix(".zip"), pack)

    assert (exported, verified) == (0, 0), error
    assert any(file.is_file() for file in pack.rglob("*"))
    for secret in (key, f"{WORDS}, C-1".encode()):
        assert not set(traces(pack, secret))


def test_a_hold_keeps_words_until_two_people_lift_it(place: Place) -> None:
    position = str(place.told(*ASK, person="adam")["erasure"])
    code, placed, _ = place.call(*HOLD, person="greta")
    hold = placed.split()[1]
    place.now += timedelta(days=7)

    _, _, held = place.call("erase", "--approve", position, person="greta")
    _, _, again = place.call(*ASK[:1], "C-2", *ASK[2:], person="rosa")
    asked = place.told("hold", "--release", hold, "--reason", "over", person="adam")
    listed = place.call("hold", "--list")[1]
    place.now += timedelta(days=7)
    _, lifted, _ = place.call("hold", "--approve", hold, person="greta")
    done, _, _ = place.call("erase", "--approve", position, person="greta")

    assert (code, done) == (0, 0)
    assert held.startswith("adjudge: legal-hold: ")
    assert again.startswith("adjudge: forbidden: ")
    assert asked == {"hold": int(hold)}
    assert lifted == f"hold {hold} is lifted\n"
    assert "in force" in listed
    assert "lifted by greta" in place.call("hold", "--list")[1]
    assert place.told("hold", "--list")["holds"][0]["case"] == "C-1"
    assert place.words("C-1") is None


def test_what_is_due_is_listed(place: Place) -> None:
    asked = place.told(*ASK, person="adam")["erasure"]
    hold = place.told("hold", *HOLD[2:], person="adam")["hold"]

    due = place.told("erase", "--due")["due"]
    _, printed, _ = place.call("erase", "--due")

    assert [(each["case"], each["request"], each["hold"]) for each in due] == [
        ("C-1", asked, hold),
        ("C-2", None, hold),
    ]
    assert printed.splitlines() == [
        f"brent C-1: due since 2023-10-06, held by {hold}, asked for as {asked}",
        f"brent C-2: due since 2023-10-06, held by {hold}",
        "2 due",
    ]


@pytest.mark.parametrize(
    ("said", "person", "code", "ended"),
    [
        (ASK, None, "not-authenticated", 2),
        (ASK, "stranger", "not-authenticated", 1),
        (("erase",), "adam", "bad-call", 2),
        (("erase", "C-1", "--cases", *ASK[2:]), "adam", "bad-call", 2),
        (("erase", "C-9", *ASK[2:]), "adam", "not-found", 1),
        (("erase", "--approve", "1"), "greta", "not-found", 1),
        (("erase", "--approve", "999"), "greta", "not-found", 1),
        (("hold",), "adam", "bad-call", 2),
        (("hold", "--release", "1"), "adam", "bad-call", 2),
        (("hold", "--approve", "1"), "greta", "not-found", 1),
    ],
)
def test_a_call_that_makes_no_sense_says_so(
    said: tuple[str, ...], person: str | None, code: str, ended: int, place: Place
) -> None:
    exit_code, _, error = place.call(*said, person=person)

    assert error.startswith(f"adjudge: {code}: ")
    assert exit_code == ended


def test_people_that_cannot_be_read_are_named(place: Place) -> None:
    (place.folder / "people.json").write_text("{}")

    code, _, error = place.call(*ASK, person="adam")

    assert (code, error.split(": ")[1]) == (3, "bad-identities")


def test_without_the_identity_provider_nobody_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = urlsafe_b64encode(b'{"alg":"ES256","kid":"k","typ":"at+jwt"}').decode()
    token = tmp_path / "token"
    token.write_text(f"{header.rstrip('=')}.e30.eA")
    surroundings = Surroundings(
        now=lambda: datetime(2026, 3, 1, tzinfo=UTC),
        new_id=str,
        environment={
            "ADJUDGE_OPENID_ISSUER": f"http://127.0.0.1:{free_port()}",
            "ADJUDGE_OPENID_AUDIENCE": "us",
            "ADJUDGE_OPENID_OPAQUE_SUBJECTS": "true",
            "ADJUDGE_ENVIRONMENT": "development",
        },
    )

    code = run([*ASK, "--token-file", str(token)], surroundings)

    assert code == 1
    assert capsys.readouterr().err.startswith(
        "adjudge: identity-provider-unavailable: the identity provider cannot be asked"
    )


def test_what_a_crash_left_undone_is_done_by_the_next_start(place: Place) -> None:
    """The event is on record and the key still there: the key goes."""
    copy = place.folder / "copy.db"
    shutil.copyfile(place.vault, copy)
    position = place.erase("C-1")
    for ending in ("-wal", "-shm"):
        place.vault.with_name(f"keys.db{ending}").unlink(missing_ok=True)
    place.vault.with_name("keys.db.erased").unlink()
    shutil.copyfile(copy, place.vault)

    code, _, error = place.call("erase", "--approve", str(position), person="greta")

    assert code == 1
    assert error.startswith("adjudge: erased: ")
    assert place.words("C-1") is None


def test_an_old_vault_put_back_by_hand_is_held_against_the_list(place: Place) -> None:
    copy = place.folder / "copy.db"
    shutil.copyfile(place.vault, copy)
    place.erase("C-1")
    shutil.copyfile(copy, place.vault)

    assert place.words("C-1") is None
    assert place.words("C-2") is not None


# ---- the master key


def test_another_master_key_opens_everything_and_the_old_one_nothing(
    place: Place,
) -> None:
    key = place.folder / "master.key"
    old = read_master_key(key)
    with closing(sqlite3.connect(place.vault)) as connection:
        wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM keys")]
    ledger = place.ledger.read_bytes()

    code, printed, _ = place.call("vault", "rotate")

    left = place.vault.read_bytes()
    assert code == 0
    assert printed == f"2 keys are under master key {read_master_key(key).id}\n"
    assert read_master_key(key).id != old.id
    assert not any(each in left for each in wrapped)
    assert place.words("C-1") == f"{WORDS}, C-1"
    assert place.ledger.read_bytes() == ledger
    with pytest.raises(VaultError, match="was locked with master key"):
        asyncio.run(open_vault(str(place.vault), old))
    assert place.told("vault", "rotate")["keys"] == 2


def test_a_vault_that_is_not_there_is_not_rotated(place: Place) -> None:
    place.vault.unlink()

    code, _, error = place.call("vault", "rotate")

    assert (code, error.split(": ")[1]) == (3, "no-such-vault")
    assert not place.vault.exists()


def test_a_rotation_without_its_master_key_is_refused(place: Place) -> None:
    (place.folder / "master.key").unlink()

    code, _, error = place.call("vault", "rotate")

    assert (code, error.split(": ")[1]) == (3, "store-unavailable")


async def test_a_rotation_broken_off_is_finished_whenever_it_broke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path, capsys)
    await place.fill()
    key = tmp_path / "master.key"
    first = read_master_key(key)

    # the next key was written, and the vault is still under the first
    following = next_master_key(key, lambda size: b"n" * size)
    async with open_keys(place.settings) as vault:
        assert vault.master_id == first.id
    # the vault is under the next key, and its file not yet in place
    async with open_keys(place.settings) as vault:
        await vault.wrap_anew(following)
    async with open_keys(place.settings) as vault:
        assert vault.master_id == following.id
        assert await vault.check() == 2
    assert read_master_key(key).id == following.id
    assert not key.with_name("master.key.next").exists()
    # and so is a rotation that finds the next key of one before it
    next_master_key(key, lambda size: b"o" * size)
    wrapped, _ = await rotate(place.settings)
    assert wrapped == 2


async def test_a_running_service_takes_up_the_new_master_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path, capsys)
    await place.fill()
    async with open_keys(place.settings) as vault:
        sealed = await vault.seal("inspection/brent", WORDS, "here")

        await rotate(place.settings)

        assert await vault.open(sealed, "here") == WORDS
        await vault.seal("inspection/new", WORDS, "here")
        assert await vault.check() == 4
    elsewhere = replace(place.settings, master_key=str(tmp_path / "other.key"))
    shutil.copyfile(tmp_path / "master.key", elsewhere.master_key)
    async with open_keys(elsewhere) as vault:
        await rotate(place.settings)
        with pytest.raises(VaultError, match="was locked with master key"):
            await vault.seal("inspection/newer", WORDS, "here")
