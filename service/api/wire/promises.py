"""What an operation asks, gives and refuses in all: its contract and what follows."""

from collections.abc import Mapping

from service.api.wire.parameter import IF_NONE_MATCH_READ, MIN_POSITION, REASON
from service.api.wire.route import Operation, Parameter
from service.permission import STEP_UP, Action

WATCHED = frozenset({"/healthz", "/readyz"})
"""Asked by machines that must always get an answer."""

_ALWAYS = ("internal-error", "overloaded", "store-unavailable")
_WITH_TOKEN = ("not-authenticated", "forbidden", "identity-provider-unavailable")
_WITH_SESSION = ("cross-site",)
_IN_INSPECTION = ("not-assigned", "not-your-case")
_SAID = frozenset({Action.READ_CASES, Action.READ_REPORT, Action.READ_BREAK_GLASS})
_CHANGING = "inspection-locked"
_WITH_BODY = (
    "malformed-body",
    "payload-too-large",
    "request-timeout",
    "unsupported-media-type",
    "validation",
)
_WITH_FILE = ("payload-too-large", "request-timeout", "unsupported-media-type")
_WITH_KEY = (
    "malformed-idempotency-key",
    "idempotency-key-reused",
    "reply-forgotten",
    "integrity-alarm",
)


def asks(operation: Operation) -> tuple[Parameter, ...]:
    """Everything a request may say in its query and its headers."""
    asked = operation.contract.asks
    if operation.method != "GET":
        return asked
    if _explained(operation) and all(each.name != REASON.name for each in asked):
        asked = (*asked, REASON)
    more = (MIN_POSITION,) if operation.of_record else ()
    return (*asked, *more, IF_NONE_MATCH_READ)


def _explained(operation: Operation) -> bool:
    """Whether those from outside the inspection must say why they ask."""
    contract = operation.contract
    return contract.may in _SAID or "reason-required" in contract.refuses


def gives(operation: Operation) -> Mapping[int, object]:
    """Every status that is no refusal, with the type of its body."""
    given = dict(operation.contract.gives)
    if operation.method == "GET":
        given[304] = None
    return given


def refusals(operation: Operation) -> tuple[str, ...]:
    """Every kind of problem an operation may answer with."""
    contract = operation.contract
    slugs = [*contract.refuses]
    if contract.may is not None:
        slugs += (*_WITH_TOKEN, "validation")
        slugs += _WITH_SESSION if operation.method != "GET" else ()
        if "{inspection}" in operation.path:
            slugs += _IN_INSPECTION
            if operation.method != "GET":
                slugs.append(_CHANGING)
    if contract.may in STEP_UP and operation.method != "GET":
        slugs.append("step-up-required")
    if _explained(operation):
        slugs.append("reason-required")
    if contract.takes is not None:
        slugs += _WITH_BODY
    if contract.uploads:
        slugs += _WITH_FILE
    if any(parameter.name == "Idempotency-Key" for parameter in contract.asks):
        slugs += _WITH_KEY
    if operation.method == "POST" and not contract.repeatable:
        slugs.append("missing-idempotency-key")
    elif any(parameter.place == "query" for parameter in asks(operation)):
        slugs.append("validation")
    if operation.of_record:
        slugs.append("projection-behind")
    if "{" in operation.path:
        slugs.append("not-found")
    if operation.path not in WATCHED:
        slugs.append("rate-limited")
    return tuple(dict.fromkeys((*slugs, *_ALWAYS)))
