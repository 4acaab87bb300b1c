"""What rules would change, worked out aside while others are served."""

import asyncio
from typing import Any

import pytest

from dsl import packaged_source
from service.api.operations import OPERATIONS
from service.operations import Operations, Progress, State
from service.refusal import Refused
from tests.service.api.asking import Api, Reply, answer_path

HERE = "/v1/frameworks/youth-2020"
IMPACT = f"{HERE}/revisions/1/impact"


@pytest.fixture
async def ruth(brent: Api) -> Api:
    """A rule author, and an inspection with one answer."""
    given = await brent.put(answer_path("C-1", "2.1.1"), {"answer": "No"})
    assert given.status == 201
    return brent.as_("ruth")


async def ended(api: Api, begun: Reply) -> dict[str, Any]:
    """The operation, once it has ended."""
    assert begun.status == 202, begun.text
    while True:
        body: dict[str, Any] = (await api.get(begun.headers["Location"])).body
        if body["state"] != "running":
            return body
        await asyncio.sleep(0.01)


async def test_a_revision_is_tried_on_everything_on_record(ruth: Api) -> None:
    operation = await ended(ruth, await ruth.post(IMPACT, None))

    assert (operation["kind"], operation["state"]) == ("impact", "done")
    assert (operation["done"], operation["of"]) == (2, 2)
    assert operation["ended_at"]
    result = operation["result"]
    assert (result["framework"], result["inspections"]) == ("youth-2020", 1)
    assert result["changed"] == []


async def test_a_text_is_tried_and_nothing_of_it_is_kept(ruth: Api) -> None:
    source = packaged_source("youth-2018")
    assert source is not None
    rules, _, _ = source.text.partition('\ntest "')
    text = rules.replace(
        "  below 50    is 'Inadequate'            called \"Minority\"\n"
        "  50 to 64    is 'Requires improvement'",
        "  below 65    is 'Requires improvement'",
    )
    assert text != rules

    begun = await ruth.post("/v1/frameworks/youth-2018/impact", {"text": text})

    changed = (await ended(ruth, begun))["result"]["changed"]
    assert [
        (each["inspection"], each["part"], each["before"], each["after"])
        for each in changed
    ] == [("brent", "2.1", "Inadequate", "Requires improvement")]
    assert (await ruth.get("/v1/frameworks/youth-2018/drafts")).status == 404


async def test_a_text_with_mistakes_is_not_tried(ruth: Api) -> None:
    reply = await ruth.post("/v1/frameworks/youth-2018/impact", {"text": "nonsense"})

    assert (reply.status, reply.slug) == (422, "rule-diagnostics")


async def test_the_same_request_finds_its_operation_again(ruth: Api) -> None:
    first = await ruth.post(IMPACT, None, Idempotency_Key="try")
    again = await ruth.post(IMPACT, None, Idempotency_Key="try")

    assert first.headers["Location"] == again.headers["Location"]
    await ended(ruth, again)


async def test_an_operation_is_told_of_to_whoever_asked_for_it(ruth: Api) -> None:
    begun = await ruth.post(IMPACT, None)
    await ended(ruth, begun)
    where = begun.headers["Location"]

    assert (await ruth.as_("greta").get(where)).status == 404
    assert (await ruth.as_("rosa").get(where)).status == 403
    assert (await ruth.get("/v1/operations/7")).status == 404
    ruth.clock.wait(days=1)
    await ended(ruth, await ruth.post(IMPACT, None))
    assert (await ruth.get(where)).status == 404


async def test_a_revision_that_is_none_cannot_be_tried(ruth: Api) -> None:
    assert (await ruth.post(f"{HERE}/revisions/9/impact", None)).status == 404


async def for_ever(_: Progress) -> bytes:
    await asyncio.Event().wait()
    return b""


async def test_a_person_has_one_at_a_time_and_can_end_it(ruth: Api) -> None:
    operations = ruth.app[OPERATIONS]
    id_ = "0" * 32
    operations.begin(id_, "impact", "ruth", for_ever)
    await asyncio.sleep(0)

    another = await ruth.post(IMPACT, None)
    others = await ruth.as_("greta").post(IMPACT, None)
    cancelled = await ruth.delete(f"/v1/operations/{id_}")
    again = await ruth.post(IMPACT, None)

    assert (another.status, another.slug) == (429, "rate-limited")
    assert another.headers["Retry-After"]
    assert others.status == 202
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    assert again.status == 202
    done = await ended(ruth, again)
    kept = await ruth.delete(again.headers["Location"])
    assert done["state"] == kept.body["state"] == "done"
    await ended(ruth.as_("greta"), others)


async def test_operations_end_with_the_process(ruth: Api) -> None:
    operations = Operations(ruth.clock, ruth.app[OPERATIONS].logger)
    begun = operations.begin("a", "impact", "ruth", for_ever)
    await asyncio.sleep(0)

    await operations.stop()

    assert begun.state is State.CANCELLED


async def test_what_fails_says_so_and_says_no_more_than_it_may(ruth: Api) -> None:
    async def refuse(_: Progress) -> bytes:
        raise Refused("not-found", "there is no such thing")

    async def fail(_: Progress) -> bytes:
        raise ValueError("Child A")

    operations = Operations(ruth.clock, ruth.app[OPERATIONS].logger)
    refused = operations.begin("a", "impact", "ruth", refuse)
    failed = operations.begin("b", "impact", "greta", fail)
    for _ in range(5):  # as often as either waits
        await asyncio.sleep(0)

    assert (refused.state, refused.refused) == (State.FAILED, "there is no such thing")
    assert (failed.state, failed.refused) == (State.FAILED, None)
    assert b"operation_failed" in ruth.log.getvalue()
    assert b"Child A" not in ruth.log.getvalue()
