"""Published beside rated: what a report printed, and what the service made of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from dsl.framework import OVERALL, Framework, Total
from service.client.ratings import CountView, RatingsView, RatingView
from service.client.report import ReportedView
from service.demo.published import Published, Tally

NOT_RATED = "not rated"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, as published and as rated."""

    part: str
    published: str
    rated: str
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether the published figure did not come out again."""
        return self.published != self.rated


def ratings_compared(
    published: Published, ratings: RatingsView, framework: Framework
) -> tuple[Row, ...]:
    """Every standard, the score and the overall rating."""
    standards = {part.part: part for part in ratings.standards}
    scored = _scored(framework)
    rows = [
        Row(
            f"{standard} {standards[standard].title}",
            rating,
            standards[standard].rating or NOT_RATED,
            _note(standards[standard], is_scored=standard in scored),
        )
        for standard, rating in published.ratings.items()
    ]
    overall = ratings.overall
    if published.score is not None and overall is not None:
        rows.append(
            Row(
                "score",
                f"{published.score} of {published.maximum}",
                f"{overall.score} of {overall.maximum}",
                _without_panel(ratings, framework, scored),
            )
        )
    rated = overall.rating if overall is not None else None
    rows.append(Row(OVERALL, published.overall or NOT_RATED, rated or NOT_RATED))
    return tuple(rows)


def figures_compared(published: Published, ratings: RatingsView) -> tuple[Row, ...]:
    """Every percentage and count of key questions and prompts."""
    return tuple(_figures(published, ratings))


def snapshot_compared(published: Published, reported: ReportedView) -> tuple[Row, ...]:
    """Everything the report prints beside what its publication keeps for good."""
    rows = [
        Row(standard, rating, reported.ratings.get(standard, NOT_RATED))
        for standard, rating in published.ratings.items()
    ]
    if published.score is not None:
        printed = f"{published.score} of {published.maximum}"
        rows.append(Row("score", printed, f"{reported.score} of {reported.maximum}"))
    overall = published.overall or NOT_RATED
    rows.append(Row(OVERALL, overall, reported.overall or NOT_RATED))
    for code, figures in published.questions.items():
        kept = reported.questions.get(code)
        rows.append(_kept(code, (figures.yes, figures.relevant), kept))
        for letter, tally in figures.prompts.items():
            prompt = f"{code}.{letter}"
            rows.append(_kept(prompt, tally, reported.prompts.get(prompt)))
    return tuple(rows)


def _kept(part: str, printed: Tally, kept: Tally | None) -> Row:
    return Row(part, _tally(printed), _tally(kept))


def _figures(published: Published, ratings: RatingsView) -> Iterator[Row]:
    questions = {part.part: part for part in ratings.questions}
    for code, figures in published.questions.items():
        part = questions[code]
        yield Row(code, f"{figures.yes} of {figures.relevant}", _count(part.count))
        if figures.percent is not None:
            yield Row(code, f"{figures.percent}%", f"{part.percentage}%")
        for letter, (yes, relevant) in figures.prompts.items():
            prompt = f"{code}.{letter}"
            counted = _count(ratings.prompts.get(prompt))
            yield Row(prompt, f"{yes} of {relevant}", counted)


def _count(count: CountView | None) -> str:
    return _tally(None if count is None else (count.yes, count.relevant))


def _tally(tally: Tally | None) -> str:
    return "no count" if tally is None else f"{tally[0]} of {tally[1]}"


def _scored(framework: Framework) -> tuple[str, ...]:
    """The standards that the overall rating adds up."""
    overall = framework.rates.get(OVERALL)
    if overall is None or not isinstance(overall.method, Total):
        return ()
    return overall.method.of


def _note(standard: RatingView, *, is_scored: bool) -> str:
    notes = []
    if standard.rating != standard.computed:
        notes.append(f"moved by the panel from {standard.computed}")
    if standard.guidance is not None and standard.guidance.departed:
        reason = f"reason {standard.guidance.departure}"
        notes.append(f"guidance expects {standard.guidance.expects}; {reason}")
    if not is_scored:
        notes.append("rated, not scored")
    return "; ".join(notes)


def _without_panel(
    ratings: RatingsView, framework: Framework, scored: tuple[str, ...]
) -> str:
    """What the score would be, had the panel moved nothing."""
    points = {rating.name: rating.score for rating in framework.ratings}
    if all(part.rating == part.computed for part in ratings.standards):
        return ""
    score = sum(
        points[part.computed]
        for part in ratings.standards
        if part.part in scored and part.computed is not None
    )
    return f"{score} without the panel's decisions"
