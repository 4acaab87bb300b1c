"""What people judge and decide: standards, departures from guidance, discretion."""

from collections.abc import Sequence
from dataclasses import replace

from dsl import OVERALL, Decision, Framework, NotAllowed, Outcome, evaluate, is_judged
from events.inspection import (
    DiscretionDecided,
    GuidanceDeparted,
    JudgementProposed,
    JudgementWithdrawn,
)
from events.recorded import NewEvent
from projections import RatingBook, figures_hash, figures_of
from service.inspection import about
from service.inspection.commands import (
    DecideDiscretion,
    DepartFromGuidance,
    ProposeJudgement,
    WithdrawJudgement,
)
from service.inspection.record import changeable, known, removable
from service.refusal import Refused


def propose_judgement(
    command: ProposeJudgement, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """The lead's proposal rates the standard, provisionally until the panel agrees."""
    framework = book.framework
    _known_above_questions(command.standard, framework)
    if not is_judged(framework.rates[command.standard].method):
        raise Refused(
            "not-judged",
            f"`{command.standard}` is rated by what is below it, not by judgement",
        )
    known("rating", command.rating, [rating.name for rating in framework.ratings])
    thing = about.judgement(command.standard)
    replaces = changeable(book, thing, seen=seen)
    entry = book.entry(thing)
    if entry is not None and entry.value == command.rating and not command.rationale:
        return ()
    proposed = JudgementProposed(
        standard=command.standard,
        rating=command.rating,
        replaces=replaces,
        rationale=command.rationale,
    )
    return (NewEvent(proposed, thing),)


def withdraw_judgement(
    command: WithdrawJudgement, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """The standard is unrated again."""
    thing = about.judgement(command.standard)
    version = removable(book, thing, seen=seen)
    withdrawn = JudgementWithdrawn(
        standard=command.standard, replaces=version, reason=command.reason
    )
    return (NewEvent(withdrawn, thing),)


def _known_above_questions(part: str, framework: Framework) -> None:
    """A standard, or overall where the framework rates it."""
    overall = [OVERALL] if OVERALL in framework.rates else []
    known("standard", part, [*framework.standards, *overall])


def depart_from_guidance(
    command: DepartFromGuidance, book: RatingBook
) -> Sequence[NewEvent]:
    """Give the reason for a rating that is not the one guidance expects."""
    _known_above_questions(command.standard, book.framework)
    assessment = book.ratings.assessment()
    guidance = assessment.guidance.get(command.standard)
    if guidance is None:
        raise Refused(
            "no-guidance", f"the framework has no guidance for `{command.standard}`"
        )
    outcome = assessment.standards.get(command.standard, assessment.overall)
    given = None if outcome is None else outcome.rating
    if guidance.expects is None or given is None or not guidance.departed:
        raise Refused(
            "no-departure",
            f"`{command.standard}` does not depart from guidance: {guidance.reason}",
        )
    thing = about.departure(command.standard)
    entry = book.entry(thing)
    departed = GuidanceDeparted(
        standard=command.standard,
        expected=guidance.expects,
        given=given,
        replaces=None if entry is None else entry.version,
        reason=command.reason,
    )
    return (NewEvent(departed, thing),)


def decide_discretion(
    command: DecideDiscretion, book: RatingBook
) -> Sequence[NewEvent]:
    """Move a standard, or let it stand, on the figures of this moment."""
    known("standard", command.standard, book.framework.standards)
    for case in command.cases_reviewed:
        if case not in book.samples:
            raise Refused("not-found", f"there is no case `{case}` in this inspection")
    outcome = book.ratings.assessment().standards[command.standard]
    figures = figures_of(book, command.standard)
    hash_ = figures_hash(book.framework.hash, figures)
    if outcome.discretion is not None and command.figures_hash != hash_:
        raise Refused(
            "figures-moved",
            f"the figures of `{command.standard}` are not those that were decided on; "
            f"read them again and decide anew",
        )
    before = _open(outcome)
    after = command.rating if command.outcome == "applied" else before
    if after is None:
        raise Refused("unknown-rating", "say which rating the standard moves to")
    _permit(book, command.standard, Decision(command.outcome == "applied", after))
    decided = DiscretionDecided(
        standard=command.standard,
        outcome=command.outcome,
        before=before,
        after=after,
        grounds=tuple(outcome.discretion.grounds) if outcome.discretion else (),
        figures=figures,
        figures_hash=hash_,
        cases_reviewed=command.cases_reviewed,
        deciders=command.deciders,
        reason=command.reason,
    )
    return (NewEvent(decided, about.discretion(command.standard)),)


def _open(outcome: Outcome) -> str:
    """The computed rating of a standard that the panel may decide on now."""
    if outcome.discretion is None or not outcome.discretion.open:
        raise Refused(
            "not-eligible-for-discretion",
            f"`{outcome.part}` is not open to discretion: {outcome.reason}",
        )
    if outcome.provisional or outcome.computed is None:
        raise Refused(
            "incomplete-inspection",
            f"`{outcome.part}` still has answers missing; decide when it is complete",
        )
    return outcome.computed


def _permit(book: RatingBook, standard: str, decision: Decision) -> None:
    evidence = book.ratings.evidence()
    decisions = {**evidence.decisions, standard: decision}
    try:
        evaluate(book.framework, replace(evidence, decisions=decisions))
    except NotAllowed as no:
        raise Refused(no.code, no.reason) from no
