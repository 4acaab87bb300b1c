"""An inspection's news as server-sent events, taken up again where they broke off.

A message's `id` is the position it takes the reader to, and stands on the last one of
each position: whoever reconnects may hear something twice, and misses nothing.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from events.store import StoreError
from projections import RatingBook, rating_changes
from service.api.wire.context import DESK, ENGINE, IDENTITY, LOGGER, STORE
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import path, position_after
from service.api.wire.route import Contract, Parameter, Routes
from service.authority import may_within
from service.news import news_of
from service.permission import Action
from service.refusal import Refused
from service.watching import Watching

routes = Routes("inspections")

_EVENTS = "text/event-stream"
_LAST_ID = "Last-Event-ID"
_POSITION = re.compile(r"[0-9]{1,18}", re.ASCII)
_BEGIN = b"retry: 5000\n\n"
_BEAT = b": still here\n\n"
_AFTER = Parameter(
    name="after",
    place="query",
    says="Begin with what happened after this position; without it, with what happens "
    "from now on.",
    schema={"type": "integer", "minimum": 0},
)
_RESUME = Parameter(
    name=_LAST_ID,
    place="header",
    says="The `id` of the last message received, as browsers send it; goes before "
    "`after`. Empty, as where none was received, it is as if it were left out.",
    schema={
        "anyOf": [
            {"type": "string", "pattern": "^[0-9]{1,18}$"},
            {"type": "string", "maxLength": 0},
        ]
    },
    example="48213",
)


@dataclass
class Streams:
    """The streams this process holds open."""

    longest: float = 900.0  # seconds; whoever reconnects shows again who they are
    each: int = 4  # for one person
    heartbeat: float = 15.0  # seconds of silence
    watching: Watching = field(default_factory=Watching)
    _held: dict[str, list[web.Request]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, person: str, request: web.Request) -> None:
        """Count a stream of a person; raises Refused if they hold too many.

        One whose connection is gone counts no more, whether it noticed or not.
        """
        self._held[person] = held = [
            each for each in self._held[person] if each.transport is not None
        ]
        if len(held) >= self.each:
            raise Refused(
                "rate-limited",
                f"you hold {self.each} streams open, as many as one person may; close "
                f"one first",
                retry_after=5,
            )
        held.append(request)

    def give_back(self, person: str, request: web.Request) -> None:
        """Count it no more."""
        held = self._held[person]
        with suppress(ValueError):
            held.remove(request)
        if not held:
            del self._held[person]


STREAMS = web.AppKey("streams", Streams)


async def watched(app: web.Application) -> AsyncIterator[None]:
    """While the application runs, somebody reads the ledger for all who watch."""
    watching = app[STREAMS].watching
    reader = asyncio.create_task(watching.follow(app[STORE], app[LOGGER]))
    yield
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)


async def ended(app: web.Application) -> None:
    """No stream holds up the stop."""
    app[STREAMS].watching.end()


@routes.get(
    "/v1/inspections/{inspection}/stream",
    Contract(
        may=Action.READ_RATINGS,
        gives={200: None},
        asks=(_AFTER, _RESUME),
        media=(_EVENTS,),
    ),
)
async def watch_inspection(request: web.Request) -> web.Response:
    """Be told of answers, queries and ratings of an inspection as they come.

    Server-sent events: `answer-given` and `query-opened` to those who may read cases,
    `rating-changed`, `discretion-changed`, `rules-adopted`, `publication-approved`.
    They say what to read again, never what was written.
    """
    inspection, streams = path(request, "inspection"), request.app[STREAMS]
    asked = position_after(request)
    heard = _last_id(request)
    after = asked if heard is None else heard
    now, version = await request.app[DESK].read(
        inspection, lambda book: (book.position, book.version)
    )
    headers = {"Record-Position": str(now), "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return web.Response(content_type=_EVENTS, headers=headers)
    person = request[IDENTITY].person
    streams.take(person, request)
    place = (
        _Place(inspection, version, now)
        if after is None
        else (_Place(inspection, 0, after))
    )
    return web.Response(
        body=_messages(request, place), content_type=_EVENTS, headers=headers
    )


@dataclass
class _Place:
    """How far an inspection was told."""

    inspection: str
    version: int  # of the last event read
    position: int  # of the last event told

    @property
    def stream(self) -> StreamName:
        return StreamName(CATEGORY, self.inspection)


async def _messages(request: web.Request, place: _Place) -> AsyncIterator[bytes]:
    streams = request.app[STREAMS]
    watching, clock = streams.watching, asyncio.get_running_loop().time
    until = clock() + streams.longest
    try:
        with suppress(StoreError), watching.watch(place.stream) as woken:
            yield _BEGIN
            while not watching.over and clock() < until:
                woken.clear()
                allowed = await _allowed(request, place.inspection)
                if Action.READ_RATINGS not in allowed:
                    return
                async for message in _news(request, place, allowed):
                    yield message
                try:
                    async with asyncio.timeout(streams.heartbeat):
                        await woken.wait()
                except TimeoutError:
                    yield _BEAT
    finally:
        streams.give_back(request[IDENTITY].person, request)


async def _allowed(request: web.Request, inspection: str) -> frozenset[Action]:
    """What the asker may read here by now: a part can end while they watch."""
    identity = request[IDENTITY]

    def allowed(book: RatingBook) -> frozenset[Action]:
        return frozenset(
            action
            for action in (Action.READ_RATINGS, Action.READ_CASES)
            if may_within(identity.person, identity.roles, action, book)
        )

    return await request.app[DESK].read(inspection, allowed)


async def _news(
    request: web.Request, place: _Place, allowed: frozenset[Action]
) -> AsyncIterator[bytes]:
    """The messages of what happened since, a chunk a position."""
    found = await request.app[STORE].read(place.stream, after=place.version)
    if not found:
        return
    place.version = found[-1].version
    events = [each for each in found if each.position > place.position]
    if not events:
        return
    moved = await rating_changes(
        request.app[ENGINE],
        place.inspection,
        after=place.position,
        until=events[-1].position,
    )
    by_position = defaultdict(list)
    for change in moved:
        by_position[change.position].append(change)
    place.position = events[-1].position
    for recorded in events:
        news = [
            (each.name, each.says)
            for each in news_of(recorded, by_position[recorded.position])
            if each.to in allowed
        ]
        if news:
            yield _chunk(recorded, news)


def _chunk(recorded: RecordedEvent, news: Sequence[tuple[str, object]]) -> bytes:
    """All messages of one position; the last one says how far it takes the reader."""
    messages = [
        b"event: %b\ndata: %b\n" % (name.encode(), msgspec.json.encode(says))
        for name, says in news
    ]
    return b"\n".join(messages) + b"id: %d\n\n" % recorded.position


def _last_id(request: web.Request) -> int | None:
    said = request.headers.get(_LAST_ID, "").strip()
    if not said:
        return None
    if not _POSITION.fullmatch(said):
        detail = "must be the `id` of a message of this stream"
        raise Unfit((Fault(header=_LAST_ID, detail=detail),))
    return int(said)
