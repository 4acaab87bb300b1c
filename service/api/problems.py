"""The one place where a refusal or a fault becomes a status and a problem document.

Problem documents follow RFC 9457. A fault that nobody foresaw is answered without its
details: they are for the operator's log, and may hold what the asker must not see.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from events.store import (
    CommandReused,
    Conflict,
    Overloaded,
    StoreError,
    WrongVersion,
)
from service.api.catalogue import KINDS
from service.refusal import Refused

PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"

_SLUG_BY_STATUS = {
    400: "malformed-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "payload-too-large",
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
    current: str | None | UnsetType = UNSET  # ETag of what is on record now, if any
    details: dict[str, Any] | UnsetType = UNSET  # what a client can act on


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


def answer_to(error: BaseException, instance: str) -> Answered:
    """The problem an exception is answered with."""
    match error:
        case Unfit():
            return _answered(
                "validation",
                _sentence_of(error.faults),
                instance,
                errors=error.faults,
            )
        case Refused():
            return _refused(error, instance)
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
        case Overloaded():
            return _later("overloaded", instance)
        case StoreError():
            return _later("store-unavailable", instance, unforeseen=True)
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


def etag(version: int) -> str:
    """`"7"`: the tag of one version of one thing."""
    return f'"{version}"'


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


def _refused(refused: Refused, instance: str) -> Answered:
    """A refusal; `pointer`, `header` and `current` among its details get their place."""
    details = dict(refused.details)
    members: dict[str, Any] = {}
    place = {
        name: details.pop(name)
        for name in ("pointer", "parameter", "header")
        if name in details
    }
    if place:
        members["errors"] = (Fault(detail=refused.reason, **place),)
    if "current" in details:
        members["current"] = _tag(details.pop("current"))
    if details:
        members["details"] = msgspec.to_builtins(details)
    headers = {}
    if refused.code == "not-authenticated":
        headers["WWW-Authenticate"] = 'Bearer realm="adjudge"'
    if KINDS[refused.code].status == web.HTTPServiceUnavailable.status_code:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(members.get("current"), str):
        headers["ETag"] = members["current"]
    return _answered(
        refused.code, refused.reason, instance, headers=headers, **members
    )


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
    if len(faults) == 1:
        return first.detail
    return f"{len(faults)} things do not fit; the first: {first.detail}"
