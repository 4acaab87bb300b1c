"""How ratings, their figures and their changes are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from dsl import Assessment, Count, DiscretionOutcome, GuidanceOutcome, Outcome, Rule
from events.inspection import GuidanceDeparted
from projections import RatingBook, RatingChange, RatingEffect, snapshot
from service.inspection.departure import stands
from service.inspection.panel.finality import is_agreed

Effect = RatingEffect
ChangeView = RatingChange


@dataclass(frozen=True, slots=True)
class Rated:
    """An inspection's ratings with what people have said to them."""

    assessment: Assessment
    departures: Mapping[str, GuidanceDeparted]  # by standard, the last
    agreed: bool  # by a panel, exactly as they are


def rated(book: RatingBook) -> Rated:
    """The ratings of a book as they stand."""
    assessment = book.ratings.assessment()
    agreed = is_agreed(book, snapshot(book, assessment))
    return Rated(assessment, book.departures, agreed)


class CountView(Struct, frozen=True, kw_only=True):
    """Sufficient answers out of relevant cases; `missing` have no answer yet."""

    yes: int
    relevant: int
    missing: int
    percentage: int | None


class RuleView(Struct, frozen=True, kw_only=True):
    """The line of the rules that gave a result, and what it rests on."""

    file: str
    line: int
    says: str | None
    sources: tuple[str, ...]
    assumes: tuple[str, ...]


class DiscretionView(Struct, frozen=True, kw_only=True):
    """Where a standard stands with the panel; `open` is null while it is not known."""

    state: str
    open: bool | None
    grounds: tuple[str, ...]
    not_known: tuple[str, ...]


class GuidanceView(Struct, frozen=True, kw_only=True):
    """The rating that guidance expects, or why it is silent."""

    expects: str | None
    departed: bool
    departure: str | None  # its reason: "recorded", "missing" or "outdated"
    reason: str
    rule: RuleView


class RatingView(Struct, frozen=True, kw_only=True):
    """One part as it is rated: `computed` is before discretion, `rating` after.

    Until it is `agreed` by the panel, the rating of a judged standard is a proposal.
    """

    part: str
    agreed: bool
    kind: str  # "question", "standard" or "overall"
    title: str
    rating: str | None
    computed: str | None
    unrated: str | None  # why there is no rating
    provisional: bool
    reason: str
    count: CountView | None
    percentage: int | None
    score: int | None
    maximum: int | None
    decided_by: tuple[str, ...]
    discretion: DiscretionView | None
    guidance: GuidanceView | None
    rule: RuleView


def rating_view(kind: str, outcome: Outcome, seen: Rated) -> RatingView:
    """One part of an assessment; `kind` is question, standard or overall."""
    guidance = seen.assessment.guidance.get(outcome.part)
    departed = seen.departures.get(outcome.part)
    return RatingView(
        part=outcome.part,
        agreed=seen.agreed,
        kind=kind,
        title=outcome.title,
        rating=outcome.rating,
        computed=outcome.computed,
        unrated=outcome.unrated,
        provisional=outcome.provisional,
        reason=outcome.reason,
        count=None if outcome.count is None else count_view(outcome.count),
        percentage=outcome.percentage,
        score=outcome.score,
        maximum=outcome.maximum,
        decided_by=outcome.decided_by,
        discretion=_discretion_view(outcome.discretion),
        guidance=None
        if guidance is None
        else _guidance_view(guidance, outcome.rating, departed),
        rule=_rule_view(outcome.rule),
    )


def part_view(part: str, seen: Rated) -> RatingView | None:
    """One part by its id; None where the framework rates no such part."""
    assessment = seen.assessment
    if part in assessment.questions:
        return rating_view("question", assessment.questions[part], seen)
    if part in assessment.standards:
        return rating_view("standard", assessment.standards[part], seen)
    overall = assessment.overall
    if overall is not None and part == overall.part:
        return rating_view("overall", overall, seen)
    return None


def count_view(count: Count) -> CountView:
    """A count with its percentage."""
    return CountView(
        yes=count.yes,
        relevant=count.relevant,
        missing=count.missing,
        percentage=count.percentage,
    )


def _rule_view(rule: Rule) -> RuleView:
    return RuleView(
        file=rule.file,
        line=rule.line,
        says=rule.says,
        sources=tuple(
            source.document
            if source.place is None
            else f"{source.document}, {source.place}"
            for source in rule.sources
        ),
        assumes=rule.assumes,
    )


def _discretion_view(outcome: DiscretionOutcome | None) -> DiscretionView | None:
    if outcome is None:
        return None
    return DiscretionView(
        state=outcome.state,
        open=outcome.open,
        grounds=tuple(outcome.grounds),
        not_known=tuple(outcome.not_known),
    )


def _departure(
    departure: GuidanceDeparted | None, guidance: GuidanceOutcome, rating: str | None
) -> str | None:
    if departure is None:
        return "missing" if guidance.departed else None
    return "recorded" if stands(departure, guidance, rating) else "outdated"


def _guidance_view(
    outcome: GuidanceOutcome, rating: str | None, departure: GuidanceDeparted | None
) -> GuidanceView:
    return GuidanceView(
        expects=outcome.expects,
        departed=outcome.departed,
        departure=_departure(departure, outcome, rating),
        reason=outcome.reason,
        rule=_rule_view(outcome.rule),
    )
