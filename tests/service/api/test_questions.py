"""What governance asks of a rating, each answered by one request or two.

The inspection is answered, corrected, moved by the panel, agreed and published.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from dsl import packaged_source
from projections import Activity, Follower, ReadModel
from service.api.wire.context import CHECKPOINTS, ENGINE, STORE
from tests.service.api.asking import Api, answer_path
from tests.service.api.panelling import (
    HERE,
    REASON,
    agree,
    decide,
    finish_fieldwork,
    make_whole,
    publish,
)

WHY = {"Access_Reason": "Complaint 7"}
CASE, CHANGED = "C-1", "2.1.1"


@asynccontextmanager
async def following(api: Api, model: ReadModel) -> AsyncIterator[None]:
    """The index behind the ledger, as the service keeps it."""
    engine = create_async_engine(api.app[ENGINE].url)
    follower = Follower(model, engine=engine, clock=api.clock, owner="here")
    running = asyncio.create_task(follower.run(api.app[STORE]))
    try:
        yield
        await follower_at_end(api)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await engine.dispose()


async def follower_at_end(api: Api) -> None:
    head = (await api.app[STORE].head()).position
    position = -1
    while position < head:
        (found,) = (await api.as_("greta").get("/v1/followers")).body["followers"]
        position = found["position"]


@pytest.fixture
async def greta(api: Api) -> AsyncIterator[Api]:
    """Governance, years later."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(following(api, Activity()))
        lena = await make_whole(api)
        await finish_fieldwork(lena)
        await correct(lena)
        yield lena.as_("greta")


async def correct(lena: Api) -> None:
    """The fieldwork is taken up again for an answer; rosa corrects it, lena agrees."""
    why = {"occasion": "discretion-review", "reason": "The service sent a plan."}
    reopened = await lena.post(f"{HERE}/reopenings", why)
    assert reopened.status == 201, reopened.text
    where = answer_path(CASE, CHANGED)
    rosa = lena.as_("rosa")
    version = (await rosa.get(where)).body["version"]
    said = {"answer": "No", "version": version, "reason": "The second plan was found."}
    proposed = await rosa.post(f"{where}/corrections", said)
    assert proposed.status == 201, proposed.text
    approved = await lena.post(f"{proposed.headers['Location']}/approvals", {})
    assert approved.status == 200, approved.text
    finished = await lena.post(f"{HERE}/submissions", {})
    assert finished.status == 201, finished.text


async def last_change(greta: Api, part: str = CHANGED) -> dict[str, Any]:
    history = (await greta.get(f"{HERE}/ratings/{part}/history")).body["changes"]
    return dict(history[-1])


async def standards_at(greta: Api, stage: str) -> list[str]:
    queue = (await greta.get(f"/v1/discretion?stage={stage}")).body["standards"]
    return [each["standard"] for each in queue]


async def test_q1_which_answer_changed_this_rating(greta: Api) -> None:
    change = await last_change(greta)

    assert change["about"] == f"answers/{CASE}/{CHANGED}"
    assert (change["value_before"], change["value_after"]) == (
        "Outstanding",
        "Inadequate",
    )


async def test_q2_when_by_whom_and_from_which_value(greta: Api) -> None:
    change = await last_change(greta)

    assert (change["answer_before"], change["answer_after"]) == ("Yes", "No")
    assert change["actor"] == "lena"  # who approved it
    assert change["recorded_at"].startswith("2026-03-01T12:")
    late = (await greta.get(f"{HERE}/late-changes", **WHY)).body["late_changes"]
    assert late[0]["proposed_by"] == "rosa"


async def test_q3_under_which_rule_version_and_which_line(greta: Api) -> None:
    change = await last_change(greta)
    shown = (await greta.get("/v1/frameworks/youth-2020/revisions/1")).body

    assert change["framework_hash"] == shown["hash"]
    text = shown["files"][change["rule_file"]]
    line = text.splitlines()[change["rule_line"] - 1]
    assert line.startswith("rate questions")


async def test_q4_what_was_the_rating_on_a_date(greta: Api) -> None:
    change = await last_change(greta)
    before = change["position"] - 1

    by_position = await greta.get(f"{HERE}/ratings/{CHANGED}?as_of={before}")
    by_time = await greta.get(f"{HERE}/ratings/{CHANGED}?as_of={change['recorded_at']}")

    assert by_position.body["rating"]["rating"] == "Outstanding"
    assert by_time.body["rating"]["rating"] == "Inadequate"


async def test_q5_which_ratings_did_the_panel_change_by_what_vote_and_why(
    greta: Api,
) -> None:
    standard = (await standards_at(greta, "eligible"))[0]
    before = (await greta.get(f"{HERE}/ratings/{standard}")).body["rating"]["rating"]
    scale = ["Inadequate", "Requires improvement", "Good", "Outstanding"]
    after = scale[scale.index(before) + 1]
    decided = await decide(greta.as_("pia"), standard, outcome="applied", rating=after)
    assert decided.status == 201, decided.text

    (found,) = (await greta.get("/v1/discretion?stage=decided")).body["standards"]
    shown = await greta.get(f"{HERE}/discretion/{standard}", **WHY)

    assert (found["standard"], found["computed"], found["rating"]) == (
        standard,
        before,
        after,
    )
    (decision,) = shown.body["decisions"]
    assert sorted(decision["deciders"]) == ["paul", "petra"]
    assert (decision["proposed_by"], decision["actor"]) == ("pavel", "pia")
    assert decision["reason"] == REASON


async def test_q6_which_were_eligible_and_not_considered(greta: Api) -> None:
    eligible = await standards_at(greta, "eligible")
    taken_up = eligible[0]
    figures = (await greta.get(f"{HERE}/discretion/{taken_up}")).body["figures_hash"]
    considered = await greta.as_("pavel").post(
        f"{HERE}/discretion/{taken_up}/considerations", {"figures_hash": figures}
    )
    assert considered.status == 201, considered.text

    assert await standards_at(greta, "eligible") == eligible[1:]


async def tried(greta: Api, text: str) -> dict[str, Any]:
    """What a text would change of everything on record."""
    begun = await greta.post("/v1/frameworks/youth-2018/impact", {"text": text})
    assert begun.status == 202, begun.text
    operation: dict[str, Any] = begun.body
    while operation["state"] == "running":
        operation = (await greta.get(begun.headers["Location"])).body
    return dict(operation["result"])


def stricter() -> str:
    """The rules of 2018 with a higher share for every rating above the lowest."""
    source = packaged_source("youth-2018")
    assert source is not None
    rules, _, _ = source.text.partition('\ntest "')
    return rules.replace(
        "  below 50    is 'Inadequate'            called \"Minority\"\n"
        "  50 to 64    is 'Requires improvement'",
        "  below 65    is 'Requires improvement'",
    )


async def test_q7_would_the_rating_differ_under_another_version(greta: Api) -> None:
    changed = (await tried(greta, stricter()))["changed"]

    of_brent = {
        each["part"]: (each["before"], each["after"])
        for each in changed
        if each["inspection"] == "brent"
    }
    assert of_brent["2.1"] == ("Inadequate", "Requires improvement")


async def test_q8_what_does_a_rule_change_affect(greta: Api) -> None:
    result = await tried(greta, stricter())

    assert result["inspections"] == 1
    assert {each["inspection"] for each in result["changed"]} == {"brent"}
    assert all(each["because_after"] for each in result["changed"])


async def test_q9_everything_a_person_did(greta: Api) -> None:
    await greta.as_("rosa").get(f"{HERE}/cases/{CASE}")
    await follower_at_end(greta)

    acts = (await greta.get("/v1/activity?person=rosa&limit=500")).body["acts"]

    assert {"answer-given", "case-submitted", "correction-proposed"} <= {
        act["what"] for act in acts if act["log"] == "ledger"
    }
    assert ("case", CASE) in {
        (act["what"], act["case"]) for act in acts if act["log"] == "access"
    }


async def test_q10_who_viewed_this_case(greta: Api) -> None:
    await greta.as_("noor").get(f"{HERE}/cases/{CASE}")  # who has no part in it
    await greta.as_("quinn").get(f"{HERE}/cases/{CASE}")
    await greta.get(f"{HERE}/cases/{CASE}", **WHY)

    log = await greta.get(f"/v1/access-events?inspection=brent&case={CASE}&kind=case")
    seen = {each["person"]: each["reason"] for each in log.body["accesses"]}

    assert (seen["quinn"], seen["greta"]) == (None, "Complaint 7")
    assert "noor" not in seen


async def test_q11_is_the_published_report_still_what_the_record_says(
    greta: Api,
) -> None:
    lena = greta.as_("lena")
    await agree(lena)
    published = await publish(lena)
    assert published.status == 201, published.text

    shown = (await greta.get(f"{HERE}/publications/1")).body

    assert shown["differs_then"] == shown["differs_now"] == []
    assert shown["published"]["approved"]["actor"] == "hugo"


async def test_q12_has_the_record_been_tampered_with(greta: Api) -> None:
    await greta.app[CHECKPOINTS].sign()

    integrity = (await greta.get("/v1/audit/integrity")).body

    assert (integrity["sound"], integrity["alarm"]) == (True, None)
    assert (integrity["unsigned"], integrity["trouble"]) == (0, None)


async def test_q13_which_answers_changed_after_the_inspection_was_submitted(
    greta: Api,
) -> None:
    (late,) = (await greta.get(f"{HERE}/late-changes", **WHY)).body["late_changes"]

    assert (late["case"], late["question"]) == (CASE, CHANGED)
    assert (late["before"], late["after"], late["after_fieldwork"]) == (
        "Yes",
        "No",
        True,
    )
    assert CHANGED in {each["part"] for each in late["changes"]}


async def test_q14_which_answers_are_missing_queried_or_contested(greta: Api) -> None:
    nothing = (await greta.get(f"{HERE}/outstanding", **WHY)).body
    why = {"occasion": "discretion-review", "reason": "The service sent a plan."}
    await greta.as_("lena").post(f"{HERE}/reopenings", why)
    asked = {"question": "2.1.2", "text": "Which plan?"}
    queried = await greta.as_("quinn").post(f"{HERE}/cases/{CASE}/queries", asked)
    assert queried.status == 201, queried.text

    outstanding = (await greta.get(f"{HERE}/outstanding", **WHY)).body

    assert nothing["gaps"] == []
    assert [
        (each["kind"], each["case"], each["question"]) for each in outstanding["gaps"]
    ] == [("queried", CASE, "2.1.2")]


async def test_the_answers_can_be_taken_away_as_one_table(greta: Api) -> None:
    """The one change that mattered, as a document."""
    table = await greta.get(
        f"{HERE}/changes?part={CHANGED}&words=true", Accept="text/csv", **WHY
    )

    *_, row = csv.DictReader(io.StringIO(table.text))
    assert (row["answer_before"], row["answer_after"], row["rating_after"]) == (
        "Yes",
        "No",
        "Inadequate",
    )
    assert (row["actor"], row["case"], row["framework"]) == ("lena", CASE, "youth-2020")
