"""The figures that somebody decides on, agrees or publishes, and the hash naming them.

An event that rests on figures carries their hash, so that whoever verifies can say
whether those were the figures at that moment. Both sides take it from here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from dsl import Assessment
from events.inspection import DiscretionConsidered, DiscretionDecided, DraftSent
from projections.rating_book import RatingBook

Counts = dict[str, tuple[int, int]]
"""Question or prompt → yes, relevant."""

Resting = DiscretionConsidered | DiscretionDecided | DraftSent
"""Facts that rest on the figures of the moment before them, beside stated ratings."""


def figures_of(book: RatingBook, standard: str) -> Counts:
    """What a decision on a standard rests on now: question → yes, relevant."""
    counts = book.ratings.evidence().counts
    return {
        question: (count.yes, count.relevant)
        for question in book.framework.standards[standard].questions
        if (count := counts.get(question)) is not None
    }


def figures_hash(framework_hash: str, figures: Mapping[str, tuple[int, int]]) -> str:
    """What names the figures a decision was taken on: `sha256:…`."""
    return hash_of(framework_hash, figures)


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
    """The ratings as they are; `assessment` where the caller has it already.

    Drafts, agreed ratings and reports carry its `figures_hash`.
    """
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
        figures_hash=hash_of(
            book.framework.hash,
            (ratings, computed, score, maximum, final),
            (questions, prompts, expected),
        ),
    )


def differing_figures(fact: Resting, book: RatingBook) -> Iterator[str]:
    """What a fact says of the figures it rests on, and they were not so.

    The book is of the moment before the fact. Ratings that were agreed or published
    are compared with all else they state.
    """
    match fact:
        case DiscretionDecided() | DiscretionConsidered():
            yield from _of_standard(fact, book)
        case DraftSent(figures_hash=named):
            yield from other_hash(named, snapshot(book).figures_hash)


def other_hash(named: str, follows: str) -> Iterator[str]:
    """Say that the figures named are not those that follow, if they are not."""
    if named != follows:
        yield f"its figures are those of '{named}'; what follows is '{follows}'"


def _of_standard(
    fact: DiscretionDecided | DiscretionConsidered, book: RatingBook
) -> Iterator[str]:
    outcome = book.ratings.assessment().standards.get(fact.standard)
    if outcome is None:
        yield f"it is about `{fact.standard}`, which is not rated"
        return
    figures = figures_of(book, fact.standard)
    if isinstance(fact, DiscretionDecided):
        for question in {**figures, **fact.figures}:
            said = _counted(fact.figures.get(question))
            follows = _counted(figures.get(question))
            if said != follows:
                yield f"{question} is {said}; what follows is {follows}"
        if fact.before != outcome.computed:
            yield (
                f"{fact.standard} was '{fact.before}'; what follows is"
                f" '{outcome.computed}'"
            )
    yield from other_hash(fact.figures_hash, figures_hash(book.framework.hash, figures))


def _counted(count: tuple[int, int] | None) -> str:
    return "not counted" if count is None else f"{count[0]} of {count[1]}"


def hash_of(*told: object) -> str:
    """What names exactly this and nothing else: `sha256:…`."""
    text = msgspec.json.encode(told, order="sorted")
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
