"""The key ring of a ledger beside its backup, so that what was signed stays proven.

It is public. The key that signs is never in a backup: whoever had both the ledger and
its key could rewrite the one and sign it with the other.
"""

from pathlib import Path

from events.proof.audit import audit_ledger
from events.proof.key_ring import KeyRing
from events.proof.signing_keys import held_keys, read_key_ring, write_key_ring
from events.store import StoreError
from service.backup.manifest import RING_FILE, BackupError
from service.records.records import lying_open


def keep_ring(signing_key: Path, folder: Path) -> KeyRing | None:
    """Put the ring into a backup; None where nothing was ever signed."""
    if not signing_key.exists():
        return None
    ring = read_key_ring(signing_key)
    write_key_ring(folder / RING_FILE, ring)
    return ring


def ring_to_check_with(signing_key: Path, folder: Path) -> KeyRing | None:
    """The ring in place, else that of a backup; refuses one older than the backup's."""
    file = folder / RING_FILE
    kept = read_key_ring(file) if file.exists() else None
    if not signing_key.exists():
        return kept
    ring = read_key_ring(signing_key)
    if kept is not None and not ring.continues(kept):
        raise BackupError(
            "another-signing-key",
            f"`{signing_key}` is of another ledger, or an older copy of this one's;"
            f" move it away first",
        )
    return ring


def leave_ring(signing_key: Path, ring: KeyRing | None) -> None:
    """Put a ring where a signing key belongs and none is: enough to verify with."""
    if ring is not None and not signing_key.exists():
        write_key_ring(signing_key, ring)


def can_sign(signing_key: Path) -> bool:
    """Whether the file has the key, and not its ring alone."""
    try:
        with held_keys(signing_key):
            return True
    except StoreError:
        return False


async def require_signed(database: str, ring: KeyRing) -> int:
    """How many events are as they were signed; BackupError where some are not."""
    async with lying_open(database) as lying:
        report = await audit_ledger(lying.pages, lying.proofs, ring)
        last = await lying.proofs.checkpoint()
    if report.findings:
        raise BackupError("not-as-signed", report.findings[0].says)
    return 0 if last is None else last.size
