"""Changes across inspections over HTTP, and the events that an index could not take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from projections import Changes, Follower
from projections.follower_tables import DEAD_LETTERS
from service.api.wire.context import ENGINE, STORE
from tests.service.api.asking import Api, answer_path


async def answer(api: Api, inspection: str, question: str, given: str) -> int:
    where = answer_path("C-1", question, inspection)
    reply = await api.put(where, {"answer": given})
    if reply.status == 428:
        reply = await api.put(where, {"answer": given}, If_Match="*")
    assert reply.status in {200, 201}, reply.text
    return int(reply.body["position"])


@pytest.fixture
async def greta(brent: Api) -> AsyncIterator[Api]:
    """Governance, beside an index that follows the ledger."""
    store = brent.app[STORE]
    engine = create_async_engine(brent.app[ENGINE].url)
    follower = Follower(Changes(), engine=engine, clock=brent.clock, owner="here")
    running = asyncio.create_task(follower.run(store))
    yield brent.as_("greta")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await engine.dispose()


async def caught_up(greta: Api, position: int) -> None:
    while (await greta.get("/v1/changes")).body["as_of"] < position:  # noqa: ASYNC110  it is the index that is waited for
        await asyncio.sleep(0.01)


async def test_changes_of_all_inspections_are_listed_in_order(greta: Api) -> None:
    rosa, lena = greta.as_("rosa"), greta.as_("lena")
    await lena.announce("trafford", "2020-10-05", framework="youth-2020")
    await lena.add_case("trafford", "C-1", "court disposals")
    first = await answer(rosa, "brent", "2.1.1", "Yes")
    last = await answer(lena, "trafford", "2.1.1", "No")
    await caught_up(greta, last)

    changes = (await greta.get("/v1/changes?part=2.1.1")).body["changes"]
    answered = [each for each in changes if each["about"]]

    assert [(each["inspection"], each["position"]) for each in answered] == [
        ("brent", first),
        ("trafford", last),
    ]
    one = answered[0]
    assert one["service"] == "Brent Youth Offending Service"
    assert (one["actor"], one["answer_before"], one["answer_after"]) == (
        "rosa",
        None,
        "Yes",
    )
    assert (one["value_before"], one["unrated_before"], one["value_after"]) == (
        None,
        "not-answered",
        "Outstanding",
    )
    assert (one["rule_file"], one["event_type"]) == ("youth-2018.rules", "answer-given")
    assert one["framework_hash"].startswith("sha256:")


async def test_changes_are_asked_for_by_inspection_person_part_and_time(
    greta: Api,
) -> None:
    rosa, lena = greta.as_("rosa"), greta.as_("lena")
    await answer(rosa, "brent", "2.1.1", "Yes")
    last = await answer(lena, "brent", "2.2.1", "No")
    await caught_up(greta, last)
    everything = (await greta.get("/v1/changes")).body["changes"]
    at = everything[-1]["recorded_at"]

    async def parts(query: str) -> set[str]:
        body = (await greta.get(f"/v1/changes?{query}")).body
        return {each["part"] for each in body["changes"] if each["about"]}

    assert await parts("actor=rosa") == {"2.1.1", "2.1"}
    assert await parts("part=2.2") == {"2.2.1", "2.2"}
    assert await parts("inspection=trafford") == set()
    assert await parts(f"since={at}") == {"2.2.1", "2.2"}
    assert "2.2" not in await parts(f"until={at}")
    wrong = await greta.get("/v1/changes?since=7")
    assert (wrong.status, wrong.slug) == (422, "validation")


@pytest.mark.parametrize("hours", [-8, 0, 8])
async def test_a_time_is_the_same_whatever_its_offset(greta: Api, hours: int) -> None:
    await caught_up(greta, await answer(greta.as_("rosa"), "brent", "2.1.1", "Yes"))
    everything = (await greta.get("/v1/changes")).body["changes"]
    at = datetime.fromisoformat(everything[-1]["recorded_at"])
    here = quote(at.astimezone(timezone(timedelta(hours=hours))).isoformat())

    async def parts(query: str) -> set[str]:
        body = (await greta.get(f"/v1/changes?{query}")).body
        return {each["part"] for each in body["changes"] if each["about"]}

    assert await parts(f"since={here}") == {"2.1.1", "2.1"}
    assert await parts(f"until={here}") == set()


async def test_a_time_for_which_utc_has_no_year_is_before_or_after_all(
    greta: Api,
) -> None:
    await caught_up(greta, await answer(greta.as_("rosa"), "brent", "2.1.1", "Yes"))
    before, after = "0001-01-01T00:00:00%2B01:00", "9999-12-31T23:59:59-01:00"

    within = await greta.get(f"/v1/changes?since={before}&until={after}")
    outside = await greta.get(f"/v1/changes?since={after}&until={before}")

    assert within.body["changes"] == (await greta.get("/v1/changes")).body["changes"]
    assert outside.body["changes"] == []


async def test_pages_stay_as_they_are_while_events_arrive(greta: Api) -> None:
    rosa = greta.as_("rosa")
    await caught_up(greta, await answer(rosa, "brent", "2.1.1", "Yes"))
    first = (await greta.get("/v1/changes?limit=1")).body

    await caught_up(greta, await answer(rosa, "brent", "2.1.1", "No"))
    again = (await greta.get("/v1/changes?limit=1")).body
    seen, following = again["changes"], again["next"]
    while following:
        page = (await greta.get(following)).body
        seen, following = [*seen, *page["changes"]], page["next"]

    assert first["changes"] == again["changes"]
    assert seen == (await greta.get("/v1/changes?limit=500")).body["changes"]
    assert len({each["position"] for each in first["changes"]}) == 1


async def test_what_a_follower_could_not_take_is_shown(greta: Api) -> None:
    await caught_up(greta, 3)
    engine = create_async_engine(greta.app[ENGINE].url)
    async with engine.begin() as connection:
        parked = {"follower": "changes", "position": 3, "stream": "inspection-brent"}
        more = {"error": "ValueError", "attempts": 1, "parked_at": "2026"}
        await connection.execute(DEAD_LETTERS.insert(), {**parked, **more})
    await engine.dispose()

    (follower,) = (await greta.get("/v1/followers")).body["followers"]

    assert (follower["follower"], follower["owner"]) == ("changes", "here")
    assert follower["parked"][0]["error"] == "ValueError"
    assert (await greta.as_("rosa").get("/v1/followers")).status == 403
    assert (await greta.as_("rosa").get("/v1/changes")).status == 403
