"""The service about itself: frameworks, ledger, identity, problems, health."""

import resource
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from events.open_store import open_to_prove
from service.api import DRAIN
from service.api.wire.catalogue import KINDS
from service.permission import Action
from service.records.layout import needed_layout
from tests.service.api.asking import Api, answer_path

WORDS = "The social worker's note of March contradicts the plan."


async def test_frameworks_are_listed_with_their_revisions(api: Api) -> None:
    reply = await api.as_("ruth").get("/v1/frameworks")

    youth_2020, youth_2021 = reply.body["frameworks"]
    assert (youth_2020["framework"], youth_2020["name"]) == ("youth-2020", "Youth 2020")
    assert youth_2021["revisions"][0]["hash"].startswith("sha256:")
    assert youth_2021["revisions"][0]["usable"] is True


async def test_a_revision_is_shown_as_data_and_as_text(api: Api) -> None:
    (link,) = (
        revision["links"]["self"]
        for framework in (await api.as_("ruth").get("/v1/frameworks")).body[
            "frameworks"
        ]
        for revision in framework["revisions"]
        if framework["framework"] == "youth-2020"
    )

    data = await api.as_("ruth").get(link)
    text = await api.as_("ruth").get(link, Accept="text/plain")

    assert data.body["standards"]["2.1"]
    assert data.body["ratings"]["Outstanding"] == 3
    assert data.body["samples"]["court disposals"] == ["2"]
    assert text.headers["Content-Type"].startswith("text/plain")
    assert text.text == data.body["files"]["youth-2020.rules"]
    assert list(data.body["files"]) == ["youth-2020.rules", "youth-2018.rules"]


async def test_a_revision_nobody_adopted_is_not_found(api: Api) -> None:
    for path in (
        "youth-2020/revisions/2",
        "youth/revisions/1",
        "youth-2020/revisions/0",
    ):
        assert (await api.as_("ruth").get(f"/v1/frameworks/{path}")).status == 404


async def test_the_ledger_is_read_in_order_without_anybodys_words(brent: Api) -> None:
    await brent.put(answer_path("C-1", "2.1.1"), {"answer": "Yes", "evidence": WORDS})
    greta, events, path = brent.as_("greta"), [], "/v1/events?limit=2"

    while path:
        reply = await greta.get(path)
        events += reply.body["events"]
        path = reply.body["next"]
    lines = await greta.get("/v1/events", Accept="application/x-ndjson")

    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "answer-given"
    assert events[-1]["data"]["answer"] == "Yes"
    assert events[-1]["data"]["evidence"] == {"sealed": "inspection/brent/case/C-1"}
    assert lines.text.count("\n") == len(events)
    assert WORDS not in lines.text


async def test_people_see_who_they_are_and_what_they_may_do(api: Api) -> None:
    reply = await api.as_("adam").get("/v1/me")

    assert reply.body["person"] == "adam"
    assert reply.body["roles"] == ["admin"]
    assert Action.READ_CASES not in reply.body["may"]


async def test_where_nobody_signs_in_with_a_browser_there_are_no_pages_for_it(
    api: Api,
) -> None:
    replies = [
        await api.get("/login"),
        await api.get("/callback?code=x&state=y", Cookie="__Host-sid=x"),
        await api.ask("POST", "/logout"),
        await api.ask("POST", "/backchannel-logout"),
    ]

    assert [reply.slug for reply in replies] == ["not-found"] * 4


async def test_every_problem_has_a_page(api: Api) -> None:
    listed = (await api.get("/v1/problems")).body["problems"]

    assert [problem["type"] for problem in listed] == [f"/problems/{s}" for s in KINDS]
    for problem in listed:
        page = await api.get(problem["type"])
        assert page.status == 200
        assert page.headers["Content-Type"].startswith("text/html")
    assert (await api.get("/problems/nothing")).status == 404


async def test_the_process_is_alive_ready_and_known(api: Api) -> None:
    alive = await api.get("/healthz")
    ready = await api.get("/readyz")
    version = await api.get("/version")

    assert alive.body == {"alive": True}
    assert ready.body["ready"] is True
    assert ready.body["position"] > 0
    assert len(bytes.fromhex(ready.body["head"])) == 32
    assert ready.body["layout"] == needed_layout()
    assert version.body == {"version": "0.0.0", "revision": None}


async def test_a_process_whose_database_was_laid_out_anew_is_not_ready(
    api: Api, tmp_path: Path
) -> None:
    engine = open_to_prove(f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9'"))
    await engine.dispose()

    unready = await api.get("/readyz")

    assert (unready.status, unready.slug) == (503, "store-unavailable")
    assert "by another version" in unready.body["detail"]


async def test_a_process_that_cannot_write_is_not_ready_until_it_can(
    brent: Api,
) -> None:
    path = answer_path("C-1", "2.1.1")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        refused = await brent.put(path, {"answer": "Yes"})
        unready = await brent.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    ready = await brent.get("/readyz")

    assert (refused.status, refused.slug) == (503, "store-unavailable")
    assert (unready.status, unready.slug) == (503, "store-unavailable")
    assert unready.headers["Retry-After"]
    assert ready.status == 200
    assert (await brent.put(path, {"answer": "Yes"})).status == 201
    brent.log.truncate(0)  # that it failed is in there, as it should be


async def test_a_process_being_stopped_is_not_ready_but_finishes(brent: Api) -> None:
    brent.app[DRAIN].begin()

    ready = await brent.get("/readyz")
    alive = await brent.get("/healthz")
    answer = await brent.put(answer_path("C-1", "2.1.1"), {"answer": "Yes"})

    assert (ready.status, ready.slug) == (503, "draining")
    assert ready.headers["Retry-After"]
    assert alive.status == 200
    assert answer.status == 201
    assert answer.headers["Connection"] == "close"


async def test_every_reply_is_private_and_carries_the_request_id(api: Api) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    own = await api.get("/v1/nothing", X_Request_Id="my-request-1")
    traced = await api.get("/healthz", traceparent=trace)
    odd = await api.get("/healthz", X_Request_Id="<script>", traceparent="00-x")

    assert own.headers["X-Request-Id"] == own.body["instance"] == "my-request-1"
    assert traced.headers["X-Request-Id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert odd.headers["X-Request-Id"].startswith("request-")
    for reply in (own, traced, odd):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Server"] == "adjudge"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]
        policy = reply.headers["Content-Security-Policy"]
        for directive in ("default-src", "base-uri", "form-action", "frame-ancestors"):
            assert f"{directive} 'none'" in policy
        assert "Access-Control-Allow-Origin" not in reply.headers


async def test_a_read_can_be_asked_for_its_headers_only(brent: Api) -> None:
    reply = await brent.ask("HEAD", "/v1/inspections/brent")

    assert (reply.status, reply.text) == (200, "")


async def test_a_log_names_routes_and_people_and_nothing_that_was_said(
    brent: Api,
) -> None:
    path = answer_path("C-1", "2.1.1")
    await brent.put(path, {"answer": "Yes", "evidence": WORDS})
    await brent.get(f"{path}/history")
    await brent.put(path, {"answer": "Perhaps"})
    await brent.put(answer_path("C-1", "9.9.9"), {"answer": "Yes"})
    await brent.as_("nobody").get(path)
    await brent.get("/v1/inspections/brent/cases/C-1/secrets")

    log = brent.log.getvalue().decode()

    assert '"route":"/v1/inspections/{inspection}/cases/{case}/answers/' in log
    assert '"actor":"rosa"' in log
    assert '"problem":"unknown-answer"' in log
    for secret in (WORDS, "social worker", "C-1", "C-2", "token-of", "Perhaps"):
        assert secret not in log


async def test_a_fault_is_answered_without_its_words_and_logged_by_its_places(
    faulty: Api,
) -> None:
    reply = await faulty.get("/version")
    log = faulty.log.getvalue().decode()

    assert (reply.status, reply.slug) == (500, "internal-error")
    assert WORDS not in reply.text
    assert WORDS not in log
    assert '"fault":"ValueError"' in log


async def test_a_read_model_that_was_altered_is_said_to_be_unavailable(
    brent: Api, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("ALTER TABLE inspections DROP COLUMN programme")

    reply = await brent.get("/v1/inspections")

    assert (reply.status, reply.slug) == (503, "store-unavailable")
    brent.log.truncate(0)  # that it failed is in there, as it should be
