"""The ledger as a feed: every event in order, without anybody's words."""

from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from events.codec import CODEC
from events.recorded import RecordedEvent
from events.sealed import SealedText
from projections import instant
from service.api.wire.context import STORE
from service.api.wire.looking import point_in_ledger
from service.api.wire.parameter import AFTER_POSITION, AS_OF, LIMIT
from service.api.wire.reading import number
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import limit_of, link_to, next_page, shown
from service.permission import Action

routes = Routes("ledger")

_LINES = "application/x-ndjson"


class EventView(Struct, frozen=True, kw_only=True):
    """An event of the ledger; sealed words are shown as `{"sealed": "<key>"}`."""

    position: int
    stream: str
    version: int
    type: str
    about: str | None
    actor: str
    recorded_at: str
    observed_at: str
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    data: dict[str, Any]


class EventsView(Struct, frozen=True, kw_only=True):
    """A page of the ledger; `next` is the address of what follows."""

    as_of: int  # the end of the ledger, or the point asked for
    events: tuple[EventView, ...]
    next: str | None


@routes.get(
    "/v1/events",
    Contract(
        may=Action.READ_LEDGER,
        gives={200: EventsView},
        asks=(AS_OF, AFTER_POSITION, LIMIT),
        media=(JSON, _LINES),
    ),
)
async def list_events(request: web.Request) -> web.Response:
    """List events in the order of their positions; sealed words stay sealed."""
    store = request.app[STORE]
    after = number(request, "after", default=0)
    until = await point_in_ledger(request)
    found = await store.read_all(after=after, limit=limit_of(request))
    events = tuple(event_view(event) for event in found if event.position <= until)
    last = events[-1].position if events else max(after, until)
    following = next_page(request, after=last) if last < until else None
    if request.headers.get("Accept", "").strip().startswith(_LINES):
        lines = msgspec.json.Encoder().encode_lines(events)
        headers = {} if following is None else {"Link": link_to(following)}
        return web.Response(body=lines, content_type=_LINES, headers=headers)
    view = EventsView(as_of=until, events=events, next=following)
    return shown(view, at=until)


def event_view(event: RecordedEvent) -> EventView:
    """An event without anybody's words."""
    origin = event.origin
    return EventView(
        position=event.position,
        stream=str(event.stream),
        version=event.version,
        type=CODEC.name(event.data),
        about=event.about,
        actor=origin.actor,
        recorded_at=instant(event.recorded_at),
        observed_at=instant(origin.observed_at),
        command_id=origin.command_id,
        correlation_id=origin.correlation_id,
        causation_id=origin.causation_id,
        data=_without_words(event.data),
    )


def _without_words(fact: Struct) -> dict[str, Any]:
    return {
        name: {"sealed": value.key}
        if isinstance(value, SealedText)
        else msgspec.to_builtins(value)
        for name, value in msgspec.structs.asdict(fact).items()
    }
