"""The OpenAPI 3.1 document, made from the route table and the models."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from service.api.catalogue import KINDS, statuses
from service.api.problems import PROBLEM_TYPE, Problem
from service.api.route import JSON, Operation, Parameter

_REF = "#/components/schemas/{name}"
_SUCCESSES = {200: "Done", 201: "Recorded for the first time", 304: "Not changed"}
_ALWAYS = ("internal-error", "overloaded", "store-unavailable")
_WITH_TOKEN = ("not-authenticated", "forbidden")
_IN_INSPECTION = ("not-assigned", "not-your-case")
_WITH_BODY = (
    "malformed-body",
    "payload-too-large",
    "request-timeout",
    "unsupported-media-type",
    "validation",
)
_WITH_KEY = (
    "malformed-idempotency-key",
    "idempotency-key-reused",
    "reply-forgotten",
    "integrity-alarm",
)


def document(operations: Sequence[Operation], *, version: str) -> Mapping[str, Any]:
    """The whole document."""
    models = tuple(dict.fromkeys(_models(operations)))
    schemas, components = msgspec.json.schema_components(models, ref_template=_REF)
    schema_of = dict(zip(models, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, schema_of)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Adjudge",
            "version": version,
            "description": "Inspectors' answers in, ratings that anyone can check out.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "examples": {slug: _example(slug) for slug in KINDS},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations)],
    }


def refusals(operation: Operation) -> tuple[str, ...]:
    """Every kind of problem an operation may answer with."""
    contract = operation.contract
    slugs = [*contract.refuses]
    if contract.may is not None:
        slugs += _WITH_TOKEN
        if "{inspection}" in operation.path:
            slugs += _IN_INSPECTION
    if contract.takes is not None:
        slugs += _WITH_BODY
    if any(parameter.name == "Idempotency-Key" for parameter in contract.asks):
        slugs += _WITH_KEY
    if operation.method == "POST":
        slugs.append("missing-idempotency-key")
    if any(parameter.place == "query" for parameter in contract.asks):
        slugs.append("validation")
    if "{" in operation.path:
        slugs.append("not-found")
    return tuple(dict.fromkeys((*slugs, *_ALWAYS)))


def _models(operations: Iterable[Operation]) -> Iterable[Any]:
    yield Problem
    for operation in operations:
        if operation.contract.takes is not None:
            yield operation.contract.takes
        yield from filter(None, operation.contract.gives.values())


def _operation(
    operation: Operation, schema_of: Mapping[object, Mapping[str, Any]]
) -> Mapping[str, Any]:
    contract = operation.contract
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.says.partition(". ")[0].rstrip("."),
        "description": operation.says,
        "parameters": [
            *map(_path_parameter, re.findall(r"{(\w+)}", operation.path)),
            *map(_parameter, contract.asks),
        ],
        "responses": {
            **{
                str(status): _success(operation, status, schema_of)
                for status in contract.gives
            },
            **{
                str(status): _problems(slugs, schema_of[Problem])
                for status, slugs in statuses(refusals(operation)).items()
            },
        },
    }
    if contract.may is not None:
        described["security"] = [{"token": []}]
        described["x-may"] = contract.may
    if contract.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": schema_of[contract.takes]}},
        }
    return described


def _path_parameter(name: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
    }


def _parameter(parameter: Parameter) -> Mapping[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.says,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }


def _success(
    operation: Operation, status: int, schema_of: Mapping[object, Mapping[str, Any]]
) -> Mapping[str, Any]:
    contract = operation.contract
    described: dict[str, Any] = {
        "description": _SUCCESSES[status],
        "headers": _headers(operation),
    }
    model = contract.gives[status]
    if status != 304:  # noqa: PLR2004 - the one status without a body
        described["content"] = {
            media: {"schema": schema_of[model]}
            if media == JSON and model is not None
            else {"schema": {"type": "object" if media == JSON else "string"}}
            for media in contract.media
        }
    return described


def _headers(operation: Operation) -> Mapping[str, Any]:
    names = ["X-Request-Id"]
    if operation.path.startswith("/v1/inspections"):
        names.append("Record-Position")
    asked = {parameter.name for parameter in operation.contract.asks}
    if asked & {"If-Match", "If-None-Match"} and operation.method != "DELETE":
        names.append("ETag")
    if operation.method == "POST":
        names += ["Location", "Idempotent-Replayed"]
    return {name: {"schema": {"type": "string"}} for name in names}


def _problems(slugs: Sequence[str], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "description": "; ".join(KINDS[slug].title for slug in slugs),
        "content": {
            PROBLEM_TYPE: {
                "schema": schema,
                "examples": {
                    slug: {"$ref": f"#/components/examples/{slug}"} for slug in slugs
                },
            }
        },
    }


def _example(slug: str) -> Mapping[str, Any]:
    kind = KINDS[slug]
    return {
        "summary": kind.title,
        "value": {
            "type": f"/problems/{slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.why,
            "instance": "4bf92f3577b34da6a3ce929d0e0e4736",
        },
    }
