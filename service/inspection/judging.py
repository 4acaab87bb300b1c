"""What people judge: standards, and departures from guidance."""

from collections.abc import Sequence

from dsl import OVERALL, Framework, is_judged
from events.inspection import (
    GuidanceDeparted,
    JudgementProposed,
    JudgementWithdrawn,
)
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.commands import (
    DepartFromGuidance,
    ProposeJudgement,
    WithdrawJudgement,
)
from service.inspection.panel.gathering import cited
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
    cited(book, command.evidence)
    thing = about.judgement(command.standard)
    replaces = changeable(book, thing, seen=seen)
    entry = book.entry(thing)
    says_more = command.rationale or command.evidence
    if entry is not None and entry.value == command.rating and not says_more:
        return ()
    proposed = JudgementProposed(
        standard=command.standard,
        rating=command.rating,
        replaces=replaces,
        evidence=command.evidence,
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
