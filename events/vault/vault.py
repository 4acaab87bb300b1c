"""The vault: seals the words of the ledger, and can make them unreadable for good.

Each case or inspection has a data key of its own. Text is sealed under it with
AES-256-GCM; what it belongs to is bound in, so sealed words do not open elsewhere. Keys
never lie beside the facts: a copy of the ledger alone cannot be read.
"""

import hmac
from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.sealed import SealedText
from events.store import Head, StoreError

Entropy = Callable[[int], bytes]
"""Gives so many unpredictable bytes."""

NONCE = 12
"""Bytes of a nonce."""


class VaultError(StoreError):
    """The vault cannot be used, or words do not open; it never says the words."""


class KeyDestroyed(VaultError):
    """The words under this key were erased, and it takes no new ones."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the key `{key}` was destroyed")
        self.key = key


class Vault(Protocol):
    """Seals and opens text; `key` is whose words they are, `context` where they stand.

    A key is on disk before anything is sealed under it. Context is any text that is the
    same at opening: the stream and what the words are about.
    """

    async def seal(self, key: str, text: str, context: str) -> SealedText:
        """Seal under a key, made at its first use; raises KeyDestroyed if destroyed."""
        ...

    async def open(self, sealed: SealedText, context: str) -> str | None:
        """The words, or None if their key was destroyed; raises if tampered with."""
        ...

    async def fingerprint(self, key: str, data: bytes) -> bytes:
        """A hash that only this key makes: what it stands for cannot be guessed.

        The key is made at its first use; raises KeyDestroyed once it was destroyed.
        """
        ...

    def knows(self, key: str) -> bool:
        """Whether a key is at hand; one that is not may be in the vault all the same.

        It costs nothing: neither the disk nor another thread is asked.
        """
        ...

    async def destroy(self, *keys: str) -> None:
        """Make everything sealed under these keys unreadable, for good.

        When it returns, neither the keys nor any wrapped form of them is left.
        """
        ...

    async def destroyed(self) -> frozenset[str]:
        """The names of every key that was destroyed."""
        ...

    async def remember(self, end: Head) -> None:
        """Keep how far the ledger was seen to go; never less than is kept already."""
        ...

    async def remembered(self) -> Head:
        """The furthest end of the ledger that was ever kept; position 0 if none."""
        ...

    async def close(self) -> None:
        """Let go of the keys."""
        ...


def seal_with(
    cipher: AESGCM, key: str, text: str, *, context: str, nonce: bytes
) -> SealedText:
    """Seal under a data key; the inverse of `open_with`."""
    sealed = cipher.encrypt(nonce, text.encode(), _bound(key, context))
    return SealedText(key, nonce, sealed)


def open_with(cipher: AESGCM, sealed: SealedText, *, context: str) -> str:
    """The words of a sealed text."""
    bound = _bound(sealed.key, context)
    try:
        return cipher.decrypt(sealed.nonce, sealed.sealed, bound).decode()
    except (InvalidTag, ValueError) as error:
        raise VaultError(
            f"words sealed under `{sealed.key}` were changed or moved"
        ) from error


def fingerprint_with(data_key: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 under a key made from the data key for this use alone."""
    own = hmac.digest(data_key, b"adjudge fingerprint", "sha256")
    return hmac.digest(own, data, "sha256")


def new_nonce(entropy: Entropy) -> bytes:
    """A nonce for one sealing; at random, which is safe for 2^32 under one key."""
    return entropy(NONCE)


def _bound(key: str, context: str) -> bytes:
    return f"{len(key)}:{key}{context}".encode()
