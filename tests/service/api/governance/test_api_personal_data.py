"""What is kept about one person, gathered for an access request."""

import json
from typing import Any

import pytest

from tests.service.api.asking import Api, Reply, answer_path

CASE = "/v1/inspections/brent/cases/C-1"


@pytest.fixture
async def greta(brent: Api) -> Api:
    """Governance, after rosa judged a case with words and lena excluded another."""
    body = {"answer": "Yes", "evidence": "Child A was heard."}
    assert (await brent.put(answer_path("C-1", "2.1.1"), body)).status == 201
    await brent.get(CASE)
    why = {"reason": "Drawn twice."}
    await brent.as_("lena").post("/v1/inspections/brent/cases/C-2/exclusions", why)
    return brent.as_("greta")


async def gather(api: Api, path: str) -> list[dict[str, Any]]:
    reply = await api.get(path, Access_Reason="Request 12")
    assert reply.status == 200, reply.text
    assert reply.headers["Content-Type"] == "application/x-ndjson"
    return entries(reply)


def entries(reply: Reply) -> list[dict[str, Any]]:
    return [json.loads(line) for line in reply.text.splitlines()]


async def test_what_both_logs_say_of_a_person_is_gathered(greta: Api) -> None:
    found = await gather(greta, "/v1/people/rosa/data")

    ledger = [each for each in found if each["log"] == "ledger"]
    access = [each for each in found if each["log"] == "access"]
    assert [(each["type"], each["actor"]) for each in ledger] == [
        ("inspection-announced", "lena"),  # names her in its team
        ("answer-given", "rosa"),
    ]
    assert "Child A" not in str(found)
    assert [(each["kind"], each["case"]) for each in access] == [("case", "C-1")]


async def test_everything_about_a_case_is_gathered_with_its_words(greta: Api) -> None:
    found = await gather(greta, f"{CASE}/data")

    ledger = [each for each in found if each["log"] == "ledger"]
    assert [each["type"] for each in ledger] == ["case-added", "answer-given"]
    assert ledger[-1]["data"]["evidence"] == {"words": "Child A was heard."}
    assert "C-2" not in str(found)
    assert "Drawn twice" not in str(found)
    seen = [(each["person"], each["kind"]) for each in found if each["log"] == "access"]
    assert ("rosa", "case") in seen


async def test_gathering_is_noted_with_its_reason(greta: Api) -> None:
    await gather(greta, "/v1/people/rosa/data")
    await gather(greta, f"{CASE}/data")

    log = (await greta.get("/v1/access-events?person=greta")).body["accesses"]

    assert [
        (each["operation"], each["kind"], each["case"], each["reason"]) for each in log
    ] == [
        ("gather_person", "export", None, "Request 12"),
        ("gather_case", "words", "C-1", "Request 12"),
    ]


async def test_what_was_erased_is_said_to_be(greta: Api) -> None:
    asked = {"inspection": "brent", "case": "C-1", "reason_code": "data-subject"}
    request = await greta.as_("adam").post(
        "/v1/erasures", asked | {"reason": "Asked for."}
    )
    assert request.status == 201, request.text
    greta.clock.wait(days=8)
    approval = await greta.post(f"{request.headers['Location']}/approvals", {})
    assert approval.status == 201, approval.text

    found = await gather(greta, f"{CASE}/data")

    given = next(each for each in found if each.get("type") == "answer-given")
    assert given["data"]["evidence"] == {"erased": True}


@pytest.mark.parametrize("path", ["/v1/people/rosa/data", f"{CASE}/data"])
async def test_only_governance_gathers_and_says_why(greta: Api, path: str) -> None:
    silent = await greta.get(path)
    lead = await greta.as_("lena").get(path, Access_Reason="Curiosity")

    assert (silent.status, silent.slug) == (403, "reason-required")
    assert (lead.status, lead.slug) == (403, "forbidden")


async def test_there_is_nothing_of_a_case_that_is_none(greta: Api) -> None:
    path = "/v1/inspections/brent/cases/C-9/data"

    assert (await greta.get(path, Access_Reason="Request 12")).status == 404


@pytest.mark.parametrize("said", [b"\xff", b"\xa0", b"\xf1\xb6\xac"])
async def test_a_reason_that_is_no_text_is_refused(greta: Api, said: bytes) -> None:
    reason = said.decode("utf-8", "surrogateescape")

    reply = await greta.get("/v1/people/rosa/data", Access_Reason=reason)

    assert (reply.status, reply.slug) == (403, "reason-required")
