"""Published beside rated: what a report printed, and what the service made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec import Struct

from dsl.framework import OVERALL, Framework, Total
from service.demo.published import Published, Tally

NOT_RATED = "not rated"


class Count(Struct, frozen=True):
    """Sufficient of relevant cases, as the API gives it."""

    yes: int
    relevant: int


class Guidance(Struct, frozen=True):
    """What guidance expects, as the API gives it."""

    expects: str | None
    departed: bool
    departure: str | None = None  # its reason: "recorded", "missing" or "outdated"


class Part(Struct, frozen=True):
    """What we read of one part as the API gives it."""

    part: str
    title: str
    rating: str | None
    computed: str | None
    count: Count | None = None
    percentage: int | None = None
    score: int | None = None
    maximum: int | None = None
    guidance: Guidance | None = None


class Ratings(Struct, frozen=True):
    """What we read of an inspection's ratings as the API gives them."""

    questions: tuple[Part, ...]
    standards: tuple[Part, ...]
    overall: Part | None
    prompts: Mapping[str, Count]
    agreed: bool = False


class Reported(Struct, frozen=True):
    """What a publication keeps of ratings and figures, as the API gives it."""

    ratings: Mapping[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    questions: Mapping[str, tuple[int, int]]
    prompts: Mapping[str, tuple[int, int]]


class Publication(Struct, frozen=True):
    """What we read of a publication as the API gives it."""

    reported: Reported


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
    published: Published, ratings: Ratings, framework: Framework
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


def figures_compared(published: Published, ratings: Ratings) -> tuple[Row, ...]:
    """Every percentage and count of key questions and prompts."""
    return tuple(_figures(published, ratings))


def snapshot_compared(published: Published, reported: Reported) -> tuple[Row, ...]:
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
    count = None if kept is None else Count(*kept)
    return Row(part, _count(Count(*printed)), _count(count))


def _figures(published: Published, ratings: Ratings) -> Iterator[Row]:
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


def _count(count: Count | None) -> str:
    return "no count" if count is None else f"{count.yes} of {count.relevant}"


def _scored(framework: Framework) -> tuple[str, ...]:
    """The standards that the overall rating adds up."""
    overall = framework.rates.get(OVERALL)
    if overall is None or not isinstance(overall.method, Total):
        return ()
    return overall.method.of


def _note(standard: Part, *, is_scored: bool) -> str:
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
    ratings: Ratings, framework: Framework, scored: tuple[str, ...]
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
