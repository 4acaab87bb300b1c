"""What a draft would change: every inspection of its family rated again under it."""

import asyncio
import hashlib
from dataclasses import dataclass

import msgspec

from dsl import Framework
from events.store import EventStore
from service.impact import Progress, Replayed, held_in, replayed


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesImpact:
    """All that would change, up to a position; the hash is of the text and of this."""

    framework_hash: str
    position: int
    inspections: int  # of its family
    changed: tuple[Replayed, ...]  # those in which something would
    impact_hash: str


def _quietly(_: int, __: int) -> None:
    """Nobody waits for the progress of this."""


async def impact_of_draft(
    store: EventStore, new: Framework, progress: Progress = _quietly
) -> RulesImpact:
    """Rate every inspection on record under both rules, aside: others have their turn.

    It counts each inspection twice, for it is read and then rated.
    """
    position, held = await held_in(
        store, lambda done, inspections: progress(done, 2 * inspections)
    )
    rated = []
    rating = replayed(
        new, held, lambda done, of: progress(len(held) + done, len(held) + of)
    )
    while (each := await asyncio.to_thread(next, rating, None)) is not None:
        if isinstance(each, Replayed):
            rated.append(each)
    changed = tuple(each for each in rated if each.changed or each.not_admitted)
    text = msgspec.json.encode((new.hash, changed), order="sorted")
    return RulesImpact(
        framework_hash=new.hash,
        position=position,
        inspections=len(rated),
        changed=changed,
        impact_hash=f"sha256:{hashlib.sha256(text).hexdigest()}",
    )
