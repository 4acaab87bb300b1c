"""What is before the panel and what a report would say: figures, and their hashes.

A hash names exactly what somebody has seen, so that nothing else is agreed or
published than what was looked at. Words count by the version on record: sealed text is
not read here, and a version never changes what it says.
"""

import hashlib
from dataclasses import dataclass

import msgspec

from dsl import Assessment, DiscretionState, Outcome
from projections import RatingBook
from service.inspection.departure import stands

Counts = dict[str, tuple[int, int]]
"""Question or prompt → yes, relevant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The ratings of one moment with the figures they rest on."""

    ratings: dict[str, str]  # standards that are rated, after discretion
    computed: dict[str, str]  # the same before discretion
    score: int | None
    maximum: int | None
    overall: str | None
    questions: Counts
    prompts: Counts
    figures_hash: str


def snapshot(book: RatingBook, assessment: Assessment | None = None) -> Snapshot:
    """The ratings as they are; `assessment` where the caller has it already."""
    seen = book.ratings.assessment() if assessment is None else assessment
    standards, overall = seen.standards, seen.overall
    ratings = {part: it.rating for part, it in standards.items() if it.rating}
    computed = {part: it.computed for part, it in standards.items() if it.computed}
    questions = {
        part: (it.count.yes, it.count.relevant)
        for part, it in seen.questions.items()
        if it.count is not None
    }
    prompts = {part: (it.yes, it.relevant) for part, it in seen.prompts.items()}
    expected = {part: it.expects for part, it in seen.guidance.items()}
    score = None if overall is None else overall.score
    maximum = None if overall is None else overall.maximum
    final = None if overall is None else overall.rating
    return Snapshot(
        ratings=ratings,
        computed=computed,
        score=score,
        maximum=maximum,
        overall=final,
        questions=questions,
        prompts=prompts,
        figures_hash=_hash(
            book.framework.hash,
            (ratings, computed, score, maximum, final),
            (questions, prompts, expected),
        ),
    )


def content_hash(book: RatingBook, seen: Snapshot) -> str:
    """What names a whole report: figures, findings, recommendations, its number."""
    panel = book.proceedings
    findings = {part: filed.version for part, filed in panel.findings.items()}
    recommendations = {
        str(number): (filed.fact.owner, filed.version)
        for number, filed in panel.recommendations.items()
    }
    return _hash(panel.next_number, seen.figures_hash, findings, recommendations)


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


def _hash(*told: object) -> str:
    text = msgspec.json.encode(told, order="sorted")
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
