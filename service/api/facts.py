"""Facts: what is known of a case, of the service or of the inspection."""

from aiohttp import web
from msgspec import Struct

from service.api.bodies import FactBody
from service.api.carrying_out import Task, carry_out
from service.api.looking import look, present
from service.api.parameter import (
    AS_OF,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_NONE_MATCH_READ,
    KEY,
)
from service.api.reading import path, read
from service.api.route import Contract, Routes
from service.api.showing import shown_unless_held
from service.desk import Accepted
from service.inspection import about
from service.inspection.commands import RecordFact, WithdrawFact
from service.permission import Action

routes = Routes("facts")

_OF_CASE = "/v1/inspections/{inspection}/cases/{case}/facts/{fact}"
_OF_SERVICE = "/v1/inspections/{inspection}/facts/{fact}"
_LOCKED = ("case-submitted", "inspection-locked", "four-eyes")
_VERSIONED = ("stale-answer", "precondition-required", "idempotency-key-reused")


class FactView(Struct, frozen=True, kw_only=True):
    """A fact of a case, or of the service or inspection (`case` is null)."""

    inspection: str
    as_of: int
    case: str | None
    fact: str
    value: str
    version: int
    position: int


def _recording(action: Action) -> Contract:
    return Contract(
        may=action,
        takes=FactBody,
        gives={200: Accepted, 201: Accepted},
        asks=(IF_MATCH, IF_NONE_MATCH, KEY),
        refuses=(*_VERSIONED, *_LOCKED, "unknown-fact", "unknown-value"),
    )


def _withdrawing(action: Action) -> Contract:
    return Contract(
        may=action,
        gives={200: Accepted},
        asks=(IF_MATCH, KEY),
        refuses=(*_VERSIONED, *_LOCKED),
    )


_READING = Contract(
    may=Action.READ_CASES,
    gives={200: FactView, 304: None},
    asks=(AS_OF, IF_NONE_MATCH_READ),
)


@routes.put(_OF_CASE, _recording(Action.RECORD_CASE_FACTS))
async def record_case_fact(request: web.Request) -> web.Response:
    """Record what is known of a case; the reply names every rating it moved."""
    return await _record(request, path(request, "case"))


@routes.put(_OF_SERVICE, _recording(Action.RECORD_SERVICE_FACTS))
async def record_service_fact(request: web.Request) -> web.Response:
    """Record what is known of the service or the inspection."""
    return await _record(request, None)


@routes.delete(_OF_CASE, _withdrawing(Action.RECORD_CASE_FACTS))
async def withdraw_case_fact(request: web.Request) -> web.Response:
    """Say that something is not known of a case after all."""
    return await _withdraw(request, path(request, "case"))


@routes.delete(_OF_SERVICE, _withdrawing(Action.RECORD_SERVICE_FACTS))
async def withdraw_service_fact(request: web.Request) -> web.Response:
    """Say that something is not known of the service or the inspection after all."""
    return await _withdraw(request, None)


@routes.get(_OF_CASE, _READING)
async def show_case_fact(request: web.Request) -> web.Response:
    """Show one fact of a case."""
    return await _show(request, path(request, "case"))


@routes.get(_OF_SERVICE, _READING)
async def show_service_fact(request: web.Request) -> web.Response:
    """Show one fact of the service or the inspection."""
    return await _show(request, None)


async def _record(request: web.Request, case: str | None) -> web.Response:
    inspection, fact = path(request, "inspection"), path(request, "fact")
    body = await read(request, FactBody)
    task = Task(
        inspection=inspection,
        command=RecordFact(case=case, fact=fact, value=body.value),
        thing=about.fact(case, fact),
    )
    return await carry_out(request, task, body)


async def _withdraw(request: web.Request, case: str | None) -> web.Response:
    fact = path(request, "fact")
    task = Task(
        inspection=path(request, "inspection"),
        command=WithdrawFact(case=case, fact=fact),
        thing=about.fact(case, fact),
        withdraws=True,
    )
    return await carry_out(request, task, None)


async def _show(request: web.Request, case: str | None) -> web.Response:
    fact = path(request, "fact")
    thing = about.fact(case, fact)
    entry, at = await look(request, lambda book: (book.entry(thing), book.position))
    entry = present(entry, thing)
    view = FactView(
        inspection=path(request, "inspection"),
        as_of=at,
        case=case,
        fact=fact,
        value=entry.value,
        version=entry.version,
        position=entry.position,
    )
    return shown_unless_held(request, view, at=at, version=entry.version)
