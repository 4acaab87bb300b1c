"""An audit pack of one inspection or of everything, with the ratings as they stand."""

from dataclasses import dataclass
from typing import IO

from events.framework import CATEGORY as RULES
from events.inspection import CATEGORY
from events.pack.export import (
    Archive,
    NothingSignedError,
    StoredStreams,
    export_ledger,
    export_streams,
)
from events.pack.form import Claim
from events.proof.checkpoint import Checkpoint
from events.proof.note import Note
from events.proof.store import ProofStore
from events.recorded import StreamName
from events.store import EventStore
from projections.ratings_check import claim_of
from service.desk import Desk
from service.proof.checkpointing import Checkpointing
from service.refusal import Refused


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a pack's contents come from."""

    store: EventStore
    desk: Desk
    pages: StoredStreams
    proofs: ProofStore
    checkpoints: Checkpointing


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a pack: one inspection or all, and checkpoints by size."""

    inspection: str | None = None
    sizes: frozenset[int] = frozenset()


async def export_pack(sources: Sources, wanted: Wanted, to: IO[bytes]) -> int:
    """Sign what there is, and write the pack up to there; gives that position.

    While there is an alarm nothing is signed, and the pack reaches as far as was signed
    before. Raises Refused `not-found` and `nothing-signed`, and StoreError.
    """
    size = await _signed(sources)
    archive = Archive(
        sources.pages, sources.proofs, await sources.checkpoints.ring(), wanted.sizes
    )
    try:
        if wanted.inspection is None:
            names = await sources.store.streams(CATEGORY)
            claims = [
                (await _claim(sources, name, size))[0]
                for name in names
                if await sources.store.read(name, until=size)
            ]
            await export_ledger(archive, to, tuple(claims))
        else:
            name = StreamName(CATEGORY, wanted.inspection)
            claim, rules = await _claim(sources, name, size)
            await export_streams(archive, str(name), [rules], to, (claim,))
    except NothingSignedError as error:
        raise Refused("nothing-signed", str(error)) from error
    return size


async def _signed(sources: Sources) -> int:
    if sources.checkpoints.alarm is None:
        note = await sources.checkpoints.sign()
    else:
        last = await sources.proofs.checkpoint()
        note = None if last is None else Note.parse(last.note)
    if note is None:
        raise Refused("nothing-signed", "nothing was signed of this ledger yet")
    return Checkpoint.parse(note.text).size


async def _claim(sources: Sources, name: StreamName, until: int) -> tuple[Claim, str]:
    """The ratings at a position, and the stream of the rules that gave them."""
    return await sources.desk.read(
        name.id,
        lambda book: (
            claim_of(str(name), book),
            str(StreamName(RULES, book.edition.id)),
        ),
        as_of=until,
    )
