"""Gathering what an audit pack takes from a live ledger and its tree.

A pack reaches to the newest checkpoint: sign one first. What the checkpoints say is not
checked here; that is for whoever reads the pack.

Checkpoints are many, and one that is extended proves no more than the one extending it.
So a pack has the newest, those asked for by their sizes, and back from the newest the
last before every doubling of the distance: some twenty of a million.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import IO, NamedTuple, Protocol

from events.chain import START
from events.pack.form import LEDGER, Claim, ConsistencyProof, EventProof, Pack
from events.pack.write import write_pack
from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import KeyRing
from events.proof.notary import StoredPages, read_page
from events.proof.note import Note
from events.proof.store import ProofStore
from events.proof.tile import WIDTH, TileName, prove_consistency, prove_inclusion
from events.stored import StoredEvent, StoredRow

_PAGE = 1000


class StoredStreams(StoredPages, Protocol):
    """What an export needs of a ledger's storage."""

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredRow]: ...


class Archive(NamedTuple):
    """Where the proofs come from, and whose they are."""

    ledger: StoredStreams
    store: ProofStore
    ring: KeyRing
    sizes: frozenset[int] = frozenset()  # of checkpoints that must be in it


async def export_ledger(
    archive: Archive, to: IO[bytes], claims: tuple[Claim, ...] = ()
) -> int:
    """Write a pack of everything up to the newest checkpoint, and give its size."""
    loop = asyncio.get_running_loop()
    notes = await _notes(archive)
    newest = Checkpoint.parse(notes[-1].text)
    names = [TileName(0, n) for n in range(-(-newest.size // WIDTH))]
    tiles = await archive.store.tiles(names)
    cut = {
        name: tile[: (newest.size - name.number * WIDTH) * 32]
        for name, tile in tiles.items()
    }

    def events() -> Iterator[StoredEvent]:
        after = 0
        while after < newest.size:
            limit = min(_PAGE, newest.size - after)
            page = read_page(archive.ledger, after=after, limit=limit)
            rows = asyncio.run_coroutine_threadsafe(page, loop).result()
            if not rows:
                return
            yield from rows
            after = rows[-1].position

    pack = Pack(
        origin=newest.origin,
        scope=LEDGER,
        keys=archive.ring,
        checkpoints=notes,
        events=events(),
        consistency=await _consistency(notes, archive.store),
        tiles=cut,
        claims=claims,
    )
    await asyncio.to_thread(write_pack, pack, to)
    return newest.size


async def export_streams(
    archive: Archive,
    scope: str,
    rules: Sequence[str],
    to: IO[bytes],
    claims: tuple[Claim, ...] = (),
) -> None:
    """Write a pack of one inspection and of the framework streams it is rated by."""
    notes = await _notes(archive)
    newest = Checkpoint.parse(notes[-1].text)
    events: list[StoredEvent] = []
    for name in dict.fromkeys((scope, *rules)):
        rows = await archive.ledger.stream(name, after=0, until=newest.size)
        events += map(StoredEvent._make, rows)
    events.sort()
    pack = Pack(
        origin=newest.origin,
        scope=scope,
        keys=archive.ring,
        checkpoints=notes,
        events=events,
        consistency=await _consistency(notes, archive.store),
        proofs=tuple([await _prove(archive, event, newest.size) for event in events]),
        claims=claims,
    )
    await asyncio.to_thread(write_pack, pack, to)


class NothingSignedError(LookupError):
    """There is no such checkpoint to prove anything by; one sentence."""


async def _notes(archive: Archive) -> tuple[Note, ...]:
    newest = await archive.store.checkpoint()
    if newest is None:
        raise NothingSignedError("there is no checkpoint to prove anything by")
    chosen = {newest.size: newest}
    distance = 1
    while distance < newest.size:
        kept = await archive.store.checkpoint(until=newest.size - distance)
        if kept is None:
            break
        chosen[kept.size] = kept
        while distance <= newest.size - kept.size:
            distance *= 2
    for size in archive.sizes - chosen.keys():
        kept = await archive.store.checkpoint(until=size)
        if kept is None or kept.size != size:
            raise NothingSignedError(f"no checkpoint of {size} events is kept")
        chosen[size] = kept
    return tuple(Note.parse(chosen[size].note) for size in sorted(chosen))


async def _consistency(
    notes: Sequence[Note], store: ProofStore
) -> tuple[ConsistencyProof, ...]:
    sizes = [Checkpoint.parse(note.text).size for note in notes]
    return tuple(
        [
            ConsistencyProof(old, size, await prove_consistency(old, size, store))
            for old, size in pairwise(sizes)
        ]
    )


async def _prove(archive: Archive, event: StoredEvent, size: int) -> EventProof:
    position, previous = event.position, START
    if position > 1:
        (before,) = await read_page(archive.ledger, after=position - 2, limit=1)
        previous = before.hash
    proof = await prove_inclusion(position - 1, size, archive.store)
    return EventProof(position, previous, proof)
