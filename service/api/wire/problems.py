"""The one place where a refusal or a fault becomes a status and a problem document.

Problem documents follow RFC 9457. A fault that nobody foresaw is answered without its
details: they are for the operator's log, and may hold what the asker must not see.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy.exc import DBAPIError

from events.store import (
    CommandReused,
    Conflict,
    Overloaded,
    StoreError,
    WrongVersion,
)
from events.vault.vault import KeyDestroyed
from service.api.wire.catalogue import KINDS, Kind
from service.refusal import Refused

PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"

_MEMBERS = ("conflicting_event", "accepted", "roles", "gaps")
_SLUG_BY_STATUS = {
    400: "malformed-request",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "payload-too-large",
    417: "expectation-failed",
}


class Fault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that does not fit, and where: in the body, the address or a header."""

    detail: str
    pointer: str | None = None  # JSON pointer into the body (RFC 6901); "" is all of it
    parameter: str | None = None  # name in the query
    header: str | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request was not carried out (RFC 9457), and what would be right."""

    type: str  # `/problems/` and the slug; a page explains it
    title: str
    status: int
    detail: str
    instance: str  # the request id, to quote when asking for help
    errors: tuple[Fault, ...] | UnsetType = UNSET
    current: str | UnsetType | None = UNSET  # ETag of what is on record now
    conflicting_event: int | UnsetType | None = UNSET  # position of the change
    accepted: tuple[str, ...] | UnsetType = UNSET  # values that would be taken
    roles: tuple[str, ...] | UnsetType = UNSET  # who may do it instead
    gaps: tuple[str, ...] | UnsetType = UNSET  # what is still open, a sentence each


class Place(Struct, frozen=True):
    """Where in a request the word stands that was refused."""

    pointer: str
    parameter: str | None = None  # a step of the path


class Unfit(Exception):
    """What was sent does not fit: all of it that does not, at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("the request does not fit")
        self.faults = faults


class Answered(Struct, frozen=True, kw_only=True):
    """A problem ready to send; `unforeseen` faults belong in the operator's log."""

    problem: Problem
    headers: Mapping[str, str]
    unforeseen: bool = False

    @property
    def slug(self) -> str:
        """The kind of problem."""
        return self.problem.type.rpartition("/")[2]


def answer_to(
    error: Exception, instance: str, *, place: Place | None = None
) -> Answered:
    """The problem an exception is answered with; `place` is that of a refused word."""
    match error:
        case Unfit():
            return _answered(
                "validation",
                _sentence_of(error.faults),
                instance,
                errors=error.faults,
            )
        case Refused(code=code) if code in KINDS:
            return _refused(error, place, instance)
        case Conflict():
            return _stale(error.actual, instance)
        case WrongVersion():
            return _stale(error.actual, instance)
        case CommandReused():
            return _answered(
                "idempotency-key-reused",
                f"the key `{error.command_id}` was sent before with another request",
                instance,
            )
        case KeyDestroyed():
            return _answered(
                "erased",
                "the words kept here were erased, and no new ones can be kept in their "
                "place",
                instance,
            )
        case Overloaded():
            return _later("overloaded", instance)
        case StoreError() | DBAPIError():
            return _later("store-unavailable", instance, unforeseen=True)
        case web.RequestPayloadError():
            return _answered(
                "malformed-request", "the body broke off or is garbled", instance
            )
        case web.HTTPException(status=status) if status in _SLUG_BY_STATUS:
            return _http(error, instance)
        case _:
            return _answered(
                "internal-error",
                "the service met a fault; quote the request id when you report it",
                instance,
                unforeseen=True,
            )


def problem_response(answered: Answered) -> web.Response:
    """The response that carries a problem."""
    return web.Response(
        body=msgspec.json.encode(answered.problem),
        status=answered.problem.status,
        content_type=PROBLEM_TYPE,
        headers=dict(answered.headers),
    )


def refused_by(error: web.HTTPException) -> Answered:
    """What the HTTP library refuses before a request has an id."""
    return answer_to(error, "")


def problem_example(kind: Kind) -> Problem:
    """How a problem of this kind looks when it comes alone."""
    return Problem(
        type=f"/problems/{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=_lower(kind.why),
        instance="4bf92f3577b34da6a3ce929d0e0e4736",
    )


def etag(version: int, beside: str | None = None) -> str:
    """`"7"`: the tag of one version of a thing; `"7.0af3…"` with what is beside it."""
    return f'"{version}"' if beside is None else f'"{version}.{beside}"'


def _answered(
    slug: str,
    detail: str,
    instance: str,
    *,
    headers: Mapping[str, str] | None = None,
    unforeseen: bool = False,
    **members: Any,
) -> Answered:
    kind = KINDS[slug]
    problem = Problem(
        type=f"/problems/{slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=instance,
        **members,
    )
    return Answered(problem=problem, headers=headers or {}, unforeseen=unforeseen)


def _refused(refused: Refused, place: Place | None, instance: str) -> Answered:
    """A refusal; its details become members of the problem where they have a name."""
    details = refused.details
    members: dict[str, Any] = {
        name: details[name] for name in _MEMBERS if name in details
    }
    faults = details.get("faults")
    pointer = details.get("pointer")
    mistakes = details.get("mistakes")
    header = details.get("header")
    if isinstance(faults, tuple):
        members["errors"] = tuple(Fault(detail=it, pointer="/text") for it in faults)
    elif isinstance(pointer, str):
        members["errors"] = (Fault(detail=refused.reason, pointer=pointer),)
    elif isinstance(header, str):
        members["errors"] = (Fault(detail=refused.reason, header=header),)
    elif isinstance(mistakes, tuple):
        members["errors"] = tuple(Fault(detail=mistake) for mistake in mistakes)
    elif place is not None:
        fault = Fault(
            detail=refused.reason, pointer=place.pointer, parameter=place.parameter
        )
        members["errors"] = (fault,)
    headers = {}
    if "current" in details:
        members["current"] = current = _tag(details["current"])
        headers = {} if current is None else {"ETag": current}
    if refused.code == "not-authenticated":
        why = ', error="invalid_token"' if "token" in details else ""  # RFC 6750
        headers["WWW-Authenticate"] = f'Bearer realm="adjudge"{why}'
    if refused.code == "step-up-required":
        headers["WWW-Authenticate"] = _challenge(details)
    if "retry_after" in details:
        headers["Retry-After"] = str(details["retry_after"])
    elif KINDS[refused.code].status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    return _answered(refused.code, refused.reason, instance, headers=headers, **members)


def _challenge(details: Mapping[str, Any]) -> str:
    """How to sign in, for the program that asked (RFC 9470)."""
    said = ['Bearer realm="adjudge"', 'error="insufficient_user_authentication"']
    if details["accepted"]:
        said.append(f'acr_values="{" ".join(details["accepted"])}"')
    if details["max_age"] is not None:
        said.append(f'max_age="{details["max_age"]}"')
    return ", ".join(said)


def _tag(version: object) -> str | None:
    return etag(version) if isinstance(version, int) and version else None


def _stale(actual: int, instance: str) -> Answered:
    """Another version is on record than the one named, or none at all."""
    current = _tag(actual)
    if current is None:
        detail = "nothing is on record here; send it without `If-Match`"
        return _answered("stale-answer", detail, instance, current=None)
    detail = f"version {current} is on record now; read it and decide again"
    return _answered(
        "stale-answer", detail, instance, headers={"ETag": current}, current=current
    )


def _later(slug: str, instance: str, *, unforeseen: bool = False) -> Answered:
    return _answered(
        slug,
        "nothing of this request was recorded; send it again with the same key",
        instance,
        headers={"Retry-After": RETRY_AFTER_SECONDS},
        unforeseen=unforeseen,
    )


def _http(error: web.HTTPException, instance: str) -> Answered:
    """What aiohttp itself refuses: no such route, wrong method, body too large."""
    kind = KINDS[_SLUG_BY_STATUS[error.status]]
    headers = {}
    if isinstance(error, web.HTTPMethodNotAllowed):
        headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    return _answered(kind.slug, _lower(kind.why), instance, headers=headers)


def _lower(sentence: str) -> str:
    """A catalogue sentence in the form of an error: lower case, no full stop."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _sentence_of(faults: tuple[Fault, ...]) -> str:
    """One sentence that stands for all faults."""
    first = faults[0]
    where = first.parameter or first.header or first.pointer or "the body"
    sentence = (
        f"`{where}` {first.detail}"
        if where != "the body"
        else (f"the body {first.detail}")
    )
    if len(faults) == 1:
        return sentence
    return f"{len(faults)} things do not fit; the first: {sentence}"
