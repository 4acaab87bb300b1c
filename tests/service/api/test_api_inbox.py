"""What waits for whom: each person is told what they, of all people, could do now."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from projections import Follower, Parts
from service.api.wire.context import ENGINE, STORE
from tests.service.api.asking import Api, answer_path
from tests.service.api.panelling import (
    HERE,
    finish_fieldwork,
    make_whole,
    propose,
    vote,
)

WHY = {"reason": "the file says otherwise"}


async def waits(api: Api, person: str) -> list[tuple[str, str | None]]:
    """What waits for somebody: kinds, each with its case or its standard."""
    reply = await api.as_(person).get("/v1/inbox")
    assert reply.status == 200, reply.text
    return [
        (task["kind"], task["case"] or task["standard"]) for task in reply.body["tasks"]
    ]


@pytest.fixture
async def followed(api: Api) -> AsyncIterator[Api]:
    """The service, with the index of who has which part."""
    engine = create_async_engine(api.app[ENGINE].url)
    follower = Follower(Parts(), engine=engine, clock=api.clock, owner="here")
    running = asyncio.create_task(follower.run(api.app[STORE]))
    yield api
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await engine.dispose()


@pytest.fixture
async def whole(followed: Api) -> Api:
    lena = await make_whole(followed)
    for person in ("rosa", "noor"):
        body = {"person": person, "role": "inspector"}
        await lena.post(f"{HERE}/assignments", body)
    both = [{"case": case, "to": "rosa"} for case in ("C-1", "C-2")]
    await lena.post(f"{HERE}/allocations", {"allocations": both})
    until = (await lena.as_("greta").get("/v1/events?limit=1")).body["as_of"]
    while await _followed(lena) < until:  # noqa: ASYNC110  it is the index that is waited for
        await asyncio.sleep(0.01)
    return lena


async def _followed(api: Api) -> int:
    found = (await api.as_("greta").get("/v1/followers")).body["followers"]
    return int(found[0]["position"])


async def test_a_case_goes_from_inbox_to_inbox(whole: Api) -> None:
    assert await waits(whole, "rosa") == [
        ("case-to-assess", "C-1"),
        ("case-to-assess", "C-2"),
    ]
    assert await waits(whole, "noor") == []

    submitted = await whole.as_("rosa").post(f"{HERE}/cases/C-1/submission", {})
    assert submitted.status == 201, submitted.text
    assert await waits(whole, "rosa") == [("case-to-assess", "C-2")]
    assert await waits(whole, "noor") == [("case-to-check", "C-1")]

    raised = await whole.as_("noor").post(
        f"{HERE}/cases/C-1/queries", {"question": "2.1.1", "text": "Which plan?"}
    )
    assert raised.status == 201, raised.text
    assert ("query-to-answer", "C-1") in await waits(whole, "rosa")
    query = raised.headers["Location"]
    answered = await whole.as_("rosa").post(
        f"{query}/responses", {"text": "The second."}
    )
    assert answered.status == 201, answered.text
    assert ("query-to-resolve", "C-1") in await waits(whole, "noor")
    assert ("query-to-answer", "C-1") not in await waits(whole, "rosa")

    returned = await whole.as_("noor").post(f"{HERE}/cases/C-1/returns", WHY)
    assert returned.status == 201, returned.text
    assert ("case-returned", "C-1") in await waits(whole, "rosa")


async def test_a_correction_waits_for_somebody_else(whole: Api) -> None:
    rosa, where = whole.as_("rosa"), answer_path("C-1", "2.1.1")
    await rosa.post(f"{HERE}/cases/C-1/submission", {})
    version = (await rosa.get(where)).body["version"]
    said = {"answer": "No", "version": version, **WHY}
    proposed = await rosa.post(f"{where}/corrections", said)
    assert proposed.status == 201, proposed.text

    assert ("correction-to-approve", "C-1") in await waits(whole, "lena")
    assert ("correction-to-approve", "C-1") not in await waits(whole, "rosa")


async def test_the_panel_is_told_what_to_consider_vote_on_and_approve(
    whole: Api,
) -> None:
    standards = [
        each
        for kind, each in await waits(whole, "pavel")
        if kind == "discretion-to-consider"
    ]
    assert standards
    standard = str(standards[0])
    assert (await propose(whole, standard)).status == 201

    assert ("discretion-to-vote", standard) in await waits(whole, "petra")
    assert ("discretion-to-vote", standard) not in await waits(whole, "pavel")
    await vote(whole, standard, "petra", "paul")
    assert ("discretion-to-vote", standard) not in await waits(whole, "petra")
    assert ("discretion-to-approve", standard) in await waits(whole, "pia")
    assert ("discretion-to-approve", standard) not in await waits(whole, "paul")
    assert await waits(whole, "ruth") == []


async def test_ratings_wait_until_the_panel_has_agreed_them(whole: Api) -> None:
    assert ("ratings-to-agree", None) not in await waits(whole, "petra")
    await finish_fieldwork(whole)
    assert ("ratings-to-agree", None) in await waits(whole, "petra")
    seen = (await whole.as_("petra").get(f"{HERE}/agreement")).body["figures_hash"]
    endorsed = await whole.as_("petra").post(
        f"{HERE}/endorsements", {"figures_hash": seen}
    )
    assert endorsed.status == 201, endorsed.text

    assert ("ratings-to-agree", None) not in await waits(whole, "petra")
    assert ("ratings-to-agree", None) in await waits(whole, "paul")
    assert ("ratings-to-agree", None) not in await waits(whole, "lena")


async def test_an_erasure_and_a_release_wait_for_governance(whole: Api) -> None:
    adam = whole.as_("adam")
    asked = {"inspection": "brent", "reason_code": "error", "reason": "Typed twice."}
    assert (await adam.post("/v1/erasures", asked)).status == 201
    held = await adam.post(
        "/v1/retention/holds",
        {"inspection": "brent", "case": "C-1", "reason": "Court."},
    )
    assert held.status == 201, held.text
    released = await adam.post(f"{held.headers['Location']}/releases", WHY)
    assert released.status == 201, released.text

    kinds = {kind for kind, _ in await waits(whole, "greta")}
    assert {"erasure-to-approve", "release-to-approve"} <= kinds
    assert await waits(whole, "adam") == []
    whole.clock.wait(days=15)
    assert "erasure-to-approve" not in dict(await waits(whole, "greta"))


async def test_a_task_says_since_when_and_leads_there(whole: Api) -> None:
    await whole.as_("rosa").post(f"{HERE}/cases/C-1/submission", {})

    (task,) = (await whole.as_("noor").get("/v1/inbox")).body["tasks"]

    assert (task["inspection"], task["by"]) == ("brent", "rosa")
    assert task["since"].startswith("2026-03-01")
    assert (await whole.as_("noor").get(task["links"]["self"])).status == 200


async def test_an_inbox_has_pages_of_inspections(whole: Api) -> None:
    await whole.announce("trafford", "2020-10-05", framework="youth-2020")
    greta = whole.as_("greta")

    first = (await greta.get("/v1/inbox?limit=1")).body
    second = (await greta.get(first["next"])).body

    assert first["next"]
    assert second["next"] is None
