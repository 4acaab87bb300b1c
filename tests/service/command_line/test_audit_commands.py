"""`adjudge export`, `verify` and `keys`: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from events.proof.key_ring import KeyRing
from events.proof.note_key import SignatureType, SigningKey
from events.proof.signing_keys import read_key_ring
from tests.service.proof.signed_ledger import SignedLedger

WITNESS = SigningKey("witness.example/w1", bytes([2]) * 32, SignatureType.COSIGNATURE)


@pytest.fixture
def ledger(copied: SignedLedger) -> SignedLedger:
    return copied


@pytest.fixture
def pack(ledger: SignedLedger) -> Path:
    file = ledger.folder / "all.zip"
    assert ledger.call("export", "--output", str(file)) == 0
    return file


Out = pytest.CaptureFixture[str]


def test_a_sound_store_says_what_is_shown_and_what_is_not(
    ledger: SignedLedger, capsys: Out
) -> None:
    code = ledger.call("verify")

    said = capsys.readouterr().out
    assert code == 0
    assert "shown       the chain holds from event 1 to" in said
    assert "not shown   whoever holds database and key could have rewritten" in said
    assert said.endswith("nothing is wrong\n")


def test_a_checkpoint_kept_elsewhere_shows_more(
    ledger: SignedLedger, capsys: Out
) -> None:
    witness = str(ledger.folder / "witness.txt")

    code = ledger.call("verify", "--checkpoint", witness)

    said = capsys.readouterr().out
    assert code == 0
    assert "are those of a checkpoint elsewhere" in said
    assert "not shown" not in said


def test_what_is_wrong_is_printed_with_its_place(
    ledger: SignedLedger, capsys: Out
) -> None:
    ledger.execute("UPDATE events SET actor = 'mallory' WHERE position = 7")

    code = ledger.call("verify")

    said = capsys.readouterr().out
    assert code == 1
    assert said.startswith("WRONG       event 7: event 7 does not give the hash")
    assert said.endswith("1 thing is wrong\n")


def test_a_pack_is_held_against_the_keys_known_from_elsewhere(
    ledger: SignedLedger, pack: Path, capsys: Out
) -> None:
    keys = ledger.folder / "keys.txt"
    capsys.readouterr()
    ledger.call("keys", "show")
    keys.write_text(capsys.readouterr().out)
    strange = ledger.folder / "strange.txt"
    strange.write_text(str(KeyRing.of(SigningKey("adjudge.example/ledger", bytes(32)))))

    good = ledger.call("verify", str(pack), "--keys", str(keys))
    assert "whether the keys in the pack" not in capsys.readouterr().out
    bad = ledger.call("verify", str(pack), "--keys", str(strange))

    assert (good, bad) == (0, 1)
    assert "is not signed by a key of" in capsys.readouterr().out


def test_a_pack_can_be_held_against_any_checkpoint_that_was_kept(
    ledger: SignedLedger, capsys: Out
) -> None:
    witness, pack = str(ledger.folder / "witness.txt"), str(ledger.folder / "b.zip")
    ledger.call("export", "brent", "--output", pack, "--checkpoint", witness)
    capsys.readouterr()

    code = ledger.call("verify", pack, "--checkpoint", witness, "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert sum("checkpoint of" in says for says in report["proven"]) == 3
    assert not any("kept elsewhere" in says for says in report["unproven"])


MISCALLS = {
    "no such pack": (("verify", "{folder}/none.zip"), 2, "unreadable-file"),
    "not a pack": (("verify", "{folder}/ledger.db"), 1, "bad-pack"),
    "no such checkpoint": (
        ("verify", "--checkpoint", "{folder}/none.txt"),
        2,
        "unreadable-file",
    ),
    "not a checkpoint": (
        ("verify", "--checkpoint", "{folder}/signing.key"),
        2,
        "no-checkpoint",
    ),
    "no keys": (("verify", "--keys", "{folder}/none.txt"), 2, "no-keys"),
    "not keys": (("verify", "--keys", "{folder}/witness.txt"), 2, "no-keys"),
    "no store": (
        ("verify", "--database", "sqlite+aiosqlite:///{folder}/none.db"),
        3,
        "no-such-store",
    ),
    "not a store": (
        ("verify", "--database", "sqlite+aiosqlite:///{folder}/witness.txt"),
        3,
        "store-unavailable",
    ),
    "no such inspection": (
        ("export", "nowhere", "--output", "{folder}/new.zip"),
        1,
        "not-found",
    ),
    "written over": (
        ("export", "--output", "{folder}/witness.txt"),
        2,
        "unwritable-file",
    ),
    "part of a damaged store": (
        ("export", "brent", "--as-it-lies", "--output", "{folder}/new.zip"),
        2,
        "bad-call",
    ),
    "no such key": (("keys", "trust", "a witness"), 2, "bad-key"),
    "a key of no witness": (("keys", "trust", "{log_key}"), 2, "bad-key"),
}


@pytest.mark.parametrize("what", MISCALLS)
def test_what_cannot_be_done_is_said_in_one_sentence(
    ledger: SignedLedger, capsys: Out, what: str
) -> None:
    arguments, expected, code = MISCALLS[what]
    log_key = SigningKey("adjudge.example/ledger", bytes(32)).verifier
    before = {file.name for file in ledger.folder.iterdir()}

    ended = ledger.call(
        *(each.format(folder=ledger.folder, log_key=log_key) for each in arguments)
    )

    said = capsys.readouterr().err
    assert (ended, said.count("\n")) == (expected, 1), said
    assert said.startswith(f"adjudge: {code}: ")
    assert {file.name for file in ledger.folder.iterdir()} == before


def test_a_pack_needs_a_checkpoint_of_every_size_asked_for(
    ledger: SignedLedger, capsys: Out
) -> None:
    witness, pack = str(ledger.folder / "witness.txt"), str(ledger.folder / "b.zip")
    ledger.forget_proofs()

    for arguments in ((), ("--as-it-lies",)):
        code = ledger.call(
            "export", "--output", pack, "--checkpoint", witness, *arguments
        )
        assert code == 1
        assert "nothing-signed: " in capsys.readouterr().err
        ledger.sign()


def test_a_key_is_handed_over_and_what_it_signed_stays_proven(
    ledger: SignedLedger, pack: Path, capsys: Out
) -> None:
    ring = read_key_ring(ledger.folder / "signing.key")
    code = ledger.call("keys", "rotate")
    said = capsys.readouterr().out
    after = read_key_ring(ledger.folder / "signing.key")
    more = ledger.folder / "more.zip"
    witness = str(ledger.folder / "witness.txt")

    assert code == 0
    assert "a new key signs from event" in said
    assert len(ring.keys) == 1
    assert len(after.keys) == 2
    assert after.keys[0].last == after.keys[1].first
    assert (ledger.folder / "signing.key").stat().st_mode & 0o777 == 0o600
    assert ledger.call("export", "--output", str(more), "--checkpoint", witness) == 0
    assert ledger.call("verify", str(more), "--checkpoint", witness) == 0
    assert ledger.call("verify", str(pack)) == 0
    assert ledger.call("verify") == 0
    with ZipFile(more) as archive:
        assert archive.read("keys.txt").decode() == str(after)


def test_a_witness_is_trusted_once(ledger: SignedLedger, capsys: Out) -> None:
    for _ in range(2):
        assert ledger.call("keys", "trust", str(WITNESS.verifier)) == 0

    capsys.readouterr()
    ledger.call("keys", "show")
    shown = KeyRing.parse(capsys.readouterr().out)
    assert [known.key for known in shown.keys][1:] == [WITNESS.verifier]


def test_what_is_printed_can_be_printed_for_programs(
    ledger: SignedLedger, capsys: Out
) -> None:
    def printed(*arguments: str) -> Any:
        capsys.readouterr()
        assert ledger.call(*arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    output, key = str(ledger.folder / "all.zip"), str(WITNESS.verifier)
    exported = printed("export", "--output", output)
    trusted = printed("keys", "trust", key)
    rotated = printed("keys", "rotate")
    shown = printed("keys", "show")["keys"]

    assert exported["file"] == output
    assert exported["inspection"] is None
    assert rotated == {"first": exported["position"]}
    assert trusted == {"trusted": key}
    assert [known["last"] for known in shown] == [rotated["first"], None, None]


@pytest.mark.parametrize("command", [("keys", "show"), ("keys", "trust", "{key}")])
def test_without_a_key_file_there_is_nothing_to_show(
    ledger: SignedLedger, capsys: Out, command: tuple[str, ...]
) -> None:
    (ledger.folder / "signing.key").unlink()

    code = ledger.call(*(each.format(key=WITNESS.verifier) for each in command))

    assert code == 3
    assert "signing.key" in capsys.readouterr().err
