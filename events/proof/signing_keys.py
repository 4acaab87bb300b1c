"""The file of signing keys: what signs checkpoints now, and all that ever did.

    PRIVATE+KEY+<name>+<key id>+<…>     the key that signs
    <verifier key> <first> <last>       the key ring, a line a key (`key_ring`)

It is a secret for the sake of its first line, and is written for its owner only.
Whoever signs holds the file meanwhile, and whoever rotates holds it alone: nothing is
signed with a key whose time has just ended. The file is only ever replaced whole.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path

from events.proof.key_ring import KeyRing
from events.proof.notary import NotaryKeys
from events.proof.note_key import NoteError, SigningKey
from events.store import StoreError
from events.vault.vault import Entropy

SEED_SIZE = 32
_PRIVATE = "PRIVATE+KEY+"
_FOR_OWNER = 0o600


class NoSigningKey(StoreError):
    """The file has a key ring and nothing to sign with."""


def create_signing_keys(path: Path, name: str, entropy: Entropy) -> None:
    """Write a file with one new key; never over another one."""
    key = SigningKey(name, entropy(SEED_SIZE))
    keys = NotaryKeys((key,), KeyRing.of(key))
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_OWNER)
    except OSError as error:
        raise StoreError(
            f"no signing key can be made at `{path}`: {error.strerror}"
        ) from error
    _write(file, keys)
    _sync_folder(path.parent)


@contextmanager
def held_keys(path: Path, *, alone: bool = False) -> Iterator[NotaryKeys]:
    """The keys in a file, which nobody rotates while the block runs.

    Entering may wait, and so belongs on a thread.
    """
    file = _held(path, LOCK_EX if alone else LOCK_SH)
    try:
        yield _parsed(path, file)
    finally:
        os.close(file)


def replace_keys(path: Path, keys: NotaryKeys) -> None:
    """Put other keys into the file; only while it is held alone."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)  # left behind by a crash
        _write(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_OWNER), keys)
        new.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"`{path}` cannot be replaced: {error.strerror}") from error


def write_key_ring(path: Path, ring: KeyRing) -> None:
    """Write a file of a ring alone; never over another one."""
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_OWNER)
    except OSError as error:
        raise StoreError(f"`{path}` cannot be made: {error.strerror}") from error
    _write(file, NotaryKeys((), ring))
    _sync_folder(path.parent)


def read_key_ring(path: Path) -> KeyRing:
    """The keys that may be shown to anyone, from this file or a ring alone."""
    try:
        return _ring(path.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise StoreError(f"`{path}` cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, NoteError) as error:
        raise StoreError(f"`{path}` is not a key ring: {error}") from error


def _held(path: Path, lock: int) -> int:
    while True:
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise StoreError(
                f"the signing key `{path}` cannot be read: {error.strerror}"
            ) from error
        flock(file, lock)
        if _is_still_there(path, file):
            return file
        os.close(file)  # it was replaced while we waited


def _is_still_there(path: Path, file: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def _parsed(path: Path, file: int) -> NotaryKeys:
    try:
        text = os.pread(file, 1 << 20, 0).decode()
    except UnicodeDecodeError as error:
        raise StoreError(f"`{path}` is not a file of signing keys") from error
    lines = text.splitlines()
    try:
        private = [SigningKey.parse(n) for n in lines if n.startswith(_PRIVATE)]
        ring = _ring(lines)
    except NoteError as error:
        raise StoreError(f"`{path}` is not a file of signing keys: {error}") from error
    if not private and ring.keys:
        raise NoSigningKey(
            f"`{path}` knows the keys of the ledger and holds none that signs: put the"
            " copy of the signing key there, or begin a new one with `adjudge keys"
            " replace`"
        )
    if len(private) != 1:
        raise StoreError(f"`{path}` is not a file of one signing key and a key ring")
    return NotaryKeys(tuple(private), ring)


def _ring(lines: Iterable[str]) -> KeyRing:
    return KeyRing.parse("\n".join(n for n in lines if not n.startswith(_PRIVATE)))


def _write(file: int, keys: NotaryKeys) -> None:
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        opened.writelines(f"{key.export()}\n" for key in keys.signers)
        opened.write(str(keys.ring))
        opened.flush()
        os.fsync(opened.fileno())


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
