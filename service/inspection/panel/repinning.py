"""Holding an inspection to another revision of its framework, impact seen first."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dsl.what_if.impact import Changed, Comparison
from dsl.what_if.on_record import counted
from events.inspection import FrameworkRepinned
from events.recorded import NewEvent
from projections import Edition, RatingBook, Shelf, on_record
from service.inspection import about
from service.inspection.panel.commands import RepinFramework
from service.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class RepinImpact:
    """What another revision would make of an inspection as it stands."""

    revision: int
    framework_hash: str
    changed: tuple[Changed, ...]
    not_admitted: tuple[str, ...]  # standards whose decision would fall
    unknown: tuple[str, ...]  # what is on record and the revision does not know
    impact_hash: str


def impact_of(revision: int, book: RatingBook, shelf: Shelf) -> RepinImpact:
    """Raises Refused where there is no such revision to move to."""
    edition = _edition(revision, book, shelf)
    old, new = book.framework, edition.framework
    record = on_record(book)
    before, after = counted(old, record), counted(new, record)
    impact = Comparison(old, new).impact(before.evidence, after.evidence)
    told = (new.hash, impact.changed, impact.not_admitted, after.unknown)
    text = msgspec.json.encode(told, order="sorted")
    return RepinImpact(
        revision=revision,
        framework_hash=new.hash,
        changed=impact.changed,
        not_admitted=impact.not_admitted,
        unknown=after.unknown,
        impact_hash=f"sha256:{hashlib.sha256(text).hexdigest()}",
    )


def repin(
    command: RepinFramework, book: RatingBook, shelf: Shelf
) -> Sequence[NewEvent]:
    """Move on, if what it changes is what the asker was shown."""
    impact = impact_of(command.revision, book, shelf)
    if command.impact_hash != impact.impact_hash:
        raise Refused(
            "impact-moved",
            f"revision {command.revision} would not change what was shown; look at "
            f"its impact again and decide anew",
        )
    repinned = FrameworkRepinned(
        framework=book.edition.id,
        revision=command.revision,
        framework_hash=impact.framework_hash,
        reason=command.reason,
        impact_hash=impact.impact_hash,
    )
    return (NewEvent(repinned, about.framework()),)


def _edition(revision: int, book: RatingBook, shelf: Shelf) -> Edition:
    held = book.edition
    if revision == held.revision:
        raise Refused(
            "already-pinned", f"the inspection is held to revision {revision} already"
        )
    for edition in shelf.revisions(held.id):
        if edition.revision == revision and shelf.is_usable(edition):
            return edition
    raise Refused(
        "framework-not-in-force", f"`{held.id}` has no revision {revision} to be used"
    )
