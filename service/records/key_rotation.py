"""Handing over from one signing key to the next, losing one, and trusting a witness."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from events.proof.checkpoint import Checkpoint, NotAnExtensionError
from events.proof.key_ring import RingKey
from events.proof.notary import Notary, NotaryKeys
from events.proof.note import Note
from events.proof.note_key import NoteError, SignatureType, SigningKey, VerifierKey
from events.proof.signing_keys import (
    SEED_SIZE,
    NoSigningKey,
    held_keys,
    read_key_ring,
    replace_keys,
)
from events.proof.store import ProofStore
from events.store import StoreError
from service.records.records import Records


async def rotate_key(
    records: Records, path: Path, *, now: Callable[[], datetime]
) -> int:
    """Sign a checkpoint with the old key and a new one; gives its size.

    Whatever happens on the way, the file holds either the old keys or the new.
    """
    with ExitStack() as held:
        keys = await asyncio.to_thread(held.enter_context, held_keys(path, alone=True))
        (old,) = keys.signers
        notary = Notary(records.pages, records.proofs, keys, clock=now)
        try:
            note = await notary.sign()
        except (NotAnExtensionError, NoteError) as error:
            raise StoreError(f"ALARM: {error}") from error
        size = 0 if note is None else Checkpoint.parse(note.text).size
        new = SigningKey(keys.origin, token_bytes(SEED_SIZE))
        if note is not None:
            await _keep(records.proofs, size, note.add(new))
        ring = keys.ring.rotate(old.verifier, new.verifier, at=size)
        replace_keys(path, NotaryKeys((new,), ring))
    return size


async def replace_lost_key(records: Records, path: Path) -> int:
    """Begin a new key where only the ring is left; gives the size it begins at.

    Nobody can sign the hand-over: whoever verifies must hear of the new key elsewhere.
    """
    ring = await asyncio.to_thread(read_key_ring, path)
    try:
        with held_keys(path):
            raise StoreError(
                f"`{path}` has a signing key; hand over with `adjudge keys rotate`"
            )
    except NoSigningKey:
        pass
    last = await records.proofs.checkpoint()
    size = 0 if last is None else last.size
    try:
        new = SigningKey(ring.origin, token_bytes(SEED_SIZE))
        if last is not None:
            ring.attest(Note.parse(last.note))
    except NoteError as error:
        raise StoreError(f"`{path}` is not of this ledger: {error}") from error
    ring = ring.replace_lost(new.verifier, after=size)
    replace_keys(path, NotaryKeys((new,), ring))
    return size


def trust_witness(path: Path, text: str) -> None:
    """Add a witness's key to the ring; raises NoteError where it is none."""
    key = VerifierKey.parse(text)
    if key.type is not SignatureType.COSIGNATURE:
        raise NoteError(f"the key of `{key.name}` is not a witness's")
    with held_keys(path, alone=True) as keys:
        if any(known.key == key for known in keys.ring.keys):
            return
        ring = keys.ring._replace(keys=(*keys.ring.keys, RingKey(key, 0, None)))
        replace_keys(path, NotaryKeys(keys.signers, ring))


async def _keep(proofs: ProofStore, size: int, note: Note) -> None:
    kept = await proofs.checkpoint(until=size)
    if kept is not None:
        await proofs.keep(kept._replace(note=str(note)))
