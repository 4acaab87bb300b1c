"""Evidence at rest: sealed under a key that the embedding tool keeps elsewhere.

AES-256-GCM, a nonce of its own each time, bound to the entry it belongs to. Without a
key nothing is sealed, and then nothing is kept: an outbox refuses the words.
"""

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE = 32
_NONCE = 12
_PROOF = b"adjudge outbox"


class WrongKey(Exception):
    """The outbox was written under another key, or with one and there is none now."""


class EvidenceNotProtected(Exception):
    """Evidence was given to an outbox without a key; nothing was kept."""


class Seal(Protocol):
    """What keeps words from whoever finds the laptop."""

    def close(self, text: str, entry: str) -> bytes: ...

    def open(self, sealed: bytes, entry: str) -> str: ...


class EvidenceSeal:
    """Seals under one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError(f"a key has {KEY_SIZE} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def close(self, text: str, entry: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), entry.encode())

    def open(self, sealed: bytes, entry: str) -> str:
        nonce, closed = sealed[:_NONCE], sealed[_NONCE:]
        try:
            return self._cipher.decrypt(nonce, closed, entry.encode()).decode()
        except InvalidTag as error:
            raise WrongKey("this key does not open what the outbox keeps") from error


class NoSeal:
    """Stands where no key was given: takes no words."""

    def close(self, text: str, entry: str) -> bytes:  # noqa: ARG002 - the protocol's
        raise EvidenceNotProtected(
            "evidence is kept on this machine only under a key; give the outbox one"
        )

    def open(self, sealed: bytes, entry: str) -> str:  # noqa: ARG002 - the protocol's
        raise WrongKey("the outbox keeps evidence under a key, and none was given")


def proof_of(seal: Seal) -> bytes | None:
    """What tells a wrong key at once; None without a key."""
    return None if isinstance(seal, NoSeal) else seal.close(_PROOF.decode(), "proof")


def check(seal: Seal, proof: bytes | None) -> None:
    """Raise WrongKey unless the outbox was written under this key, or without one."""
    if proof is not None:
        seal.open(proof, "proof")
