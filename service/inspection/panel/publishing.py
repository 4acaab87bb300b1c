"""Publication: one person proposes, another approves, and what is out stays as it was.

Both name the hash of what they have seen, so that nothing else is published (F4, F8).
An erratum opens a published inspection again; its end is the next publication.
"""

from collections.abc import Sequence

from events.inspection import ReportPublished
from events.panel import ErratumOpened, PublicationProposed
from events.recorded import NewEvent
from projections import RatingBook, Snapshot, snapshot
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.panel.agreeing import require_agreed
from service.inspection.panel.commands import (
    ApprovePublication,
    OpenErratum,
    ProposePublication,
)
from service.inspection.panel.drafting import require_settled
from service.inspection.panel.finality import content_hash
from service.inspection.panel.lapse import has_lapsed, refuse_lapsed
from service.refusal import Refused


def propose_publication(
    command: ProposePublication, book: RatingBook
) -> Sequence[NewEvent]:
    """The report as it reads now, under the number it would have."""
    seen = snapshot(book)
    hash_ = _publishable(book, seen, command.content_hash)
    number = book.proceedings.next_number
    if number > 1 and command.erratum is None:
        raise Refused(
            "erratum-unexplained",
            f"publication {number} puts right an earlier one; say what",
            pointer="/erratum",
        )
    proposed = PublicationProposed(
        number=number,
        figures_hash=seen.figures_hash,
        content_hash=hash_,
        erratum=command.erratum if number > 1 else None,
    )
    return (NewEvent(proposed, about.publications()),)


def approve_publication(
    command: ApprovePublication, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Publish it, with a snapshot of everything it says of ratings and figures."""
    panel = book.proceedings
    proposed = panel.publication
    if proposed is None or proposed.fact.number != command.number:
        raise Refused(
            "nothing-proposed",
            f"nobody proposed publication {command.number}; the lead inspector can",
            roles=("lead-inspector",),
        )
    if has_lapsed(proposed.at, asker):
        refuse_lapsed(f"the proposal of publication {command.number}")
    seen = snapshot(book)
    hash_ = _publishable(book, seen, command.content_hash)
    if proposed.fact.content_hash != hash_:
        raise Refused(
            "content-moved",
            "the report reads otherwise than when it was proposed; it must be "
            "proposed anew",
            roles=("lead-inspector",),
        )
    if command.signed < book.position:
        raise Refused(
            "content-moved",
            "something was recorded while the checkpoint was signed; approve it again",
        )
    published = ReportPublished(
        number=command.number,
        ratings=seen.ratings,
        score=seen.score,
        maximum=seen.maximum,
        overall=seen.overall,
        figures_hash=seen.figures_hash,
        framework_hash=book.framework.hash,
        as_of=book.position,
        erratum=proposed.fact.erratum,
        computed=seen.computed,
        questions=seen.questions,
        prompts=seen.prompts,
        findings={part: filed.version for part, filed in panel.findings.items()},
        recommendations=tuple(
            filed.version for _, filed in sorted(panel.recommendations.items())
        ),
        content_hash=hash_,
        proposed_by=proposed.by,
        checkpoint=command.signed,
    )
    return (NewEvent(published, about.publications()),)


def open_erratum(command: OpenErratum, book: RatingBook) -> Sequence[NewEvent]:
    """From here on it can be corrected, agreed and published again."""
    if not book.proceedings.is_published:
        raise Refused(
            "not-published",
            "only what is published can have an erratum, and one at a time",
        )
    return (NewEvent(ErratumOpened(reason=command.reason), about.publications()),)


def _publishable(book: RatingBook, seen: Snapshot, told: str) -> str:
    """The hash of the report, if it is what the asker has seen and may be published."""
    require_agreed(book, seen)
    require_settled(book)
    hash_ = content_hash(book, seen)
    if told != hash_:
        raise Refused(
            "content-moved",
            "the report reads otherwise than what was seen; read it again",
        )
    return hash_
