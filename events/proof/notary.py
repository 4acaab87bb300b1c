"""The notary: folds new events into the tree and signs checkpoints of it.

It works behind the ledger's writers and never holds them up. What it folds it first
follows along the hash chain; what it signs it first holds against the last checkpoint
in the store and the last one each witness can show. Where the ledger does not extend
one of them it raises NotAnExtensionError and signs nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from events.chain import follow
from events.codec import microseconds
from events.proof.checkpoint import Checkpoint, NotAnExtensionError
from events.proof.key_ring import KeyRing
from events.proof.merkle import leaf_hash
from events.proof.note import Note, Signature
from events.proof.note_key import NoteError, SigningKey
from events.proof.store import KeptCheckpoint, ProofStore, TreeHead
from events.proof.tile import Edge, root_at
from events.proof.witness import Witness
from events.stored import StoredEvent, StoredRow, Tail

_PAGE = 1000


class StoredPages(Protocol):
    """What the notary needs of a ledger's storage."""

    async def tail(self) -> Tail: ...

    async def page(self, *, after: int, limit: int) -> Sequence[StoredRow]: ...


async def read_page(
    ledger: StoredPages, *, after: int, limit: int
) -> Sequence[StoredEvent]:
    """The next events with their fields named."""
    rows = await ledger.page(after=after, limit=limit)
    return tuple(map(StoredEvent._make, rows))


class NotaryKeys(Struct, frozen=True):
    """The keys to sign with, two of them at a hand-over, and all that ever signed."""

    signers: tuple[SigningKey, ...]
    ring: KeyRing

    @property
    def origin(self) -> str:
        """The ledger's name, which is that of its keys."""
        return self.signers[0].verifier.name


class Notary:
    """Keeps one ledger's tree and checkpoints; call it from one task at a time."""

    def __init__(
        self,
        ledger: StoredPages,
        store: ProofStore,
        keys: NotaryKeys,
        *,
        clock: Callable[[], datetime],
        witnesses: Sequence[Witness] = (),
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._keys = keys
        self._clock = clock
        self._witnesses = witnesses

    async def check(self) -> None:
        """Hold the ledger against all that was promised, without folding.

        Work does not follow the events: call it before the ledger takes a write.
        """
        head = await self._store.head()
        edge = Edge.of(head.size, await self._store.tiles(Edge.names(head.size)))
        await self._require_last(head, edge)
        size = (await self._ledger.tail()).position
        last = await self._store.checkpoint()
        kept = None if last is None else Note.parse(last.note)
        for note in (kept, *[await witness.last() for witness in self._witnesses]):
            if note is None:
                continue
            promised = self._keys.ring.attest(note).checkpoint
            if promised.size > size:
                raise NotAnExtensionError(promised, size=size, root=None)
            if promised.size <= head.size:  # else folding will tell
                await self._require_extended(note, head)

    async def fold(self) -> TreeHead:
        """Take every event on disk into the tree; work follows the new events only."""
        while True:
            head = await self._store.head()
            known = Edge.names(head.size)
            edge = Edge.of(head.size, await self._store.tiles(known))
            await self._require_last(head, edge)
            while rows := await read_page(self._ledger, after=head.size, limit=_PAGE):
                end = follow(head.hash, rows, after=head.size)
                edge, changed = edge.grow([leaf_hash(row.hash) for row in rows])
                grown = TreeHead(edge.size, end)
                if not await self._store.grow(head, grown, changed):
                    break  # another notary was faster: go on from its tree
                head = grown
            else:
                return head

    async def sign(self) -> Note | None:
        """Fold, then sign and keep a checkpoint unless there is one of this size.

        None for an empty ledger. Call it on a schedule and before every publication.
        """
        last = await self._store.checkpoint()
        seen = [await witness.last() for witness in self._witnesses]
        head = await self.fold()  # after them: a rival may have signed meanwhile
        if last is not None:
            await self._require_extended(Note.parse(last.note), head)
        for shown in seen:
            if shown is not None:
                await self._require_extended(shown, head)
        if head.size == 0:
            return None
        last = await self._store.checkpoint(until=head.size)
        if last is None or last.size < head.size:
            last = await self._sign(head)
        note = Note.parse(last.note)
        cosignatures: list[Signature] = []
        for witness, shown in zip(self._witnesses, seen, strict=True):
            if shown is None or Checkpoint.parse(shown.text).size < last.size:
                cosignatures += await witness.keep(note)
        if cosignatures:
            return await self.cosigned(
                note._replace(signatures=(*note.signatures, *cosignatures))
            )
        return note

    async def cosigned(self, note: Note) -> Note:
        """Add the cosignatures under this note to the checkpoint that is kept.

        Those that hold by a key of the ring are added; a false one spoils the note.
        """
        attested = self._keys.ring.attest(note)
        size = attested.checkpoint.size
        kept = await self._store.checkpoint(until=size)
        if kept is None or (kept.size, kept.root) != attested.checkpoint[1:]:
            raise NoteError(f"no checkpoint of {size} events with this root is kept")
        mine = Note.parse(kept.note)
        known = {(key.name, key.id) for key, _ in attested.witnesses}
        there = {(old.name, old.id) for old in mine.signatures}
        new = [
            line
            for line in dict.fromkeys(note.signatures)
            if (line.name, line.id) in known - there
        ]
        merged = mine._replace(signatures=(*mine.signatures, *new))
        await self._store.keep(kept._replace(note=str(merged)))
        return merged

    async def _sign(self, head: TreeHead) -> KeptCheckpoint:
        root = await root_at(head.size, self._store)
        checkpoint = Checkpoint(self._keys.origin, head.size, root)
        kept = KeptCheckpoint(
            head.size,
            root,
            head.hash,
            microseconds(self._clock()),
            str(checkpoint.sign(*self._keys.signers)),
        )
        if not await self._store.keep(kept):
            raise NotAnExtensionError(checkpoint, size=head.size, root=None)
        return kept

    async def _require_last(self, head: TreeHead, edge: Edge) -> None:
        """The last event in the tree is still in the ledger, and is the same."""
        if head.size == 0:
            return
        rows = await read_page(self._ledger, after=head.size - 1, limit=1)
        if not rows or rows[0].hash != head.hash:
            promised = Checkpoint(self._keys.origin, head.size, edge.root())
            size = (await self._ledger.tail()).position
            raise NotAnExtensionError(promised, size=size, root=None)

    async def _require_extended(self, note: Note, head: TreeHead) -> None:
        promised = self._keys.ring.attest(note).checkpoint
        if promised.size > head.size:
            raise NotAnExtensionError(promised, size=head.size, root=None)
        root = await root_at(promised.size, self._store)
        if root != promised.root:
            raise NotAnExtensionError(promised, size=head.size, root=root)
