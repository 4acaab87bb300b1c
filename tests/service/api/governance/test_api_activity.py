"""One search over what people did and what they looked at."""

import asyncio
import csv

import pytest

from projections import Activity, Follower
from service.api.wire.context import CLOCK, STORE
from service.api.wire.viewing import ACCESS_LOG
from tests.service.api.asking import Api, answer_path

CASE = "/v1/inspections/brent/cases/C-1"
LOG = "/v1/activity"


@pytest.fixture
async def busy(brent: Api) -> Api:
    """Answers, looks and an index that has caught up."""
    for question in ("2.1.1", "2.1.2"):
        path = answer_path("C-1", question)
        assert (await brent.put(path, {"answer": "Yes"})).status == 201
        assert (await brent.as_("lena").get(path)).status == 200
    await follow(brent)
    return brent


async def follow(brent: Api) -> None:
    """Let the index catch up."""
    engine = brent.app[ACCESS_LOG]._engine  # noqa: SLF001  the one that writes
    clock = brent.app[CLOCK]
    follower = Follower(Activity(), engine=engine, clock=clock, owner="test")
    store = brent.app[STORE]
    running = asyncio.create_task(follower.run(store))
    while await follower.position() < (await store.head()).position:  # noqa: ASYNC110  it rings no bell
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_deeds_and_looks_are_found_together_in_order(busy: Api) -> None:
    reply = await busy.as_("greta").get(f"{LOG}?inspection=brent&case=C-1")

    told = [(act["log"], act["person"], act["what"]) for act in reply.body["acts"]]
    assert told == [
        ("ledger", "lena", "case-added"),
        ("ledger", "rosa", "answer-given"),
        ("access", "lena", "case"),
        ("ledger", "rosa", "answer-given"),
        ("access", "lena", "case"),
    ]


async def test_everything_a_person_did_is_one_question(busy: Api) -> None:
    greta = busy.as_("greta")

    lena = (await greta.get(f"{LOG}?person=lena")).body["acts"]
    looks = (await greta.get(f"{LOG}?person=lena&what=case")).body["acts"]
    answers = (await greta.get(f"{LOG}?what=answer-given")).body["acts"]
    later = (await greta.get(f"{LOG}?since=2030-01-01T00:00:00Z")).body["acts"]

    assert {act["log"] for act in lena} == {"ledger", "access"}
    assert [act["person"] for act in looks] == ["lena", "lena"]
    assert {act["person"] for act in answers} == {"rosa"}
    assert later == []


async def test_pages_follow_one_another_in_both_logs(busy: Api) -> None:
    greta = busy.as_("greta")
    whole = (await greta.get(LOG)).body["acts"]

    read, address = [], f"{LOG}?limit=2"
    while address is not None:
        page = (await greta.get(address)).body
        read += page["acts"]
        address = page["next"]

    assert read == whole


async def test_everybody_finds_what_they_did_themselves(busy: Api) -> None:
    mine = (await busy.get(LOG)).body["acts"]
    theirs = await busy.get(f"{LOG}?person=lena")

    assert {act["person"] for act in mine} == {"rosa"}
    assert (theirs.status, theirs.slug) == (403, "forbidden")


async def test_a_place_that_was_not_given_is_refused(busy: Api) -> None:
    reply = await busy.get(f"{LOG}?after=7")

    assert (reply.status, reply.slug) == (422, "validation")


async def test_what_was_found_can_be_taken_as_a_table(busy: Api) -> None:
    table = await busy.get(LOG, Accept="text/csv")
    lines = await busy.get(LOG, Accept="application/x-ndjson")

    head, *rows = csv.reader(table.text.splitlines())
    assert len(rows) == len(lines.text.splitlines()) == 2
    assert dict(zip(head, rows[0], strict=True))["what"] == "answer-given"


async def test_evidence_opened_in_an_emergency_is_in_it_with_each_look(
    brent: Api,
) -> None:
    adam = brent.as_("adam")
    why = {"reason": "A court waits for it."}
    opened = await adam.post("/v1/inspections/brent/break-glass", why)
    await adam.get(CASE)
    await follow(brent)

    acts = (await brent.as_("greta").get(f"{LOG}?person=adam")).body["acts"]

    assert [(act["log"], act["what"], act["reason"]) for act in acts] == [
        ("ledger", "break-glass-opened", None),
        ("access", "case", f"break-glass {opened.body['position']}"),
    ]
