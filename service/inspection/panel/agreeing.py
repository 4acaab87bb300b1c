"""The panel makes the ratings final, on the figures that are on the table."""

from collections.abc import Sequence

from dsl import Assessment
from events.inspection import RatingsAgreed
from events.panel import RatingsEndorsed
from events.recorded import NewEvent
from projections import RatingBook, Snapshot, snapshot
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.panel.commands import EndorseRatings
from service.inspection.panel.finality import gaps, is_agreed, lapsed, unexplained
from service.inspection.panel.lapse import has_lapsed
from service.refusal import Refused


def endorse(
    command: EndorseRatings, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """One more of the panel agrees; the one that makes it a quorum makes them agreed.

    An endorsement is of exactly these figures, and holds for a while only.
    """
    assessment = book.ratings.assessment()
    seen = snapshot(book, assessment)
    require_same(command.figures_hash, seen)
    _require_final(book, assessment)
    if is_agreed(book, seen):
        raise Refused(
            "already-agreed", "a panel agreed these ratings on these figures already"
        )
    endorsers = _standing(book, seen, asker)
    if asker.person in endorsers:
        return ()
    endorsed = RatingsEndorsed(figures_hash=seen.figures_hash)
    agreed_by = tuple(sorted({*endorsers, asker.person}))
    if len(agreed_by) < asker.choices.quorum:
        return (NewEvent(endorsed, about.agreement()),)
    agreed = RatingsAgreed(
        ratings=seen.ratings,
        score=seen.score,
        maximum=seen.maximum,
        overall=seen.overall,
        figures_hash=seen.figures_hash,
        agreed_by=agreed_by,
    )
    return (
        NewEvent(endorsed, about.agreement()),
        NewEvent(agreed, about.agreement()),
    )


def require_same(figures_hash: str, seen: Snapshot) -> None:
    """Raise Refused unless these are the figures that the asker has seen."""
    if figures_hash != seen.figures_hash:
        raise Refused(
            "figures-moved",
            "ratings or figures are not those that were seen; read them again and "
            "decide anew",
        )


def require_agreed(book: RatingBook, seen: Snapshot) -> None:
    """Raise Refused unless a panel agreed the ratings exactly as they are."""
    if not is_agreed(book, seen):
        raise Refused(
            "not-agreed",
            "a panel has not agreed the ratings as they are now; a quorum of it must "
            "endorse them",
            roles=("panel-member",),
        )


def _standing(book: RatingBook, seen: Snapshot, asker: Asker) -> frozenset[str]:
    """Who endorsed these figures, not too long ago."""
    return frozenset(
        person
        for person, filed in book.proceedings.endorsed.items()
        if filed.fact.figures_hash == seen.figures_hash
        and not has_lapsed(filed.at, asker)
    )


def _require_final(book: RatingBook, assessment: Assessment) -> None:
    """Nothing may be open that would change a rating, or its reason."""
    if book.casework.checking.submitted is None:
        raise Refused(
            "fieldwork-open",
            "the fieldwork is not submitted, so its answers can still change; its lead "
            "inspector submits it",
            roles=("lead-inspector",),
        )
    if missing := gaps(assessment):
        raise Refused(
            "incomplete-inspection",
            f"{_listed(missing)} still lack answers or a judgement",
            gaps=missing,
        )
    if parts := lapsed(assessment):
        raise Refused(
            "decision-lapsed",
            f"the panel decided on {_listed(parts)} on figures that have moved; it "
            f"must decide anew",
            gaps=parts,
        )
    if parts := unexplained(book, assessment):
        raise Refused(
            "departure-unexplained",
            f"{_listed(parts)} depart from guidance without a reason that still fits",
            gaps=parts,
        )


def _listed(parts: Sequence[str]) -> str:
    shown = ", ".join(f"`{part}`" for part in parts[:_AS_MANY])
    return (
        shown if len(parts) <= _AS_MANY else f"{shown} and {len(parts) - _AS_MANY} more"
    )


_AS_MANY = 5  # that a sentence names
