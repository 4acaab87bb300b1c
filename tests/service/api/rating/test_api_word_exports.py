"""The words of many cases: asked for by one, approved by another, taken away once."""

import asyncio
import csv
import io

import pytest

from projections import Activity, Follower, Parts
from service.api.wire.context import CLOCK, DESK, STORE
from service.api.wire.viewing import ACCESS_LOG
from service.choices import Choices
from tests.service.api.asking import Api, Reply, answer_path

EXPORTS = "/v1/inspections/brent/exports"
CHANGES = "/v1/inspections/brent/changes?words=true"
ASKED = {"reason": "The inspectorate's own review of practice."}
NOTHING: dict[str, object] = {}


@pytest.fixture
async def told(brent: Api) -> Api:
    """Words about two cases where one person takes away those of one."""
    brent.app[DESK].choices = Choices(cases_alone=1)
    for case, question in (("C-1", "2.1.1"), ("C-2", "3.1.1")):
        said = {"answer": "Yes", "evidence": f"Seen in the file of {case}."}
        reply = await brent.put(answer_path(case, question), said)
        assert reply.status == 201, reply.text
    return brent.as_("lena")


async def asked(api: Api, **said: object) -> str:
    """The address of a request."""
    reply = await api.post(EXPORTS, {**ASKED, **said})
    assert reply.status == 201, reply.text
    return reply.headers["Location"]


async def state(api: Api, address: str) -> str:
    reply = await api.get(address, Access_Reason="Review")
    return str(reply.body["export"]["state"])


async def approve(api: Api, address: str, person: str = "greta") -> Reply:
    asked = (await api.get(address, Access_Reason="Review")).body["export"]
    said = {"content_hash": asked["content_hash"]}
    return await api.as_(person).post(f"{address}/approvals", said)


async def take(api: Api, address: str, **headers: str) -> Reply:
    return await api.post(f"{address}/tables", NOTHING, **headers)


async def indexed(api: Api) -> None:
    """Bring the indexes of parts and of deeds to the end of the ledger."""
    engine = api.app[ACCESS_LOG]._engine  # noqa: SLF001  the one that writes
    store = api.app[STORE]
    for model in (Activity(), Parts()):
        follower = Follower(model, engine=engine, clock=api.app[CLOCK], owner="test")
        running = asyncio.create_task(follower.run(store))
        while await follower.position() < (await store.head()).position:  # noqa: ASYNC110  it rings no bell
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def waits(api: Api, person: str) -> dict[str, str]:
    tasks = (await api.as_(person).get("/v1/inbox")).body["tasks"]
    return {task["kind"]: task["links"]["self"] for task in tasks}


async def test_what_one_may_not_take_alone_two_may_and_once(told: Api) -> None:
    alone = await told.get(CHANGES, Accept="text/csv", Access_Reason="Review")
    address = await asked(told)
    greta = told.as_("greta")
    later = {"answer": "No", "evidence": "Written later."}
    await told.as_("rosa").put(answer_path("C-1", "2.1.1"), later, If_Match="*")

    early = await take(told, address)
    waiting = await waits(told, "greta")
    approved = await approve(told, address)
    await indexed(told)
    to_make = await waits(told, "lena")
    taken = await take(told, address, Idempotency_Key="once")
    repeated = await take(told, address, Idempotency_Key="once")
    again = await take(told, address)

    assert (alone.slug, alone.body["roles"]) == ("too-many-cases", ["governance"])
    assert EXPORTS in alone.body["detail"]
    assert (early.status, early.slug) == (409, "export-not-approved")
    assert waiting["export-to-approve"] == to_make["export-to-make"] == address
    assert (approved.status, approved.headers["Location"]) == (201, address)
    assert taken.status == 200, taken.text
    assert taken.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(taken.text)))
    assert {row["evidence"] for row in rows} == {
        "",
        "Seen in the file of C-1.",
        "Seen in the file of C-2.",
    }
    assert repeated.text == taken.text
    assert repeated.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.slug) == (409, "export-closed")
    assert await state(greta, address) == "made"
    seen = await greta.get(address, Access_Reason="Review")
    assert seen.body["reason"] == ASKED["reason"]
    assert "export-to-make" not in await waits(told, "lena")


async def test_all_of_it_is_in_both_logs(told: Api) -> None:
    address = await asked(told)
    await approve(told, address)
    await take(told, address)
    await indexed(told)

    acts = (await told.as_("greta").get("/v1/activity?inspection=brent")).body["acts"]
    ledger = [(act["what"], act["person"]) for act in acts if act["log"] == "ledger"]
    seen = [
        (act["what"], act["case"], act["reason"])
        for act in acts
        if act["log"] == "access" and act["about"] == "make_export"
    ]
    number = address.rpartition("/")[2]
    assert seen == [
        ("words", "C-1", f"export {number}"),
        ("words", "C-2", f"export {number}"),
        ("export", None, f"export {number}"),
    ]
    assert ledger[-3:] == [
        ("export-requested", "lena"),
        ("export-approved", "greta"),
        ("export-made", "lena"),
    ]


async def test_an_approval_is_of_exactly_what_was_asked_for(told: Api) -> None:
    small = await asked(
        told, part="2.1", actor="rosa", until="2026-04-01T02:00:00+02:00"
    )
    whole = await asked(told)
    greta = told.as_("greta")
    shown = (await told.get(small)).body["export"]
    other = (await told.get(whole)).body["export"]

    said = {"content_hash": other["content_hash"]}
    moved = await greta.post(f"{small}/approvals", said)
    approved = await approve(told, small)
    taken = await take(told, small, Accept="application/x-ndjson")

    assert (shown["cases"], other["cases"]) == (1, 2)
    assert (shown["part"], shown["actor"]) == ("2.1", "rosa")
    assert shown["until"] == "2026-04-01T00:00:00.000000Z"
    assert (moved.status, moved.slug) == (409, "content-moved")
    assert (approved.status, taken.status) == (201, 200)
    assert "C-2" not in taken.text


async def test_nobody_settles_their_own_and_nobody_takes_anothers(told: Api) -> None:
    address = await asked(told.as_("greta"))
    hers = await asked(told)
    mixed = told.as_("olga")  # a rule author and governance

    own = await approve(told.as_("greta"), address)
    not_governance = await approve(told, address, "lena")
    rejected = await mixed.post(f"{address}/rejections", {"reason": "Too much."})
    then = await approve(told, address, "olga")
    await approve(told, hers)
    taken = await take(told.as_("greta"), hers)

    assert (own.status, own.slug, own.body["roles"]) == (
        403,
        "four-eyes",
        ["governance"],
    )
    assert (not_governance.status, not_governance.slug) == (403, "forbidden")
    assert rejected.status == 201
    assert (then.status, then.slug) == (409, "export-closed")
    assert (await take(told.as_("greta"), address)).slug == "export-closed"
    shown = (await told.get(address)).body
    assert shown["export"]["state"] == "rejected"
    assert shown["export"]["lapses_at"] is None
    assert (shown["rejected"]["text"], shown["rejected"]["actor"]) == (
        "Too much.",
        "olga",
    )
    assert (taken.status, taken.slug) == (403, "forbidden")


async def test_a_request_and_an_approval_lapse_after_fourteen_days(told: Api) -> None:
    first, second = await asked(told), await asked(told)
    await approve(told, second)
    told.clock.wait(days=15)

    late = await approve(told, first)
    too_late = await take(told, second)

    assert (late.status, late.slug) == (409, "request-lapsed")
    assert (too_late.status, too_late.slug) == (409, "request-lapsed")
    assert await state(told, first) == await state(told, second) == "lapsed"
    assert "export-to-approve" not in await waits(told, "greta")


async def test_requests_are_listed_page_by_page(told: Api) -> None:
    addresses = [await asked(told) for _ in range(3)]

    page = (await told.get(f"{EXPORTS}?limit=2")).body
    rest = (await told.get(page["next"])).body

    listed = [each["export"] for each in page["exports"] + rest["exports"]]
    assert [f"{EXPORTS}/{number}" for number in listed] == addresses
    assert rest["next"] is None


async def test_what_is_not_there_or_not_theirs_is_not_taken(told: Api) -> None:
    address = await asked(told)

    for reply in (
        await told.get(f"{EXPORTS}/1"),
        await take(told, f"{EXPORTS}/1"),
        await told.as_("greta").post(
            f"{EXPORTS}/1/rejections", {"reason": "There is none."}
        ),
        await told.post("/v1/inspections/elsewhere/exports", ASKED),
    ):
        assert (reply.status, reply.slug) == (404, "not-found")
    for person, refused in (
        ("noor", (404, "not-found")),  # and may not know that it is there
        ("ruth", (403, "forbidden")),
    ):
        other = told.as_(person)
        for reply in (
            await other.get(address),
            await other.get(EXPORTS),
            await other.post(EXPORTS, ASKED),
            await take(other, address),
        ):
            assert (reply.status, reply.slug) == refused, reply.text


async def test_a_time_outside_the_calendar_is_pointed_at(told: Api) -> None:
    beyond = {"since": "0001-01-01T00:00:00+01:00"}

    refused = await told.post(EXPORTS, {**ASKED, **beyond})

    assert (refused.status, refused.slug) == (422, "validation")
    assert [error["pointer"] for error in refused.body["errors"]] == ["/since"]
