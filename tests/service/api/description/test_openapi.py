"""The OpenAPI document is valid and tells of every route, and of nothing else."""

import json
import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from service.api import OPERATIONS, document
from service.api.wire.catalogue import KINDS
from service.api.wire.promises import refusals
from service.api.wire.reading import PATH_FORMS
from tests.service.api.asking import Api

METHODS = {"get", "put", "post", "delete"}


async def test_the_document_is_valid(api: Api) -> None:
    reply = await api.get("/v1/openapi.json")

    OpenAPIV31SpecValidator(reply.body).validate()
    assert reply.body["openapi"].startswith("3.1")
    assert reply.body["info"]["version"] == "0.0.0"


def test_the_document_is_the_same_each_time() -> None:
    one, other = (document(OPERATIONS, version="1") for _ in range(2))

    assert json.dumps(one) == json.dumps(other)


async def test_every_route_is_in_the_document_and_nothing_else(api: Api) -> None:
    described = {
        (method.upper(), path)
        for path, item in (await api.get("/v1/openapi.json")).body["paths"].items()
        for method in METHODS & item.keys()
    }

    assert described == {
        (route.method, route.resource.canonical)
        for route in api.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }


def test_operations_have_names_and_words_of_their_own() -> None:
    names = [operation.id for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert all(operation.says for operation in OPERATIONS)


async def test_every_problem_in_the_document_is_one_of_the_catalogue(api: Api) -> None:
    body = (await api.get("/v1/openapi.json")).body

    assert set(body["components"]["examples"]) == set(KINDS)
    referenced = set()
    for operation in OPERATIONS:
        item = body["paths"][operation.path][operation.method.lower()]
        for slug in refusals(operation):
            response = item["responses"][str(KINDS[slug].status)]
            examples = response["content"]["application/problem+json"]["examples"]
            assert examples[slug] == {"$ref": f"#/components/examples/{slug}"}
            referenced.add(slug)
    assert set(KINDS) - referenced == OF_NO_OPERATION


OF_NO_OPERATION = {
    "earlier-item-refused",  # said of an item of a batch
    "malformed-request",
    "expectation-failed",
    "method-not-allowed",
}


def test_every_step_of_a_path_has_a_form() -> None:
    steps = {
        step
        for operation in OPERATIONS
        for step in re.findall(r"{(\w+)}", operation.path)
    }

    assert steps == set(PATH_FORMS)
