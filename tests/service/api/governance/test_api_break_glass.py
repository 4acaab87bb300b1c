"""Evidence opened in an emergency: for an hour, on record, and looked at by others."""

from datetime import datetime, timedelta

import pytest

from tests.service.api.asking import Api, Reply, answer_path

HERE = "/v1/inspections/brent/break-glass"
CASE = "/v1/inspections/brent/cases/C-1"
EVIDENCE = f"{answer_path('C-1', '2.1.1')}/evidence"
WORDS = "Nobody had asked his grandmother."
WHY = {"reason": "The export failed and a court waits for it."}


@pytest.fixture
async def adam(brent: Api) -> Api:
    """The administrator of a service that has evidence in it."""
    said = {"answer": "Yes", "evidence": WORDS}
    assert (await brent.put(answer_path("C-1", "2.1.1"), said)).status == 201
    return brent.as_("adam")


async def opened(adam: Api) -> int:
    reply = await adam.post(HERE, WHY)
    assert reply.status == 201, reply.text
    return int(reply.body["position"])


async def openings(api: Api) -> list[dict[str, object]]:
    return list((await api.get(HERE, Access_Reason="Review")).body["openings"])


def at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


async def test_evidence_is_open_for_an_hour_and_ends_by_itself(adam: Api) -> None:
    before = await adam.get(EVIDENCE)
    await opened(adam)
    (opening,) = await openings(adam)
    first = await adam.get(EVIDENCE)
    until = at(opening["until"])

    adam.clock.now = until - timedelta(seconds=2)  # it moves a second a look
    last = await adam.get(EVIDENCE)
    adam.clock.now = until - timedelta(seconds=1)
    over = await adam.get(EVIDENCE)

    assert until - at(opening["opened_at"]) == timedelta(hours=1)
    assert [reply.status for reply in (before, first, last, over)] == [
        403,
        200,
        200,
        403,
    ]
    assert first.body["evidence"] == last.body["evidence"] == WORDS


async def test_it_opens_one_inspection_to_one_person_for_reading(adam: Api) -> None:
    lena = adam.as_("lena")
    await lena.announce("camden", "2020-10-05", framework="youth-2020")
    await lena.add_case("camden", "C-1", "court disposals")
    await opened(adam)

    case = await adam.get(CASE)
    refused: list[Reply] = [
        await adam.get("/v1/inspections/camden/cases/C-1"),
        await adam.get("/v1/inspections/nowhere/cases/C-1"),
        await adam.as_("ruth").get(CASE),
        await adam.put(answer_path("C-1", "2.1.2"), {"answer": "Yes"}),
        await adam.get("/v1/inspections/brent/changes?words=true"),
        await adam.get("/v1/inspections/brent/ratings"),
        await adam.as_("lena").post(HERE, WHY),
        await adam.as_("greta").post(HERE, WHY),
    ]

    assert case.status == 200
    assert {reply.status for reply in refused} == {403}
    unknown = await adam.post("/v1/inspections/nowhere/break-glass", WHY)
    assert unknown.status == 404
    assert (await adam.post(HERE, {})).status == 422


async def test_each_look_is_in_the_access_log_with_its_emergency(adam: Api) -> None:
    position = await opened(adam)
    again = await adam.post(HERE, WHY)
    await adam.get(EVIDENCE)
    await adam.get(CASE, Access_Reason="ticket 7")

    greta = adam.as_("greta")
    seen = (await greta.get("/v1/access-events?person=adam")).body["accesses"]

    events = (await greta.get("/v1/events?limit=500")).body["events"]

    assert (again.status, again.body["created"]) == (200, False)
    assert [each["type"] for each in events].count("break-glass-opened") == 1
    assert WHY["reason"] not in str(events)
    looks = [(each["operation"], each["case"], each["reason"]) for each in seen]
    assert looks == [
        ("show_evidence", "C-1", f"break-glass {position}"),
        ("show_case", "C-1", "ticket 7"),
    ]


async def test_governance_is_asked_to_look_until_it_has(adam: Api) -> None:
    position = await opened(adam)
    greta = adam.as_("greta")

    async def waits(api: Api) -> list[tuple[str, str]]:
        tasks = (await api.get("/v1/inbox")).body["tasks"]
        return [(each["kind"], each["links"]["self"]) for each in tasks]

    task = ("break-glass-to-review", HERE)
    assert await waits(greta) == [task]
    assert await waits(adam) == []
    (found,) = await openings(greta)
    assert found == {
        "opening": position,
        "opened_by": "adam",
        "opened_at": found["opened_at"],
        "until": found["until"],
        "reason": WHY["reason"],
        "reviewed_by": None,
        "reviewed_at": None,
    }

    review = f"{HERE}/{position}/reviews"
    assert (await adam.post(review, {})).status == 403
    assert (await greta.post(f"{HERE}/999/reviews", {})).status == 404
    done = await greta.post(review, {})
    again = await greta.as_("olga").post(review, {})

    assert (done.status, again.status) == (201, 200)
    assert await waits(greta) == []
    (found,) = await openings(greta)
    assert found["reviewed_by"] == "greta"
