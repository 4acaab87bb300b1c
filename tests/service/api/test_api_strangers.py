"""An inspection looks to whoever has no part in it as one that is not there."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from projections import Follower, Parts
from service.api import OPERATIONS, document
from service.api.wire.context import ENGINE, STORE
from service.identity import PER_INSPECTION
from service.permission import PERMISSIONS
from tests.service.api.asking import Api, Reply, answer_path
from tests.service.api.conftest import PEOPLE

DOCUMENT: Any = document(OPERATIONS, version="1")
STRANGERS = ("noor", "leah", "sam")
"""An inspector, a lead inspector and a service's contact, all of other inspections."""


def _asked(operation: Any) -> Iterator[tuple[str, object]]:
    """A request as the document shows it, and one whose body is nonsense."""
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    body = described.get("requestBody", {}).get("content", {}).get("application/json")
    yield operation.path, None if body is None else body["example"]
    if body is not None:
        yield operation.path, {"nonsense": True}


def _same(reply: Reply, inspection: str) -> tuple[object, ...]:
    """What somebody learns from a reply, whichever inspection it is about."""
    told = {k: v for k, v in (reply.body or {}).items() if k != "instance"}
    said = str(told).replace(inspection, "…")
    kept = ("ETag", "Record-Position", "Location", "Link", "Retry-After")
    return reply.status, said, *(reply.headers.get(name) for name in kept)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_tells_a_stranger_of_an_inspection(
    stranger: str, brent: Api
) -> None:
    await brent.put(answer_path("C-1", "2.1.1"), {"answer": "Yes", "evidence": "so"})
    asker, tried = brent.as_(stranger), 0

    for operation in OPERATIONS:
        if "{inspection}" not in operation.path:
            continue
        for path, body in _asked(operation):
            found = []
            for inspection in ("brent", "nowhere"):
                here = path.replace("{inspection}", inspection)
                here = here.replace("{case}", "C-1").replace("{question}", "2.1.1")
                here = re.sub(r"{(\w+)}", "1", here)
                reply = await asker.ask(
                    operation.method,
                    here,
                    body,
                    Idempotency_Key=f"key-{tried}-{inspection}",
                    If_Match='"1", "2"',
                )
                found.append(_same(reply, inspection))
            assert found[0] == found[1], (operation.method, path, body)
            assert found[0][0] in {403, 404, 415}, (operation.method, path, found)
            tried += 1
    assert tried >= 90


async def test_whoever_had_a_part_is_told_who_can_give_it_back(brent: Api) -> None:
    lena, people = brent.as_("lena"), "/v1/inspections/brent/assignments"
    await lena.post(f"{people}/rosa/releases", {"role": "inspector"})

    reply = await brent.get("/v1/inspections/brent/ratings")

    assert (reply.status, reply.slug) == (403, "not-assigned")
    assert reply.body["roles"] == ["lead-inspector"]


async def test_the_register_shows_whose_part_is_in_what(brent: Api) -> None:
    lena, noors = brent.as_("lena"), {"person": "noor", "role": "inspector"}
    await lena.announce("camden", "2020-10-05")
    await lena.post("/v1/inspections/camden/assignments", noors)
    rosas = "/v1/inspections/camden/assignments/rosa/releases"
    await lena.post(rosas, {"role": "inspector"})

    lenas = ["brent", "camden"]
    engine = create_async_engine(brent.app[ENGINE].url)
    follower = Follower(Parts(), engine=engine, clock=brent.clock, owner="here")
    running = asyncio.create_task(follower.run(brent.app[STORE]))
    while await _register(brent.as_("lena")) != lenas:
        assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await engine.dispose()

    for person, theirs in {
        "rosa": ["brent"],
        "noor": ["camden"],
        "leah": [],
        "lena": lenas,
        "greta": ["brent", "camden"],
        "pavel": ["brent", "camden"],
    }.items():
        assert await _register(brent.as_(person)) == theirs, person


async def _register(api: Api) -> list[str]:
    reply = await api.get("/v1/inspections")
    return [each["inspection"] for each in reply.body["inspections"]]


def test_strangers_are_of_every_role_that_needs_a_part() -> None:
    for operation in OPERATIONS:
        may = operation.contract.may
        if "{inspection}" in operation.path and may is not None:
            allowed = PERMISSIONS[may] & PER_INSPECTION
            held = {role for person in STRANGERS for role in PEOPLE[person]}
            assert not allowed or allowed & held, operation.path
