"""What `/v1` promised once is kept: no change may break a client written to it."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from service.api import OPERATIONS, document
from tests.contract.accept import PROMISED
from tests.contract.breaking import breaks, relied_on

Document = dict[str, Any]
PUT = "/v1/inspections/{inspection}/cases/{case}/answers/{question}"
LIST = "/v1/inspections"


def _now() -> Document:
    return deepcopy(_described())


@cache
def _described() -> Document:
    return json.loads(json.dumps(document(OPERATIONS, version="1")))  # type: ignore[no-any-return]


def test_nothing_that_was_promised_is_taken_back() -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))

    assert list(breaks(promised, _now())) == [], (
        "a change to /v1 breaks its clients; see `Changing the API` in deploy/README.md"
    )


def _schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def _parameter(document: Document, path: str, method: str, name: str) -> Any:
    parameters = document["paths"][path][method]["parameters"]
    return next(each for each in parameters if each["name"] == name)


def _without_delete(new: Document) -> None:
    del new["paths"][PUT]["delete"]


def _without_path(new: Document) -> None:
    del new["paths"]["/v1/me"]


def _renamed(new: Document) -> None:
    new["paths"][PUT]["put"]["operationId"] = "record_answer"


def _guarded(new: Document) -> None:
    new["paths"]["/v1/problems"]["get"]["security"] = [{"token": []}]


def _without_field(new: Document) -> None:
    del _schema(new, "RatingView")["properties"]["percentage"]
    _schema(new, "RatingView")["required"].remove("percentage")


def _sometimes(new: Document) -> None:
    _schema(new, "RatingView")["required"].remove("percentage")


def _another_type(new: Document) -> None:
    _schema(new, "RatingView")["properties"]["part"] = {"type": "integer"}


def _nullable(new: Document) -> None:
    schema = _schema(new, "RatingView")["properties"]
    schema["part"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _required_field(new: Document) -> None:
    _schema(new, "AnswerBody")["required"].append("evidence")


def _refused_field(new: Document) -> None:
    del _schema(new, "AnswerBody")["properties"]["observed_at"]


def _shorter(new: Document) -> None:
    _schema(new, "AnswerBody")["properties"]["answer"]["maxLength"] = 100


def _longer_at_least(new: Document) -> None:
    _schema(new, "AnswerBody")["properties"]["answer"]["minLength"] = 2


def _another_kind(new: Document) -> None:
    limit = _parameter(new, LIST, "get", "limit")
    limit["schema"] = {"anyOf": [{"type": "boolean"}, {"type": "string"}]}


def _not_null(new: Document) -> None:
    schema = _schema(new, "AnswerBody")["properties"]
    schema["evidence"] = {"type": "string", "minLength": 1, "maxLength": 4000}


def _fewer_values(new: Document) -> None:
    _schema(new, "DecisionBody")["properties"]["outcome"]["enum"].remove("declined")


def _certain_values(new: Document) -> None:
    _schema(new, "AnswerBody")["properties"]["answer"]["enum"] = ["Yes", "No"]


def _without_parameter(new: Document) -> None:
    item = new["paths"][LIST]["get"]
    item["parameters"] = [each for each in item["parameters"] if each["in"] != "query"]


def _required_parameter(new: Document) -> None:
    _parameter(new, PUT, "put", "Idempotency-Key")["required"] = True


def _smaller_pages(new: Document) -> None:
    _parameter(new, LIST, "get", "limit")["schema"]["maximum"] = 50


def _other_body(new: Document) -> None:
    content = new["paths"][PUT]["put"]["requestBody"]["content"]
    content["application/xml"] = content.pop("application/json")


def _body_of_a_delete(new: Document) -> None:
    put = new["paths"][PUT]["put"]
    new["paths"][PUT]["delete"]["requestBody"] = put["requestBody"]


def _no_body(new: Document) -> None:
    del new["paths"][PUT]["put"]["requestBody"]


def _never_created(new: Document) -> None:
    del new["paths"][PUT]["put"]["responses"]["201"]


def _no_tag(new: Document) -> None:
    del new["paths"][PUT]["get"]["responses"]["200"]["headers"]["ETag"]


def _no_lines(new: Document) -> None:
    content = new["paths"]["/v1/events"]["get"]["responses"]["200"]["content"]
    del content["application/x-ndjson"]


def _other_status(new: Document) -> None:
    new["components"]["examples"]["legal-hold"]["value"]["status"] = 403


BREAKING: dict[str, Callable[[Document], None]] = {
    "DELETE /v1/inspections/{inspection}/cases/{case}/answers/{question} is gone": (
        _without_delete
    ),
    "GET /v1/me is gone": _without_path,
    "is called otherwise": _renamed,
    "needs a token": _guarded,
    "no longer has `percentage`": _without_field,
    "does not always have `percentage`": _sometimes,
    "`part` has another type": _another_type,
    "`part` may be null as well": _nullable,
    "requires `evidence`": _required_field,
    "no longer takes `observed_at`": _refused_field,
    "`answer` has a lower maxLength": _shorter,
    "`answer` has a higher minLength": _longer_at_least,
    "`limit` no longer takes integer": _another_kind,
    "`evidence` no longer takes null": _not_null,
    "`outcome` no longer takes `declined`": _fewer_values,
    "`answer` takes certain values only": _certain_values,
    "no longer takes `after`": _without_parameter,
    "requires `Idempotency-Key`": _required_parameter,
    "`limit` has a lower maximum": _smaller_pages,
    "no longer takes application/json": _other_body,
    "requires a body": _body_of_a_delete,
    "no longer takes a body": _no_body,
    "no longer answers 201": _never_created,
    "200 no longer has the header ETag": _no_tag,
    "no longer answers 200 as application/x-ndjson": _no_lines,
    "`legal-hold` has another status": _other_status,
}


@pytest.mark.parametrize(("says", "change"), BREAKING.items(), ids=BREAKING)
def test_what_would_break_a_client_is_named(
    says: str, change: Callable[[Document], None]
) -> None:
    before = _now()
    after = deepcopy(before)
    change(after)

    found = list(breaks(relied_on(before), after))

    assert any(says in each for each in found), found


def _one_more_field(new: Document) -> None:
    _schema(new, "RatingView")["properties"]["since"] = {"type": "string"}
    _schema(new, "RatingView")["required"].append("since")


def _one_more_optional(new: Document) -> None:
    _schema(new, "AnswerBody")["properties"]["language"] = {"type": "string"}


def _one_more_operation(new: Document) -> None:
    new["paths"]["/v1/more"] = {"get": new["paths"]["/v1/me"]["get"]}


def _longer(new: Document) -> None:
    _schema(new, "AnswerBody")["properties"]["answer"]["maxLength"] = 400


def _more_values(new: Document) -> None:
    _schema(new, "DecisionBody")["properties"]["outcome"]["enum"].append("deferred")


def _another_kind_as_well(new: Document) -> None:
    limit = _parameter(new, LIST, "get", "limit")
    limit["schema"] = {"anyOf": [limit["schema"], {"const": "all"}]}


def _other_words(new: Document) -> None:
    new["paths"][PUT]["put"]["description"] = "Say it otherwise."


@pytest.mark.parametrize(
    "change",
    [
        _one_more_field,
        _one_more_optional,
        _one_more_operation,
        _longer,
        _more_values,
        _another_kind_as_well,
        _other_words,
    ],
)
def test_what_is_added_breaks_nobody(change: Callable[[Document], None]) -> None:
    before = _now()
    after = deepcopy(before)
    change(after)

    assert list(breaks(relied_on(before), after)) == []
