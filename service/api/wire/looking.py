"""Looking at the record: the rating book and single events, now or in the past."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from events.inspection import CATEGORY, CorrectionApproved
from events.recorded import RecordedEvent, StreamName
from projections import Done, Entry, Filed, RatingBook
from service.api.wire.context import DESK, STORE
from service.api.wire.reading import as_of, path
from service.refusal import Refused

View = TypeVar("View")


async def look(request: web.Request, view: Callable[[RatingBook], View]) -> View:
    """What a function makes of the inspection's book at the time asked for."""
    return await request.app[DESK].read(
        path(request, "inspection"), view, as_of=as_of(request)
    )


async def look_at(
    request: web.Request, view: Callable[[RatingBook], View], name: str
) -> View:
    """The same at the point in time that another parameter names."""
    return await request.app[DESK].read(
        path(request, "inspection"), view, as_of=as_of(request, name)
    )


async def position_of(request: web.Request) -> int:
    """The inspection's last event at the time asked for."""
    return await request.app[DESK].position(
        path(request, "inspection"), as_of=as_of(request)
    )


async def point_in_ledger(request: web.Request) -> int:
    """The position that `as_of` stands for, or the end of the ledger.

    Of a time it is the last position recorded by then.
    """
    asked, store = as_of(request), request.app[STORE]
    head = (await store.head()).position
    if asked is None:
        return head
    if isinstance(asked, int):
        return min(asked, head)
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        (event,) = await store.read_all(after=middle - 1, limit=1)
        if event.recorded_at <= asked:
            low = middle
        else:
            high = middle - 1
    return low


async def events_about(
    request: web.Request, thing: str, *, until: int
) -> Sequence[RecordedEvent]:
    """Every event about one thing up to a position, in order."""
    events = await events_until(request, until)
    return [event for event in events if event.about == thing]


async def events_until(request: web.Request, at: int) -> Sequence[RecordedEvent]:
    """Every event of the inspection up to a position, in order."""
    return await request.app[STORE].read(_stream(request), until=at)


async def evidence_event(request: web.Request, event: RecordedEvent) -> RecordedEvent:
    """The event that has the words of an answer: of a correction, its proposal."""
    fact = event.data
    if not isinstance(fact, CorrectionApproved):
        return event
    proposals = await request.app[STORE].read(
        event.stream, after=fact.proposal - 1, until=event.position
    )
    return proposals[0]


async def event_of(
    request: web.Request, entry: Entry | Done | Filed[Any]
) -> RecordedEvent:
    """The event that put an entry on record, or by which something was done."""
    (event,) = await request.app[STORE].read(
        _stream(request), after=entry.version - 1, until=entry.position
    )
    return event


def present(entry: Entry | None, thing: str) -> Entry:
    """The entry itself; raises Refused where nothing is on record."""
    if entry is None:
        raise Refused("not-found", f"nothing is on record about `{thing}`")
    return entry


def _stream(request: web.Request) -> StreamName:
    return StreamName(CATEGORY, path(request, "inspection"))
