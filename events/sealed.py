"""Words that only the vault can open."""

from msgspec import Struct


class SealedText(Struct, frozen=True):
    """Free text sealed with AES-256-GCM under the key of one case or inspection.

    The ledger holds this and never the words; destroying the key erases them.
    """

    key: str  # whose key: "inspection/brent-2019" or "inspection/brent-2019/case/C-1"
    nonce: bytes  # 12
    sealed: bytes  # ciphertext and tag
