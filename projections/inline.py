"""The projections that move in the append's own transaction.

One event in, its effects and the rows of the read models out. The same fold serves the
appender, a rebuild and a look at the past, so they cannot disagree.
"""

from collections.abc import Sequence

import msgspec

from events.codec import CODEC
from events.framework import CATEGORY as RULES
from events.inspection import CATEGORY, FrameworkRepinned, InspectionAnnounced
from events.recorded import RecordedEvent, StreamName
from events.store import Folded, Row
from projections.effect import Figures, RatingEffect
from projections.instant import instant
from projections.rating_book import Change, RatingBook
from projections.retention_tables import retention_row
from projections.shelf import Shelf

_NOTHING = Folded((), {})


class RatingModels:
    """Rating books of the inspections in use, and the rows their events make."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._books: dict[StreamName, RatingBook] = {}

    def book(self, stream: StreamName) -> RatingBook | None:
        """The book of a loaded inspection; None if it was never announced."""
        return self._books.get(stream)

    def load(self, stream: StreamName, past: Sequence[RecordedEvent]) -> None:
        """Read a stream's past without making rows of it."""
        if stream.category == CATEGORY and past:
            self._books[stream] = read_book(past, self.shelf)

    def follows(self, stream: StreamName) -> bool:
        """Whether all that other processes write there is of use."""
        return stream.category == RULES

    def follow(self, recorded: RecordedEvent) -> None:
        """Take in what another process wrote: rules that it adopted."""
        self.shelf.place(recorded)

    def forget(self, stream: StreamName) -> None:
        """Let go of a stream; it is loaded again before it is used again."""
        self._books.pop(stream, None)

    def fold(self, recorded: RecordedEvent) -> Folded:
        """Move on by one event."""
        stream = recorded.stream
        if stream.category != CATEGORY:
            return _NOTHING
        book = self._books.get(stream)
        if book is None:
            book = self._books[stream] = RatingBook(recorded, self.shelf.edition)
            return Folded((), {"inspections": (_inspection_row(book, stream.id),)})
        change = book.apply(recorded)
        return _folded(recorded, book, change)


def read_book(past: Sequence[RecordedEvent], shelf: Shelf) -> RatingBook:
    """The book of an inspection as its events so far leave it."""
    opening, *rest = past
    book = RatingBook(opening, shelf.edition)
    for recorded in rest:
        book.apply(recorded)
    return book


def _folded(recorded: RecordedEvent, book: RatingBook, change: Change) -> Folded:
    rows: dict[str, Sequence[Row]] = {}
    if isinstance(recorded.data, FrameworkRepinned):
        rows["inspections"] = (_inspection_row(book, recorded.stream.id),)
    if change.effects:
        inspection, hash_ = recorded.stream.id, book.framework.hash
        rows["current_ratings"] = tuple(
            _current_row(inspection, effect, recorded.position, hash_)
            for effect in change.effects
        )
        rows["rating_history"] = tuple(
            _history_row(ordinal, effect, recorded, change, hash_)
            for ordinal, effect in enumerate(change.effects, start=1)
        )
    for kept in change.kept:
        table, row = retention_row(recorded.stream.id, kept)
        rows[table] = (*rows.get(table, ()), row)
    return Folded(change.effects, rows) if rows else _NOTHING


def _inspection_row(book: RatingBook, inspection: str) -> Row:
    announced: InspectionAnnounced = book.announced
    return (
        inspection,
        announced.service,
        announced.programme,
        book.edition.id,
        book.edition.revision,
        book.framework.hash,
        announced.fieldwork_starts_on.isoformat(),
        instant(book.announced_at),
        book.position,
    )


def _current_row(
    inspection: str, effect: RatingEffect, position: int, framework_hash: str
) -> Row:
    return (
        inspection,
        effect.part,
        effect.kind,
        effect.after,
        effect.unrated,
        effect.provisional,
        position,
        framework_hash,
        effect.rule_file,
        effect.rule_line,
    )


def _history_row(
    ordinal: int,
    effect: RatingEffect,
    recorded: RecordedEvent,
    change: Change,
    framework_hash: str,
) -> Row:
    origin = recorded.origin
    return (
        recorded.position,
        ordinal,
        recorded.stream.id,
        effect.part,
        effect.kind,
        effect.before,
        effect.after,
        effect.unrated,
        effect.provisional,
        effect.departed,
        _json(effect.figures_before),
        _json(effect.figures_after),
        CODEC.name(recorded.data),
        recorded.version,
        recorded.about,
        change.before,
        change.after,
        origin.actor,
        instant(recorded.recorded_at),
        instant(origin.observed_at),
        origin.command_id,
        framework_hash,
        effect.rule_file,
        effect.rule_line,
        effect.unrated_before,
        effect.provisional_before,
    )


_ENCODER = msgspec.json.Encoder()


def _json(figures: Figures) -> str:
    return _ENCODER.encode(figures).decode()
