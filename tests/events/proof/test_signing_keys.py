"""The file of signing keys: for its owner only, held while somebody signs."""

import threading
from pathlib import Path

import pytest

from events.proof.key_ring import KeyRing
from events.proof.notary import NotaryKeys
from events.proof.note_key import NoteError, SigningKey
from events.proof.signing_keys import (
    NoSigningKey,
    create_signing_keys,
    held_keys,
    read_key_ring,
    replace_keys,
    write_key_ring,
)
from events.store import StoreError

NAME = "adjudge.example/ledger"
KEY = SigningKey(NAME, bytes(32))
NEXT = SigningKey(NAME, bytes([1]) * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "signing.key"
    create_signing_keys(file, NAME, bytes)
    return file


def test_a_new_key_is_never_written_over_another(path: Path) -> None:
    with pytest.raises(StoreError, match="no signing key can be made"):
        create_signing_keys(path, NAME, lambda size: b"x" * size)

    with held_keys(path) as keys:
        assert keys.origin == NAME
        assert keys.ring == KeyRing.of(KEY)


def test_the_ring_can_be_read_without_the_secret(path: Path) -> None:
    ring = read_key_ring(path)

    assert "PRIVATE" not in str(ring)
    assert path.read_text().endswith(str(ring))


def test_whoever_waits_for_a_rotation_gets_the_new_key(path: Path) -> None:
    found: list[str] = []

    def read() -> None:
        with held_keys(path) as keys:
            found.append(str(keys.signers[0].verifier))

    reader = threading.Thread(target=read)
    with held_keys(path, alone=True) as keys:
        reader.start()
        reader.join(0.2)
        assert found == []
        replace_keys(path, NotaryKeys((NEXT,), keys.ring))
    reader.join()

    assert found == [str(NEXT.verifier)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_crash_left_behind_is_no_hindrance(path: Path) -> None:
    path.with_name("signing.key.new").write_text("half a ke")

    with held_keys(path, alone=True) as keys:
        replace_keys(path, keys)

    assert [file.name for file in path.parent.iterdir()] == ["signing.key"]


def test_a_file_that_cannot_be_replaced_is_left_as_it_was(path: Path) -> None:
    before = path.read_text()
    (path.with_name("signing.key.new")).mkdir()

    with (
        held_keys(path, alone=True) as keys,
        pytest.raises(StoreError, match="cannot be replaced"),
    ):
        replace_keys(path, keys)

    assert path.read_text() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"PRIVATE+KEY+x"],
    ids=["empty", "not text", "cut short"],
)
def test_a_file_that_is_no_signing_key_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(StoreError, match="is not a file of"), held_keys(path):
        pass


def test_a_ring_alone_can_be_read_and_signs_nothing(path: Path, tmp_path: Path) -> None:
    alone = tmp_path / "ring"
    write_key_ring(alone, read_key_ring(path))

    assert read_key_ring(alone) == read_key_ring(path)
    with pytest.raises(NoSigningKey, match="holds none that signs"), held_keys(alone):
        pass
    with pytest.raises(StoreError, match="cannot be made: File exists"):
        write_key_ring(alone, read_key_ring(path))


def test_a_ring_continues_an_earlier_one_that_it_only_added_to() -> None:
    earlier = KeyRing.of(KEY)
    later = earlier.rotate(KEY.verifier, NEXT.verifier, at=7)

    assert later.continues(earlier)
    assert later.continues(later)
    assert not earlier.continues(later)  # an older copy
    assert not KeyRing.of(NEXT).continues(earlier)  # another ledger's
    replaced = earlier.replace_lost(NEXT.verifier, after=7)
    assert replaced == later
    assert (replaced.origin, replaced.continues(earlier)) == (KEY.verifier.name, True)
    with pytest.raises(NoteError, match="no key of the ring speaks for a ledger"):
        assert KeyRing(()).origin


def test_a_missing_key_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"), held_keys(tmp_path / "no"):
        pass
    with pytest.raises(StoreError, match="cannot be read"):
        read_key_ring(tmp_path / "no")


def test_what_is_no_ring_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ring.txt"
    file.write_text("not a key 0 -\n")

    with pytest.raises(StoreError, match="is not a key ring"):
        read_key_ring(file)
