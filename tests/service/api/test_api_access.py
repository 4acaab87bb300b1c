"""Who has looked at what: noted before it is shown, and searched by those who check."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.open_store import open_to_prove
from events.store import StoreError
from service.access_log.access_log import Access, AccessLog
from service.api.wire.context import ENGINE
from tests.service.api.asking import Api, answer_path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CASE = "/v1/inspections/brent/cases/C-1"
LOG = "/v1/access-events"
ANSWER = answer_path("C-1", "2.1.1")
WORDS = "The plan was never shared with the family."


A_LOOK = Access(
    person="rosa",
    roles=("inspector",),
    kind="case",
    operation="show_case",
    inspection="brent",
    case="C-1",
    reason=None,
    request_id="r-1",
)


async def answered(brent: Api) -> None:
    reply = await brent.put(ANSWER, {"answer": "Yes", "evidence": WORDS})
    assert reply.status == 201


async def test_a_look_at_a_case_and_at_its_words_is_noted(brent: Api) -> None:
    await answered(brent)
    await brent.get(CASE)
    await brent.get(f"{ANSWER}/evidence")

    reply = await brent.as_("greta").get(LOG)

    seen = [(a["person"], a["kind"], a["case"]) for a in reply.body["accesses"]]
    assert seen == [("rosa", "case", "C-1"), ("rosa", "words", "C-1")]
    first = reply.body["accesses"][0]
    assert (first["operation"], first["inspection"]) == ("show_case", "brent")
    assert WORDS not in reply.text


async def test_governance_says_why_it_looks_at_a_case(brent: Api) -> None:
    await answered(brent)
    greta = brent.as_("greta")

    reply = await greta.get(CASE)
    assert (reply.status, reply.slug) == (403, "reason-required")
    reply = await greta.get(CASE, Access_Reason="x" * 201)
    assert (reply.status, reply.slug) == (403, "reason-required")
    assert (await greta.get(LOG)).body["accesses"] == []

    assert (await greta.get(CASE, Access_Reason="complaint 17/4")).status == 200
    (access,) = (await greta.get(LOG)).body["accesses"]
    assert (access["person"], access["reason"]) == ("greta", "complaint 17/4")


async def test_an_export_is_noted(brent: Api) -> None:
    greta = brent.as_("greta")

    export = {"inspection": "brent"}
    headers = {"Authorization": "Bearer token-of-greta", "Idempotency-Key": "e-1"}
    async with greta.client.post("/v1/exports", json=export, headers=headers) as taken:
        assert taken.status == 200

    reply = await greta.get(LOG, Accept="application/x-ndjson")
    noted = [json.loads(line) for line in reply.text.splitlines()]
    assert [(a["kind"], a["inspection"]) for a in noted] == [("export", "brent")]


async def test_accesses_are_found_by_whom_what_and_when(brent: Api) -> None:
    await answered(brent)
    for case in ("C-1", "C-2"):
        for person in ("rosa", "lena"):
            path = f"/v1/inspections/brent/cases/{case}"
            assert (await brent.as_(person).get(path)).status == 200
    greta = brent.as_("greta")

    async def found(query: str) -> list[tuple[str, str]]:
        reply = await greta.get(f"{LOG}?{query}")
        assert reply.status == 200, reply.text
        return [(a["person"], a["case"]) for a in reply.body["accesses"]]

    assert await found("person=lena") == [("lena", "C-1"), ("lena", "C-2")]
    assert await found("case=C-2&inspection=brent") == [
        ("rosa", "C-2"),
        ("lena", "C-2"),
    ]
    assert await found("kind=export") == []
    assert await found("since=2030-01-01T00:00:00Z") == []
    assert len(await found("until=2030-01-01T00:00:00Z")) == 4
    first = await greta.get(f"{LOG}?limit=3")
    rest = await greta.get(first.body["next"])
    assert [len(first.body["accesses"]), len(rest.body["accesses"])] == [3, 1]
    assert rest.body["next"] is None
    reply = await greta.get(f"{LOG}?since=yesterday")
    assert (reply.status, reply.slug) == (422, "validation")


async def test_everybody_may_look_up_their_own_accesses(brent: Api) -> None:
    await brent.get(CASE)
    await brent.as_("lena").get(CASE)

    mine = await brent.get(LOG)
    theirs = await brent.get(f"{LOG}?person=lena")

    assert [a["person"] for a in mine.body["accesses"]] == ["rosa"]
    assert (theirs.status, theirs.slug) == (403, "forbidden")


async def test_the_log_comes_as_a_table(brent: Api) -> None:
    await brent.get(CASE)

    reply = await brent.get(LOG, Accept="text/csv")

    head, row = csv.reader(reply.text.splitlines())
    assert dict(zip(head, row, strict=True))["person"] == "rosa"


async def test_what_cannot_be_noted_is_refused(tmp_path: Path) -> None:
    engine = open_to_prove(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    log = AccessLog(engine, lambda: NOON)

    with pytest.raises(StoreError, match="the access log cannot be written"):
        await log.note(A_LOOK)

    await engine.dispose()
    with pytest.raises(StoreError):
        await log.forget(NOON)
    await engine.dispose()


async def test_what_was_looked_at_long_ago_is_forgotten_and_nothing_else(
    brent: Api,
) -> None:
    engine = open_to_prove(str(brent.app[ENGINE].url))
    log = AccessLog(engine, brent.clock)
    await log.note(*[A_LOOK] * 501)
    brent.clock.wait(days=396)
    await brent.as_("lena").get(CASE)
    long_ago = brent.clock() - timedelta(days=395)

    assert [await log.forget(long_ago) for _ in range(2)] == [501, 0]
    await engine.dispose()
    (left,) = (await brent.as_("greta").get(LOG)).body["accesses"]
    assert (left["person"], left["number"]) == ("lena", 502)
