"""The figures that a decision on one standard rests on, and what names them."""

import hashlib

import msgspec

from projections import RatingBook


def figures_of(book: RatingBook, standard: str) -> dict[str, tuple[int, int]]:
    """What a decision on a standard rests on now: question → yes, relevant."""
    counts = book.ratings.evidence().counts
    return {
        question: (count.yes, count.relevant)
        for question in book.framework.standards[standard].questions
        if (count := counts.get(question)) is not None
    }


def figures_hash(framework_hash: str, figures: dict[str, tuple[int, int]]) -> str:
    """What names the figures a decision was taken on: `sha256:…`."""
    text = msgspec.json.encode((framework_hash, figures), order="sorted")
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
