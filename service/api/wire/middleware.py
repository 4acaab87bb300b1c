"""What happens around every request: its id, its answer if it fails, its log line."""

import asyncio
import re

from aiohttp import web
from multidict import CIMultiDict

from service.api.wire.context import (
    CONTRACT,
    DRAIN,
    IDENTITY,
    LOGGER,
    METRICS,
    NEW_ID,
    PROBLEM,
    REQUEST_ID,
    SPANS,
)
from service.api.wire.pacing import NEAR, keep_pace, stranger
from service.api.wire.page import POLICY
from service.api.wire.problems import Answered, Place, answer_to, problem_response
from service.api.wire.route import Handler
from service.limits import Pace
from service.logs import places
from service.metrics import METHODS, OTHER
from service.refusal import Refused

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_WORDS = {
    "not-asked": "question",
    "case-exists": "case",
    "inspection-exists": "inspection",
    "no-move": "rating",
    "out-of-bounds": "rating",
}
HEADERS = CIMultiDict(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Server": "adjudge",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
)


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every request, whatever happens, and log one line about it."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    request[REQUEST_ID] = request_id = _request_id(request)
    known = request.method if request.method in METHODS else OTHER
    asker = request.headers.get("traceparent")
    with request.app[SPANS].request(known, _route(request) or OTHER, asker) as answered:
        try:
            if request.match_info.http_exception is not None:  # leads nowhere
                keep_pace(request, Pace.STRANGERS, stranger(request))
            response = await handler(request)
        except Exception as error:  # noqa: BLE001 - every failure gets an answer
            response = _failed(request, error)
        answered(response.status)
    headers = response.headers
    headers.update(HEADERS)
    headers["X-Request-Id"] = request_id
    if (near := request.get(NEAR)) is not None:
        headers.update(near)
    if request.app[DRAIN].begun:
        response.force_close()
    _note(request, response.status, seconds=clock() - begun)
    return response


def _request_id(request: web.Request) -> str:
    """The asker's own id, the id of their trace, or a new one."""
    given = request.headers.get("X-Request-Id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    trace = request.headers.get("traceparent")
    if trace is not None and (match := _TRACE.fullmatch(trace)):
        return match[1]
    return request.app[NEW_ID]()


def _failed(request: web.Request, error: Exception) -> web.Response:
    place = _place(request, error) if isinstance(error, Refused) else None
    answered = answered_to(request, error, place)
    request[PROBLEM] = answered.slug
    return problem_response(answered)


def answered_to(
    request: web.Request, error: Exception, place: Place | None
) -> Answered:
    """The problem an exception is answered with; a fault is logged."""
    answered = answer_to(error, request[REQUEST_ID], place=place)
    if answered.unforeseen:
        request.app[LOGGER].error(
            "request_failed",
            request_id=request[REQUEST_ID],
            route=_route(request),
            fault=type(error).__name__,
            places=places(error),
        )
    return answered


def refused_word(code: str) -> str:
    """The field or step whose word was refused: `unknown-answer` is the `answer`."""
    return _WORDS.get(code, code.removeprefix("unknown-"))


def _place(request: web.Request, refused: Refused) -> Place | None:
    """Where the refused word stands: `unknown-answer` in the body's field `answer`."""
    word = refused_word(refused.code)
    contract = request.get(CONTRACT)
    if contract is not None and contract.takes is not None:
        fields = contract.takes.__struct_fields__
        if word in fields:
            return Place(f"/{word}")
        if word in {"fact", "value"} and "facts" in fields:
            return Place("/facts")
    return Place("", word) if word in request.match_info else None


def _note(request: web.Request, status: int, *, seconds: float) -> None:
    """In the log, by its id; in the measurements, by its route alone."""
    identity, route, problem = (
        request.get(IDENTITY),
        _route(request),
        request.get(PROBLEM),
    )
    request.app[METRICS].answered(request.method, route, status, seconds)
    if problem is not None:
        request.app[METRICS].refused(problem)
    request.app[LOGGER].info(
        "request_answered",
        request_id=request[REQUEST_ID],
        method=request.method,
        route=route,
        status=status,
        problem=problem,
        milliseconds=round(seconds * 1000, 1),
        actor=None if identity is None else identity.person,
    )


def _route(request: web.Request) -> str | None:
    """The template of the path: the path itself may name a case."""
    resource = request.match_info.route.resource
    return None if resource is None else resource.canonical
