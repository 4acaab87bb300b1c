"""Every change of an inspection as rows of a table: what, from what, to what, by whom.

A change that moved several ratings has a row for each, and one that moved none has a
row all the same: what is left out of a table is not missed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from events.codec import CODEC
from events.recorded import RecordedEvent
from projections import RatingBook, RatingChange, RatingEffect, Shelf, instant


class ChangeRow(Struct, frozen=True, kw_only=True):
    """One change, and one rating that it moved, by the rules it was then held to.

    `why` and `evidence` are what somebody wrote: empty unless the table was asked for
    with words. `case` and the answers are empty to those who may not read cases.
    """

    position: int
    recorded_at: str
    observed_at: str
    actor: str
    inspection: str
    service: str
    change: str  # the event: `answer-given`
    about: str | None  # `answers/C-7F3K-Q2M/2.1.1`
    case: str | None
    answer_before: str | None
    answer_after: str | None
    why: str | None
    evidence: str | None
    part: str | None  # that moved; none if nothing did
    kind: str | None  # "rating", "guidance" or "discretion"
    rating_before: str | None
    rating_after: str | None
    provisional: bool | None
    framework: str
    revision: int
    framework_hash: str
    rule_file: str | None
    rule_line: int | None


class Asked(Struct, frozen=True, kw_only=True):
    """Which changes; None asks for all."""

    after: int = 0
    actor: str | None = None
    part: str | None = None  # with all below it; only what moved it
    since: datetime | None = None
    until: datetime | None = None


def change_rows(
    events: Sequence[RecordedEvent], shelf: Shelf, asked: Asked
) -> Iterator[tuple[RecordedEvent, ChangeRow]]:
    """The rows of one inspection's events, from its first, each with its event."""
    opening, *rest = events
    book = RatingBook(opening, shelf.edition)
    if asked.part is None and _is_asked(opening, asked):
        yield opening, _row(book, opening, None, None, None)
    for recorded in rest:
        change = book.apply(recorded)
        if not _is_asked(recorded, asked):
            continue
        moved: list[RatingEffect | None] = [
            each for each in change.effects if _is_part(each.part, asked.part)
        ]
        if not moved and asked.part is None:
            moved = [None]
        for effect in moved:
            yield recorded, _row(book, recorded, change.before, change.after, effect)


def is_asked(change: RatingChange, asked: Asked) -> bool:
    """Whether a rating that moved is one of those asked for."""
    return (
        change.position > asked.after
        and asked.actor in {None, change.actor}
        and _is_part(change.part, asked.part)
        and (asked.since is None or change.recorded_at >= instant(asked.since))
        and (asked.until is None or change.recorded_at < instant(asked.until))
    )


def _is_asked(recorded: RecordedEvent, asked: Asked) -> bool:
    return (
        recorded.position > asked.after
        and asked.actor in {None, recorded.origin.actor}
        and (asked.since is None or recorded.recorded_at >= asked.since)
        and (asked.until is None or recorded.recorded_at < asked.until)
    )


def _is_part(part: str, asked: str | None) -> bool:
    return asked is None or part == asked or part.startswith(f"{asked}.")


def _row(
    book: RatingBook,
    recorded: RecordedEvent,
    before: str | None,
    after: str | None,
    effect: RatingEffect | None,
) -> ChangeRow:
    origin, edition = recorded.origin, book.edition
    return ChangeRow(
        position=recorded.position,
        recorded_at=instant(recorded.recorded_at),
        observed_at=instant(origin.observed_at),
        actor=origin.actor,
        inspection=recorded.stream.id,
        service=book.announced.service,
        change=CODEC.name(recorded.data),
        about=recorded.about,
        case=getattr(recorded.data, "case", None),
        answer_before=before,
        answer_after=after,
        why=None,
        evidence=None,
        part=None if effect is None else effect.part,
        kind=None if effect is None else effect.kind,
        rating_before=None if effect is None else effect.before,
        rating_after=None if effect is None else effect.after,
        provisional=None if effect is None else effect.provisional,
        framework=edition.id,
        revision=edition.revision,
        framework_hash=book.framework.hash,
        rule_file=None if effect is None else effect.rule_file,
        rule_line=None if effect is None else effect.rule_line,
    )
