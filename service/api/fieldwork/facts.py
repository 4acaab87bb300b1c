"""Facts: what is known of a case, of the service or of the inspection."""

from collections.abc import Callable

from aiohttp import web
from msgspec import Struct

from events.codec import CODEC
from projections import instant
from service.api.wire.bodies import FactBody
from service.api.wire.looking import event_of, events_about, look, position_of, present
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.commands import RecordFact, WithdrawFact
from service.permission import Action
from service.refusal import Refused

routes = Routes("facts")

_OF_CASE = "/v1/inspections/{inspection}/cases/{case}/facts/{fact}"
_OF_SERVICE = "/v1/inspections/{inspection}/facts/{fact}"
_LOCKED = ("case-submitted", "four-eyes")


class FactView(Struct, frozen=True, kw_only=True):
    """A fact of a case, or of the service or inspection (`case` is null)."""

    inspection: str
    as_of: int
    case: str | None
    fact: str
    value: str
    version: int
    position: int
    actor: str
    recorded_at: str
    observed_at: str


class FactEventView(Struct, frozen=True, kw_only=True):
    """One moment in the life of a fact."""

    position: int
    version: int
    event_type: str
    value: str | None  # null: withdrawn
    actor: str
    recorded_at: str
    observed_at: str


class FactHistoryView(Struct, frozen=True, kw_only=True):
    """Everything that was ever recorded of one fact of a case."""

    inspection: str
    as_of: int
    case: str
    fact: str
    events: tuple[FactEventView, ...]


def _of_service(fact: str) -> str:
    return about.fact(None, fact)


def _known(may: Action, thing: Callable[..., str]) -> Recording:
    return Recording(
        may=may,
        takes=FactBody,
        thing=thing,
        refuses=(*_LOCKED, "unknown-fact", "unknown-value"),
    )


_READING = Contract(
    may=Action.READ_CASES,
    gives={200: FactView},
    asks=(AS_OF,),
)


@recording(routes, "PUT", _OF_CASE, _known(Action.RECORD_CASE_FACTS, about.fact))
def record_case_fact(said: Said[FactBody]) -> RecordFact:
    """Record what is known of a case; the reply names every rating it moved."""
    case, fact = said.steps
    return RecordFact(case=case, fact=fact, value=said.body.value)


@recording(routes, "PUT", _OF_SERVICE, _known(Action.RECORD_SERVICE_FACTS, _of_service))
def record_service_fact(said: Said[FactBody]) -> RecordFact:
    """Record what is known of the service or the inspection."""
    (fact,) = said.steps
    return RecordFact(case=None, fact=fact, value=said.body.value)


@recording(
    routes,
    "DELETE",
    _OF_CASE,
    Recording(may=Action.RECORD_CASE_FACTS, thing=about.fact),
)
def withdraw_case_fact(said: Said[None]) -> WithdrawFact:
    """Say that something is not known of a case after all."""
    case, fact = said.steps
    return WithdrawFact(case=case, fact=fact)


@recording(
    routes,
    "DELETE",
    _OF_SERVICE,
    Recording(may=Action.RECORD_SERVICE_FACTS, thing=_of_service),
)
def withdraw_service_fact(said: Said[None]) -> WithdrawFact:
    """Say that something is not known of the service or the inspection after all."""
    (fact,) = said.steps
    return WithdrawFact(case=None, fact=fact)


@routes.get(_OF_CASE, _READING)
async def show_case_fact(request: web.Request) -> web.Response:
    """Show one fact of a case."""
    return await _show(request, path(request, "case"))


@routes.get(_OF_SERVICE, _READING)
async def show_service_fact(request: web.Request) -> web.Response:
    """Show one fact of the service or the inspection."""
    return await _show(request, None)


@routes.get(
    f"{_OF_CASE}/history",
    Contract(may=Action.READ_CASES, gives={200: FactHistoryView}, asks=(AS_OF,)),
)
async def show_fact_history(request: web.Request) -> web.Response:
    """Show everything that was recorded of a fact: what, who and when."""
    case, fact = path(request, "case"), path(request, "fact")
    at = await position_of(request)
    events = await events_about(request, about.fact(case, fact), until=at)
    if not events:
        raise Refused("not-found", f"nothing was ever recorded of `{fact}` here")
    history = FactHistoryView(
        inspection=path(request, "inspection"),
        as_of=at,
        case=case,
        fact=fact,
        events=tuple(
            FactEventView(
                position=event.position,
                version=event.version,
                event_type=CODEC.name(event.data),
                value=getattr(event.data, "value", None),
                actor=event.origin.actor,
                recorded_at=instant(event.recorded_at),
                observed_at=instant(event.origin.observed_at),
            )
            for event in events
        ),
    )
    return shown(history, at=at)


async def _show(request: web.Request, case: str | None) -> web.Response:
    fact = path(request, "fact")
    thing = about.fact(case, fact)
    entry, at = await look(request, lambda book: (book.entry(thing), book.position))
    entry = present(entry, thing)
    event = await event_of(request, entry)
    view = FactView(
        inspection=path(request, "inspection"),
        as_of=at,
        case=case,
        fact=fact,
        value=entry.value,
        version=entry.version,
        position=entry.position,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
        observed_at=instant(event.origin.observed_at),
    )
    return shown(view, at=at, version=entry.version)
