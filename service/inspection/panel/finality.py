"""Whether ratings are final: what a panel agreed, and what stands in its way.

A hash names exactly what somebody has seen, so that nothing else is agreed or
published than what was looked at. Words count by the version on record: sealed text is
not read here, and a version never changes what it says.
"""

from dsl import Assessment, DiscretionState, Outcome
from projections import RatingBook, Snapshot, hash_of
from service.inspection.departure import stands


def content_hash(book: RatingBook, seen: Snapshot) -> str:
    """What names a whole report: figures, findings, recommendations, its number."""
    panel = book.proceedings
    findings = {part: filed.version for part, filed in panel.findings.items()}
    recommendations = {
        str(number): (filed.fact.owner, filed.version)
        for number, filed in panel.recommendations.items()
    }
    return hash_of(panel.next_number, seen.figures_hash, findings, recommendations)


def is_agreed(book: RatingBook, seen: Snapshot) -> bool:
    """Whether a panel agreed exactly these ratings on exactly these figures."""
    agreed = book.proceedings.agreed
    return agreed is not None and agreed.fact.figures_hash == seen.figures_hash


def gaps(assessment: Assessment) -> tuple[str, ...]:
    """Every part that is provisional: an answer or a judgement is missing."""
    overall = () if assessment.overall is None else (assessment.overall,)
    outcomes: tuple[Outcome, ...] = (
        *assessment.questions.values(),
        *assessment.standards.values(),
        *overall,
    )
    return tuple(outcome.part for outcome in outcomes if outcome.provisional)


def unexplained(book: RatingBook, assessment: Assessment) -> tuple[str, ...]:
    """Standards that depart from guidance without a reason that still fits."""
    return tuple(
        part
        for part, guidance in assessment.guidance.items()
        if guidance.departed
        and not (
            part in book.departures
            and stands(book.departures[part], guidance, _given(assessment, part))
        )
    )


def _given(assessment: Assessment, part: str) -> str | None:
    outcome = assessment.standards.get(part, assessment.overall)
    return None if outcome is None else outcome.rating


def lapsed(assessment: Assessment) -> tuple[str, ...]:
    """Open standards that were decided on figures that have moved since."""
    return tuple(
        part
        for part, outcome in assessment.standards.items()
        if outcome.discretion is not None
        and outcome.discretion.open
        and outcome.discretion.state is DiscretionState.LAPSED
    )
