"""What every answer is held to besides the checks that schemathesis brings."""

import json
from datetime import UTC, datetime
from typing import Any

import schemathesis
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis import Case

MISREAD = {
    "malformed-body",
    "malformed-idempotency-key",
    "malformed-request",
    "missing-idempotency-key",
    "unsupported-media-type",
    "validation",
}
"""What no request that fits its description may be told."""

BATCH = "/v1/inspections/{inspection}/answer-batches"
ITEM = {"$ref": "#/components/schemas/AnswerBatchBody/properties/items/items"}

TIMES = {"/observed_at", "/since", "/until"}

SEEN = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@schemathesis.check
def a_request_that_fits_is_read(
    ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: Case[Any],
) -> None:
    """Nothing that fits its description is refused as if it did not."""
    generated = case.meta and case.meta.generation.mode
    if (
        generated == schemathesis.GenerationMode.POSITIVE
        and response.status_code == 422
    ):
        slug = _slug(response)
        assert slug not in MISREAD or (
            slug == "validation" and _is_only_of_no_time(response)
        ), f"fits its description, and is told `{slug}`"


@schemathesis.check
def an_item_is_answered_where_it_stands(
    ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: Case[Any],
) -> None:
    """A batch that is read fits but for its items; each that does not is told so.

    This is what lets schemathesis.toml take a 200 for a batch that does not fit.
    """
    if case.operation.path != BATCH or response.status_code != 200:
        return
    batch = json.loads(_body(response))
    assert batch.keys() == {"items"}
    described = Draft202012Validator(case.operation.schema.raw_schema)
    fitting = described.evolve(schema=ITEM)
    for item, result in zip(batch["items"], response.json()["results"], strict=True):
        if not fitting.is_valid(item):
            assert result["status"] == 422, item
            assert result["problem"]["type"] == "/problems/validation", item


@schemathesis.check
def only_what_never_came_is_waited_for(
    ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: Case[Any],
) -> None:
    """The one 503 is that of a position that is not on record, and says when."""
    if response.status_code == 503:
        assert _slug(response) == "projection-behind"
        assert response.headers["retry-after"]


@schemathesis.check
def who_is_held_back_is_told_for_how_long(
    ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: Case[Any],
) -> None:
    """No 429 leaves a client guessing when to come again."""
    if response.status_code == 429:
        assert _slug(response) == "rate-limited"
        assert response.headers["retry-after"]


@schemathesis.check
def every_answer_carries_its_headers(
    ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: Case[Any],
) -> None:
    """No answer is kept by a cache, guessed at by a browser or without its id."""
    for name, value in SEEN.items():
        assert response.headers[name] == [value], name
    if response.status_code != 400 or _slug(response) != "malformed-request":
        assert response.headers["x-request-id"]  # what was no request has none


@schemathesis.hook
def before_call(
    ctx: schemathesis.HookContext, case: Case[Any], kwargs: dict[str, Any]
) -> None:
    """A key that was sent before is sent as another, or nothing new would be asked."""
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and key in _SENT:
        case.headers["Idempotency-Key"] = f"{len(_SENT)}"
    _SENT.add(str(case.headers.get("Idempotency-Key")))


_SENT: set[str] = set()


def _is_only_of_no_time(response: schemathesis.Response) -> bool:
    """Whether all that does not fit are times for which UTC has no year.

    They are described in words: it depends on the offset, and a pattern that keeps them
    out keeps out times that are taken.
    """
    pointers = [error.get("pointer") for error in response.json()["errors"]]
    if any(pointer not in TIMES for pointer in pointers):
        return False
    sent = json.loads(_body(response))
    return all(_is_of_no_year(sent[pointer[1:]]) for pointer in pointers)


def _is_of_no_year(time: str) -> bool:
    try:
        datetime.fromisoformat(time).astimezone(UTC)
    except OverflowError:
        return True
    return False


def _body(response: schemathesis.Response) -> bytes:
    body = response.request.body
    assert isinstance(body, bytes)
    return body


def _slug(response: schemathesis.Response) -> str:
    return str(response.json()["type"]).removeprefix("/problems/")
