"""The desk: where commands are run and the record is read.

Every command goes through `Desk.run`, whatever brought it: API, screen, command line.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from events.inspection import (
    CATEGORY,
    AnswerGiven,
    CorrectionApproved,
    CorrectionProposed,
    FactRecorded,
    FactWithdrawn,
)
from events.recorded import NewEvent, Origin, RecordedEvent, StreamName
from events.store import Append, Appended, CommandKey, Conflict, EventStore, StoreError
from projections import RatingBook, RatingEffect, RatingModels, instant, read_book
from service.authority import authorise
from service.choices import CHOICES, Choices
from service.identity import Role
from service.inspection.asker import Asker
from service.inspection.belonging import outside_sample
from service.inspection.commands import InspectionCommand
from service.inspection.decider import decide
from service.inspection.situation import Situation
from service.refusal import Refused
from service.spans import NO_SPANS, Spans
from service.strength import UNKNOWN, Strength

View = TypeVar("View")


class Errand(Struct, frozen=True, kw_only=True):
    """Who sends a command, and what travels beside it."""

    origin: Origin
    roles: frozenset[Role]  # of the asker
    at: datetime  # by the service's own clock
    strength: Strength = UNKNOWN  # of the asker's sign-in
    key: CommandKey | None = None
    thing: str | None = None  # what the command changes, where it has versions
    seen: int | None = None  # the version of the thing that the asker has seen
    first: bool = False  # the asker expects nothing on record yet
    may_identify: tuple[str, ...] = ()  # what in its words may tell who somebody is


class Accepted(Struct, frozen=True, kw_only=True):
    """The reply to a command that was carried out; kept, and given again on repeat."""

    inspection: str
    position: int  # of its last event in the ledger; of the ledger if none followed
    version: int  # of the thing it changed, or of the inspection
    created: bool  # nothing was on record about the thing before
    recorded_at: str | None  # None: it changed nothing
    counted: bool | None  # answers: whether it counts now; None for everything else
    not_counted_because: str | None
    outside_sample: str | None  # facts: why their case does not belong to its sample
    effects: tuple[RatingEffect, ...]
    may_identify: tuple[
        str, ...
    ] = ()  # kinds of thing in the words that tell who it is


_REPLY = msgspec.json.Encoder()


_LOOKS = 5  # at what was folded and did not reach the disk


class Desk:
    """Runs commands on the store and opens rating books for reading."""

    def __init__(
        self,
        store: EventStore,
        models: RatingModels,
        *,
        choices: Choices = CHOICES,
        spans: Spans = NO_SPANS,
    ) -> None:
        self._store = store
        self._models = models
        self.choices = choices
        self._spans = spans
        self._reading: dict[StreamName, RatingBook] = {}  # of inspections not written

    async def run(
        self, inspection: str, command: InspectionCommand, errand: Errand
    ) -> tuple[bytes, bool]:
        """Carry out a command: the reply as JSON, and whether it was a repeat.

        Raises Refused, and what `EventStore.append` raises.
        """
        stream = StreamName(CATEGORY, inspection)
        asker = Asker(
            person=errand.origin.actor,
            roles=errand.roles,
            at=errand.at,
            choices=self.choices,
            strength=errand.strength,
        )

        def decided() -> Sequence[NewEvent]:
            book = self._models.book(stream)
            authorise(command, asker, book)
            self._check_first(book, errand)
            situation = Situation(
                inspection,
                book,
                self._models.shelf,
                asker=asker,
                seen=errand.seen is not None,
            )
            return decide(command, situation)

        def reply(appended: Appended) -> bytes:
            return _REPLY.encode(self._accepted(stream, errand, appended))

        expects = {}
        if errand.thing is not None and errand.seen is not None:
            expects = {errand.thing: errand.seen}
        try:
            with self._spans.step("append") as appending:

                def events() -> Sequence[NewEvent]:  # called by whoever writes
                    with self._spans.step("decide", within=appending):
                        return decided()

                appended = await self._store.append(
                    Append(
                        stream=stream,
                        origin=errand.origin,
                        decide=events,
                        command=errand.key,
                        expects=expects,
                        reply=reply,
                    )
                )
        except Conflict as conflict:
            raise self._stale(stream, conflict) from conflict
        if appended.reply is None:
            raise Refused(
                "reply-forgotten",
                "this command was carried out long ago and its reply is no longer kept",
            )
        return appended.reply, appended.replayed

    async def read(
        self,
        inspection: str,
        view: Callable[[RatingBook], View],
        *,
        as_of: int | datetime | None = None,
    ) -> View:
        """Look at an inspection's rating book, now or as it stood at a point in time.

        `view` must be quick and keep nothing of the book. What it saw is on disk before
        it is handed out; what another process won the race against is looked at anew.
        Raises Refused `not-found` where there was no inspection then.
        """
        with self._spans.step("read"):
            for _ in range(_LOOKS - 1):
                with suppress(StoreError):
                    return await self._look(inspection, view, as_of)
            return await self._look(inspection, view, as_of)

    async def _look(
        self,
        inspection: str,
        view: Callable[[RatingBook], View],
        as_of: int | datetime | None,
    ) -> View:
        await self._store.caught_up()
        stream = StreamName(CATEGORY, inspection)
        book = await self._book(stream, as_of)
        if book is None:
            if as_of is not None and await self._book(stream, None) is not None:
                raise Refused(
                    "not-found",
                    f"there was no inspection `{inspection}` yet at that time",
                )
            raise Refused("not-found", f"there is no inspection `{inspection}`")
        seen, position = view(book), book.position
        await self._store.settled(position)
        return seen

    async def position(
        self, inspection: str, *, as_of: int | datetime | None = None
    ) -> int:
        """An inspection's last event, now or at a point in time; nothing is folded.

        What reads the history needs no more of a book than that. Raises Refused
        `not-found` as `read` does.
        """
        if as_of is None:
            return await self.read(inspection, lambda book: book.position)
        await self._store.caught_up()
        past = await self._events(StreamName(CATEGORY, inspection), as_of)
        if not past:  # says why
            return await self.read(inspection, lambda book: book.position, as_of=as_of)
        await self._store.settled(past[-1].position)
        return past[-1].position

    async def _book(
        self, stream: StreamName, as_of: int | datetime | None
    ) -> RatingBook | None:
        if as_of is not None:
            return await self._past(stream, as_of)
        writing = self._models.book(stream)
        if writing is not None:
            return writing
        reading = self._reading.get(stream)
        after = 0 if reading is None else reading.version
        news = await self._store.read(stream, after=after)
        reading = self._reading.get(stream)  # another reader may have caught up
        if reading is None and news:
            reading = self._reading[stream] = read_book(news, self._models.shelf)
        elif reading is not None:
            for event in news:
                if event.version > reading.version:
                    reading.apply(event)
        return reading

    async def _past(
        self, stream: StreamName, as_of: int | datetime
    ) -> RatingBook | None:
        past = await self._events(stream, as_of)
        return read_book(past, self._models.shelf) if past else None

    async def _events(
        self, stream: StreamName, as_of: int | datetime
    ) -> Sequence[RecordedEvent]:
        """A stream's events up to a point: what a look at the past costs, whatever else
        is in the ledger.
        """
        if isinstance(as_of, int):
            return await self._store.read(stream, until=as_of)
        past = await self._store.read(stream)
        return [event for event in past if event.recorded_at <= as_of]

    def _check_first(self, book: RatingBook | None, errand: Errand) -> None:
        if not errand.first or errand.thing is None or book is None:
            return
        entry = book.entry(errand.thing)
        if entry is not None:
            raise _stale_answer(errand.thing, entry.version, entry.position)

    def _stale(self, stream: StreamName, conflict: Conflict) -> Refused:
        book = self._models.book(stream)
        entry = None if book is None else book.entry(conflict.about)
        position = None if entry is None else entry.position
        return _stale_answer(conflict.about, conflict.actual, position)

    def _accepted(
        self, stream: StreamName, errand: Errand, appended: Appended
    ) -> Accepted:
        book, thing = self._models.book(stream), errand.thing
        entry = None if book is None or thing is None else book.entry(thing)
        last = appended.events[-1] if appended.events else None
        counted, because = _counted(book, appended.events)
        version = 0 if book is None else book.version
        return Accepted(
            inspection=stream.id,
            position=appended.position,
            version=version if entry is None else entry.version,
            created=_created(appended.events),
            recorded_at=None if last is None else instant(last.recorded_at),
            counted=counted,
            not_counted_because=because,
            outside_sample=_outside_sample(book, appended.events),
            effects=tuple(
                effect
                for effect in appended.effects
                if isinstance(effect, RatingEffect)
            ),
            may_identify=errand.may_identify,
        )


def _stale_answer(thing: str, current: int, position: int | None) -> Refused:
    if not current:
        reason = (
            f"nothing is on record about `{thing}`; to record it for the first time "
            f"send it without `If-Match`"
        )
    else:
        reason = (
            f"`{thing}` was changed since you read it; read version {current} and "
            f"decide anew"
        )
    return Refused(
        "stale-answer",
        reason,
        current=current or None,
        conflicting_event=position,
    )


def _created(events: Sequence[RecordedEvent]) -> bool:
    """Whether the thing was not on record before: no event replaces a version.

    A proposed correction names the version it would replace, and replaces nothing yet.
    """
    return bool(events) and not any(
        isinstance(getattr(event.data, "replaces", None), int)
        for event in events
        if not isinstance(event.data, CorrectionProposed)
    )


def _outside_sample(
    book: RatingBook | None, events: Sequence[RecordedEvent]
) -> str | None:
    for event in events:
        match event.data:
            case FactRecorded(case=str(case)) | FactWithdrawn(case=str(case)) if book:
                return outside_sample(book, case)
    return None


def _counted(
    book: RatingBook | None, events: Sequence[RecordedEvent]
) -> tuple[bool | None, str | None]:
    for event in events:
        match event.data:
            case (
                AnswerGiven(case=case, question=question)
                | CorrectionApproved(case=case, question=question)
            ) if book is not None:
                standing = book.ratings.standing(case, question)
                return standing.counted, None if standing.counted else standing.reason
    return None, None
