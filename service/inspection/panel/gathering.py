"""Evidence for judged standards, findings of each part, and recommendations."""

from collections.abc import Sequence

from dsl import OVERALL
from events.inspection import EvidenceReceived, FindingRecorded, RecommendationMade
from events.panel import RecommendationWithdrawn
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.inspection.panel.commands import (
    MakeRecommendation,
    ReceiveEvidence,
    RecordFinding,
    WithdrawRecommendation,
)
from service.inspection.record import changeable, known, removable
from service.refusal import Refused

MEDIA = ("document", "meeting", "interview", "survey")


def receive_evidence(
    command: ReceiveEvidence, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """Evidence bears on standards that the framework has; a known id is amended."""
    known("medium", command.medium, MEDIA)
    for standard in command.standards:
        known("standard", standard, book.framework.standards)
    thing = about.evidence(command.evidence)
    changeable(book, thing, seen=seen)
    received = EvidenceReceived(
        evidence=command.evidence,
        medium=command.medium,
        standards=command.standards,
        summary=command.summary,
    )
    return (NewEvent(received, thing),)


def record_finding(
    command: RecordFinding, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """A part is whatever the report has a section for."""
    framework = book.framework
    parts = (
        *framework.domains,
        *framework.standards,
        *framework.questions,
        OVERALL,
    )
    known("part", command.part, parts)
    thing = about.finding(command.part)
    replaces = changeable(book, thing, seen=seen)
    recorded = FindingRecorded(part=command.part, text=command.text, replaces=replaces)
    return (NewEvent(recorded, thing),)


def recommend(
    command: MakeRecommendation, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """A new one gets the next number, whoever its owner is; a number is never reused.

    To change one takes having seen the list as it is: numbers and owners hang together.
    """
    panel, number = book.proceedings, command.number
    if number is None:
        made = RecommendationMade(
            number=panel.last_number + 1, owner=command.owner, text=command.text
        )
        return (NewEvent(made, about.recommendations()),)
    replaces = _recommendation(book, number, seen=seen)
    changed = RecommendationMade(
        number=number, owner=command.owner, text=command.text, replaces=replaces
    )
    return (NewEvent(changed, about.recommendations()),)


def withdraw_recommendation(
    command: WithdrawRecommendation, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    """Its number stays empty, so that nobody takes another for it."""
    version = _recommendation(book, command.number, seen=seen)
    withdrawn = RecommendationWithdrawn(number=command.number, replaces=version)
    return (NewEvent(withdrawn, about.recommendations()),)


def _recommendation(book: RatingBook, number: int, *, seen: bool) -> int:
    """The version of one that is on record, for those who have seen the list."""
    filed = book.proceedings.recommendations.get(number)
    if filed is None:
        raise Refused("not-found", f"there is no recommendation {number}")
    removable(book, about.recommendations(), seen=seen)
    return filed.version


def cited(book: RatingBook, evidence: Sequence[str]) -> None:
    """Raise Refused unless every id is of evidence on record."""
    for id_ in evidence:
        known("evidence", id_, book.proceedings.evidence)
