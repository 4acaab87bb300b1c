"""Every operation of the API has a call, and every call is an operation of the API.

Each call is made with made-up arguments on a service that knows nothing: what it sent
is held against `/v1/openapi.json`, address, parameters, fields and kind of reply.
"""

import inspect
import re
from collections import abc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from aiohttp import web
from msgspec import Struct

from service.api import OPERATIONS, document
from service.client import Client, NotFound, When
from tests.service.client.flaky import refuses, talking

DOCUMENT: Any = document(OPERATIONS, version="1")
NO_CALLS = {"close", "position", "inspection", "case", "framework", "wait_for"} | {
    "look",
    "call",
    "send",
}
"""They lead on, make several calls, or send what the caller wrote down."""
LEFT_OUT = {
    "record_batch": "`Inspection.send` carries what an outbox made, tested with it",
    "list_problems": "a refusal carries its problem; these are pages for people",
    "show_problems": "as above",
    "show_problem": "as above",
    "show_document": "the description is for making clients, and this is one",
    "show_reference": "as above",
    "show_health": "for whoever runs the service",
    "show_readiness": "as above",
    "show_version": "as above",
    "sign_in": "for browsers; a client has a token",
    "finish_sign_in": "as above",
    "sign_out": "as above",
    "sign_out_everywhere": "for the identity provider",
}
MADE_UP: Any = {
    str: "a-word",
    int: 7,
    bool: True,
    bytes: b"case",
    date: date(2026, 3, 1),
    datetime: datetime(2026, 3, 1, tzinfo=UTC),
    When: When(seen=7),
    abc.Mapping: {"C-1": "a-word"},
    abc.Sequence: ["a-word"],
}


async def test_every_operation_has_a_call_that_sends_and_reads_what_it_should() -> None:
    found: dict[str, str] = {}
    async with talking(refuses(404, "not-found")) as (heard, client):
        for name, call in _calls(client):
            for given in (_least(call), _all(call)):
                await _make(call, given)
                described = _described(heard.requests[-1])
                await _check_sent(heard.requests[-1], described)
                _check_reply(call, described)
                found[described["operationId"]] = name

    operations = {described["operationId"] for _, described in _operations()}
    assert LEFT_OUT.keys() <= operations - found.keys()
    assert operations - LEFT_OUT.keys() == found.keys()


def _calls(client: Client) -> Iterator[tuple[str, Callable[..., Any]]]:
    inspection = client.inspection("brent")
    things = (
        client,
        inspection,
        inspection.case("C-1"),
        inspection.fieldwork,
        inspection.panel,
        inspection.report,
        client.framework("youth-2020"),
        client.governance,
        client.webhooks,
    )
    for thing in things:
        for name in vars(type(thing)):
            if not name.startswith("_") and name not in NO_CALLS:
                yield name, getattr(thing, name)


def _least(call: Callable[..., Any]) -> dict[str, Any]:
    """Made-up arguments, those that have to be there."""
    return {
        name: value
        for name, value in _all(call).items()
        if inspect.signature(call).parameters[name].default is inspect.Parameter.empty
    }


def _all(call: Callable[..., Any]) -> dict[str, Any]:
    hints = get_type_hints(call)
    return {
        name: _made_up(hints[name])
        for name, parameter in inspect.signature(call).parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }


def _made_up(hint: Any) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return parts[0]
    if origin in (UnionType, Union):
        return _made_up(parts[0])
    return MADE_UP[origin or hint]


async def _make(call: Callable[..., Any], given: dict[str, Any]) -> None:
    try:
        coming = call(**given)
        await (anext(coming) if hasattr(coming, "__anext__") else coming)
    except NotFound:
        return
    except ValueError:  # nothing to be seen here
        await _make(call, given | {"when": When()})


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {path}", described


def _described(request: web.BaseRequest) -> dict[str, Any]:
    """The operation that a request asks for; the plainest of those that fit."""
    fits = [
        (address.count("{"), described)
        for address, described in _operations()
        if re.fullmatch(
            re.sub(r"\\{\w+\\}", "[^/]+", re.escape(address)),
            f"{request.method} {request.path}",
        )
    ]
    assert fits, request.path
    _, described = min(fits, key=lambda fit: fit[0])
    return described


async def _check_sent(request: web.BaseRequest, described: dict[str, Any]) -> None:
    says = {(each["in"], each["name"]) for each in described["parameters"]}
    here = described["operationId"]
    for name in request.query:
        assert ("query", name) in says, f"{here}: {name}"
    for name in ("If-Match", "If-None-Match", "Last-Event-ID"):
        assert name not in request.headers or ("header", name) in says, (
            f"{here}: {name}"
        )
    media = described.get("requestBody", {"content": {}})["content"]
    body = await request.read()
    if "application/json" in media:
        name = media["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][name]
        fields = msgspec.json.decode(body).keys()
        assert set(schema.get("required", ())) <= fields, here
        assert fields <= schema["properties"].keys(), here
    elif media:
        assert request.content_type in media, here
    else:
        assert not body or body == b"{}", here


def _check_reply(call: Callable[..., Any], described: dict[str, Any]) -> None:
    """What a call reads whole is what the operation gives."""
    reads = get_type_hints(call)["return"]
    if not (isinstance(reads, type) and issubclass(reads, Struct)):
        return
    gives = {
        media["schema"].get("$ref", "").rpartition("/")[2]
        for status, reply in described["responses"].items()
        if status.startswith("2")
        for media in reply["content"].values()
    }
    assert reads.__name__ in {name.rpartition(".")[2] for name in gives}
