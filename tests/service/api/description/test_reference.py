"""Everything is described with examples that hold, for programs and for people."""

import json
import re

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.api import OPERATIONS, document
from service.api.wire.catalogue import KINDS
from service.api.wire.reading import PATH_FORMS
from service.api.wire.route import JSON
from tests.service.api.asking import Api

DOCUMENT = json.loads(json.dumps(document(OPERATIONS, version="1")))
IN_DOCUMENT = Draft202012Validator(DOCUMENT)  # finds what a `$ref` means
BODIES = [
    (f"{operation.id} {place}", content)
    for operation in OPERATIONS
    for item in [DOCUMENT["paths"][operation.path][operation.method.lower()]]
    for place, content in [
        ("takes", item.get("requestBody", {}).get("content", {}).get(JSON)),
        *(
            (f"gives {status}", answer.get("content", {}).get(JSON))
            for status, answer in item["responses"].items()
        ),
    ]
    if content is not None and "$ref" in content["schema"]
]


@pytest.mark.parametrize(("where", "content"), BODIES, ids=[each for each, _ in BODIES])
def test_every_example_is_what_it_is_an_example_of(
    where: str, content: dict[str, object]
) -> None:
    validator = IN_DOCUMENT.evolve(schema=content["schema"])

    faults = list(validator.iter_errors(content["example"]))

    assert not faults, (where, faults[0].message)


def test_every_parameter_that_narrows_a_request_has_an_example() -> None:
    for operation in OPERATIONS:
        item = DOCUMENT["paths"][operation.path][operation.method.lower()]
        for parameter in item["parameters"]:
            if parameter["in"] == "path":
                pattern = parameter["schema"]["pattern"]
                assert re.search(pattern, parameter["example"]), parameter
                assert PATH_FORMS[parameter["name"]].fullmatch(parameter["example"])
            elif "example" in parameter:
                Draft202012Validator(parameter["schema"]).validate(parameter["example"])


def test_patterns_mean_the_same_in_every_language() -> None:
    assert r"\\Z" not in json.dumps(DOCUMENT)


async def test_the_reference_tells_of_every_operation(api: Api) -> None:
    page = (await api.get("/v1/reference")).text

    for operation in OPERATIONS:
        assert f'<h3 id="{operation.id}">' in page
        assert f'<a href="#{operation.id}">' in page
    assert "<script" not in page
    assert re.search(r"(?:src|href)=.https?:", page) is None  # nothing from elsewhere


async def test_the_style_of_a_page_is_the_one_that_may_be_used(api: Api) -> None:
    reply = await api.get("/v1/reference")

    assert "style-src 'sha256-" in reply.headers["Content-Security-Policy"]
    assert reply.text.count("<style>") == 1


async def test_every_problem_has_a_page_at_its_address(api: Api) -> None:
    for slug, kind in KINDS.items():
        reply = await api.get(f"/problems/{slug}")

        assert reply.status == 200, slug
        assert reply.headers["Content-Type"].startswith("text/html")
        assert f"Status {kind.status}" in reply.text
        assert "What to do" in reply.text


async def test_the_problems_are_listed_for_people(api: Api) -> None:
    page = (await api.get("/problems")).text

    assert all(f'href="/problems/{slug}"' in page for slug in KINDS)
