"""The figures that somebody decides on, agrees or publishes, and the hash naming them.

An event that rests on figures carries their hash, so that whoever verifies can say
whether those were the figures at that moment. Both sides take it from here.
"""

import hashlib
from collections.abc import Iterator, Mapping

import msgspec

from events.inspection import DiscretionConsidered, DiscretionDecided, DraftSent
from projections.rating_book import RatingBook

Resting = DiscretionConsidered | DiscretionDecided | DraftSent
"""Facts that rest on the figures of the moment before them, beside stated ratings."""


def figures_of(book: RatingBook, standard: str) -> dict[str, tuple[int, int]]:
    """What a decision on a standard rests on now: question → yes, relevant."""
    counts = book.ratings.evidence().counts
    return {
        question: (count.yes, count.relevant)
        for question in book.framework.standards[standard].questions
        if (count := counts.get(question)) is not None
    }


def figures_hash(framework_hash: str, figures: Mapping[str, tuple[int, int]]) -> str:
    """What names the figures a decision was taken on: `sha256:…`."""
    return _named((framework_hash, figures))


def inspection_figures_hash(book: RatingBook) -> str:
    """What names every count and rating of an inspection as they stand: `sha256:…`.

    It is for drafts, agreed ratings and reports; the figures may be those of a moment
    that is over, by the book of that moment.
    """
    counts = book.ratings.evidence().counts
    assessment = book.ratings.assessment()
    overall = assessment.overall
    return _named(
        (
            book.framework.hash,
            {part: (count.yes, count.relevant) for part, count in counts.items()},
            {part: outcome.rating for part, outcome in assessment.standards.items()},
            overall and (overall.score, overall.maximum, overall.rating),
        )
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
            yield from other_hash(named, inspection_figures_hash(book))


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


def _named(figures: object) -> str:
    text = msgspec.json.encode(figures, order="sorted")
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
