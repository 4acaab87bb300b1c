"""What is kept about one person, gathered for whoever has a right to ask for it.

Of somebody who works here that is what both logs say of them; of a child it is
everything about their case, with what was written, and who has seen it. It comes as
lines of JSON, the oldest first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
from aiohttp import web
from msgspec.structs import replace

from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from projections import RatingBook
from service.access_log.access_log import AccessFilter
from service.api.governance.ledger import EventView, event_view
from service.api.wire.context import DESK, STORE
from service.api.wire.parameter import REASON
from service.api.wire.reading import path
from service.api.wire.route import Contract, Routes
from service.api.wire.table import LINES
from service.api.wire.viewing import ACCESS_LOG, EXPORTED, OPENED, reason_given
from service.api.wire.words import Words, words_of
from service.limits import Pace
from service.permission import Action
from service.refusal import Refused

routes = Routes("personal data")

_PAGE = 500
_REASON = msgspec.structs.replace(
    REASON,
    says="Why it is gathered: the reference of the request.",
    required=True,
    schema={"type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$"},
)


@routes.get(
    "/v1/people/{person}/data",
    Contract(
        may=Action.GATHER_PERSONAL_DATA,
        gives={200: None},
        asks=(_REASON,),
        media=(LINES,),
        pace=Pace.EXPORTS,
        refuses=("reason-required",),
    ),
)
async def gather_person(request: web.Request) -> web.Response:
    """Gather what both logs say of somebody who works with this service.

    What they wrote stays sealed: it is about others.
    """
    person = path(request, "person")
    _require_reason(request)
    until = (await request.app[STORE].head()).position
    request[EXPORTED] = True
    return _lines(_of_person(request, person, until), f"person-{person}", until)


@routes.get(
    "/v1/inspections/{inspection}/cases/{case}/data",
    Contract(
        may=Action.GATHER_PERSONAL_DATA,
        gives={200: None},
        asks=(_REASON,),
        media=(LINES,),
        pace=Pace.EXPORTS,
        refuses=("reason-required",),
    ),
)
async def gather_case(request: web.Request) -> web.Response:
    """Gather everything that is kept about a case, with all that was written of it.

    What was erased is said to be. Other cases named beside it are left out.
    """
    inspection, case = path(request, "inspection"), path(request, "case")
    _require_reason(request)

    def position(book: RatingBook) -> int:
        if case not in book.samples:
            raise Refused("not-found", f"there is no case `{case}` in this inspection")
        return book.position

    until = await request.app[DESK].read(inspection, position)
    request[OPENED] = True
    return _lines(_of_case(request, inspection, case, until), f"case-{case}", until)


def _require_reason(request: web.Request) -> None:
    if not reason_given(request):
        raise Refused(
            "reason-required",
            f"say what this is gathered for in the header `{REASON.name}`",
        )


def _lines(
    entries: AsyncIterator[Mapping[str, object]], name: str, until: int
) -> web.Response:
    async def chunks() -> AsyncIterator[bytes]:
        async for entry in entries:
            yield msgspec.json.encode(entry) + b"\n"

    return web.Response(
        body=chunks(),
        content_type=LINES,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.ndjson"',
            "Record-Position": str(until),
        },
    )


async def _of_person(
    request: web.Request, person: str, until: int
) -> AsyncIterator[Mapping[str, object]]:
    after = 0
    while after < until:
        events = await request.app[STORE].read_all(after=after, limit=_PAGE)
        for event in events:
            if event.position <= until and _concerns(event, person):
                yield _said("ledger", event_view(event))
        after = events[-1].position
    async for entry in _accesses(request, AccessFilter(person=person)):
        yield entry


async def _of_case(
    request: web.Request, inspection: str, case: str, until: int
) -> AsyncIterator[Mapping[str, object]]:
    stream = StreamName(CATEGORY, inspection)
    for event in await request.app[STORE].read(stream, until=until):
        if getattr(event.data, "case", None) == case:
            yield _said("ledger", await _opened(request, event))
        elif _names(event, case):  # among others, who are none of theirs
            yield _said("ledger", replace(event_view(event), data={}))
    wanted = AccessFilter(inspection=inspection, case=case)
    async for entry in _accesses(request, wanted):
        yield entry


async def _accesses(
    request: web.Request, wanted: AccessFilter
) -> AsyncIterator[Mapping[str, object]]:
    after = 0
    while found := await request.app[ACCESS_LOG].search(
        wanted, after=after, limit=_PAGE
    ):
        for access in found:
            yield _said("access", access)
        after = found[-1].number


def _said(log: str, entry: msgspec.Struct) -> Mapping[str, object]:
    return {"log": log} | msgspec.structs.asdict(entry)


def _concerns(event: RecordedEvent, person: str) -> bool:
    return event.origin.actor == person or _names(event, person)


def _names(event: RecordedEvent, who: str) -> bool:
    """Whether an event names somebody, or a case, in any of its fields."""
    return _holds(msgspec.to_builtins(event.data), who)


def _holds(value: object, who: str) -> bool:
    if isinstance(value, str):
        return value == who
    if isinstance(value, Mapping):
        return any(_holds(each, who) for each in (*value, *value.values()))
    return isinstance(value, Sequence) and any(_holds(each, who) for each in value)


async def _opened(request: web.Request, event: RecordedEvent) -> EventView:
    """The event with its words instead of their seals."""
    view = event_view(event)
    words = {
        name: _shown(await words_of(request, event, name))
        for name, value in msgspec.structs.asdict(event.data).items()
        if isinstance(value, SealedText)
    }
    return replace(view, data=view.data | words)


def _shown(words: Words) -> Mapping[str, object]:
    if words.erased:
        return {"erased": True}
    return {"unreadable": True} if words.unreadable else {"words": words.text}
