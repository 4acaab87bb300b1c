"""The master key: wraps every data key, and lies in a file of its own.

While keys are being wrapped anew the next master key lies beside it, in a file that
ends in `.next`. Whichever of the two the vault is under is the master key, so there is
no moment at which a crash could lose it.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.folder import sync_folder
from events.vault.vault import Entropy, VaultError, new_nonce

KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class MasterKey:
    """Wraps and unwraps data keys; `id` says which key it is without giving it away."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return sha256(b"adjudge master key" + self.secret).hexdigest()[:16]

    def wrap(self, name: str, data_key: bytes, entropy: Entropy) -> bytes:
        """A data key that only this master key opens, under this name."""
        nonce = new_nonce(entropy)
        return nonce + AESGCM(self.secret).encrypt(nonce, data_key, name.encode())

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """The inverse of `wrap`."""
        try:
            return AESGCM(self.secret).decrypt(
                wrapped[:12], wrapped[12:], name.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise VaultError(f"the key `{name}` in the vault was changed") from error


def create_master_key(path: Path, entropy: Entropy) -> MasterKey:
    """Write a new master key that only its owner can read; never over another one."""
    secret = entropy(KEY_SIZE)
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise VaultError(
            f"no master key can be made at `{path}`: {error.strerror}"
        ) from error
    with os.fdopen(file, "wb") as opened:
        opened.write(b64encode(secret) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    sync_folder(path.parent)
    return MasterKey(secret)


def next_master_key(path: Path, entropy: Entropy) -> MasterKey:
    """The key that is to follow the one at `path`: that of a rotation broken off, or
    a new one.
    """
    beside = _next(path)
    return (
        read_master_key(beside)
        if beside.exists()
        else create_master_key(beside, entropy)
    )


def settle_master_key(path: Path, id_: str | None) -> MasterKey:
    """The master key of this id, put in its place if it was still the next one.

    Where neither has the id, or none is asked for, the key in its place is given.
    """
    beside = _next(path)
    if id_ is not None and beside.exists() and read_master_key(beside).id == id_:
        beside.replace(path)
        sync_folder(path.parent)
    return read_master_key(path)


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def read_master_key(path: Path) -> MasterKey:
    """The master key in a file; refuses one that is missing or something else."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise VaultError(
            f"the master key `{path}` cannot be read: {error.strerror}"
        ) from error
    try:
        secret = b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise VaultError(f"`{path}` is not a master key") from error
    if len(secret) != KEY_SIZE:
        raise VaultError(f"`{path}` is not a master key")
    return MasterKey(secret)
