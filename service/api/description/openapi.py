"""The OpenAPI 3.1 document, made from the route table and the models."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from service.api.description.examples import WORDS, example_of
from service.api.wire.catalogue import KINDS, statuses
from service.api.wire.problems import PROBLEM_TYPE, Problem, problem_example
from service.api.wire.promises import asks, gives, refusals
from service.api.wire.reading import PATH_FORMS
from service.api.wire.route import JSON, Operation, Parameter
from service.api.wire.session import COOKIE

_REF = "#/components/schemas/{name}"
_SUCCESSES = {
    200: "Done",
    201: "Recorded for the first time",
    202: "Begun; it goes on, and `Location` tells how far it is",
    303: "To be looked at elsewhere",
    304: "Not changed",
}
_BODILESS = (303, 304)
_HEADERS: Mapping[str, str] = {
    "ETag": "Tells this version from every other",
    "Idempotent-Replayed": "`true`: this is the reply to the first such request",
    "Link": "The following page, as `next`",
    "Location": "Where what was recorded is read",
    "RateLimit": "What is left, where it is less than a fifth of what may be had at "
    "once: `r` requests, and all of them again in `t` seconds",
    "RateLimit-Policy": "Beside it: `q` requests may be had at once, and are there "
    "again in `w` seconds",
    "Record-Position": "The position in the ledger that this takes account of",
    "Retry-After": "Seconds to wait",
    "X-Request-Id": "The request, to quote when asking for help",
}

_HEADERS_BESIDE: Mapping[int, Sequence[str]] = {
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}


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
            "schemas": _portable(components),
            "headers": {
                name: {"description": says, "schema": {"type": "string"}}
                for name, says in _HEADERS.items()
            },
            "examples": {slug: _problem_example(slug) for slug in KINDS},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations)],
    }


def _models(operations: Iterable[Operation]) -> Iterable[Any]:
    yield Problem
    for operation in operations:
        if operation.contract.takes is not None:
            yield operation.contract.takes
        yield from filter(None, operation.contract.gives.values())


def _portable(schema: Any) -> Any:
    r"""A schema whose patterns mean the same everywhere: `\Z` is Python's word."""
    match schema:
        case dict():
            return {
                name: value.replace(r"\Z", "$")
                if name == "pattern" and isinstance(value, str)
                else _portable(value)
                for name, value in schema.items()
            }
        case list():
            return [_portable(each) for each in schema]
        case _:
            return schema


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
            *map(_parameter, asks(operation)),
        ],
        "responses": {
            **{
                str(status): _success(operation, status, schema_of)
                for status in gives(operation)
            },
            **{
                str(status): _problems(slugs, schema_of[Problem])
                for status, slugs in statuses(refusals(operation)).items()
            },
        },
    }
    if contract.may is not None:
        described["security"] = [{"token": []}, {"session": []}]
        described["x-may"] = contract.may
    if contract.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {
                JSON: {
                    "schema": schema_of[contract.takes],
                    "example": example_of(contract.takes),
                }
            },
        }
    if contract.uploads:
        described["requestBody"] = {
            "required": True,
            "content": {
                media: {"schema": {"type": "string", "contentMediaType": media}}
                for media in contract.uploads
            },
        }
    return described


def _path_parameter(name: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{PATH_FORMS[name].pattern}$"},
        "example": str(WORDS[name]),
    }


def _parameter(parameter: Parameter) -> Mapping[str, Any]:
    described = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.says,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _success(
    operation: Operation, status: int, schema_of: Mapping[object, Mapping[str, Any]]
) -> Mapping[str, Any]:
    contract = operation.contract
    described: dict[str, Any] = {
        "description": _SUCCESSES[status],
        "headers": _headers(operation, status),
    }
    model = gives(operation)[status]
    if status not in _BODILESS:
        described["content"] = {
            media: {"schema": schema_of[model], "example": example_of(model)}
            if media == JSON and model is not None
            else {"schema": {"type": "object" if media == JSON else "string"}}
            for media in contract.media
        }
    return described


def _headers(operation: Operation, status: int) -> Mapping[str, Any]:
    names = ["X-Request-Id"]
    if operation.of_record or operation.method != "GET":
        names.append("Record-Position")
    if operation.method != "DELETE":
        names.append("ETag")
    if any(parameter.name == "limit" for parameter in operation.contract.asks):
        names.append("Link")
    if operation.method != "GET" and not operation.contract.repeatable:
        names.append("Idempotent-Replayed")
    if status in {201, 202}:
        names.append("Location")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problems(slugs: Sequence[str], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    described: dict[str, Any] = {
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
    names = _HEADERS_BESIDE.get(KINDS[slugs[0]].status, ())
    if names:
        described["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name in names
        }
    return described


def _problem_example(slug: str) -> Mapping[str, Any]:
    kind = KINDS[slug]
    return {
        "summary": kind.title,
        "value": msgspec.to_builtins(problem_example(kind)),
    }
