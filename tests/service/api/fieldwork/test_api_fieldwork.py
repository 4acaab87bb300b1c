"""Cases allocated, submitted, checked, corrected and marked a second time."""

from typing import Any

import pytest

from tests.service.api.asking import Api, Reply, answer_path

HERE = "/v1/inspections/brent"
CASE = f"{HERE}/cases/C-1"
WHY = {"reason": "the file says otherwise"}
VALUES = {"disposal": "youth caution", "risk of serious harm, judged": "low"}
JOINT_WEEK = {"occasion": "joint-week", "reason": "partners saw more"}


@pytest.fixture
async def ours(brent: Api) -> Api:
    """`brent`, asked by rosa; noor inspects too."""
    given = {"person": "noor", "role": "inspector"}
    await brent.as_("lena").post(f"{HERE}/assignments", given)
    return brent


async def answer_all(api: Api, case: str = "C-1") -> None:
    """Record every fact that is asked for as no, and answer every question Yes."""
    path = f"{HERE}/cases/{case}"
    while gaps := (await api.get(path)).body["work"]["gaps"]:
        says, question = gaps[0]["says"], gaps[0]["question"]
        if "is not known" in says:
            name = says.split('"')[1]
            value = {"value": VALUES.get(name, "no")}
            reply = await api.put(f"{path}/facts/{name}", value)
        else:
            reply = await api.put(answer_path(case, question), {"answer": "Yes"})
        assert reply.status == 201, reply.text


@pytest.fixture
async def submitted(ours: Api) -> Api:
    """Case C-1 is rosa's, answered and submitted."""
    await answer_all(ours)
    reply = await ours.post(f"{CASE}/submission", {})
    assert reply.status == 201, reply.text
    return ours


async def work(api: Api, path: str = CASE) -> dict[str, Any]:
    """How far a case has come."""
    found: dict[str, Any] = (await api.get(path)).body["work"]
    return found


async def propose(
    api: Api, answer: str | None = "No", question: str = "2.1.1", **more: object
) -> Reply:
    """Propose a correction to the answer that stands."""
    version = (await api.get(answer_path("C-1", question))).body["version"]
    said = {"answer": answer, "version": version, **WHY, **more}
    return await api.post(f"{answer_path('C-1', question)}/corrections", said)


def refused(reply: Reply) -> tuple[int, str]:
    """How it was refused."""
    return reply.status, reply.slug


async def test_cases_are_allocated_together_or_not_at_all(ours: Api) -> None:
    ola = ours.as_("ola")
    path = f"{HERE}/allocations"
    both = {
        "allocations": [{"case": "C-1", "to": "rosa"}, {"case": "C-2", "to": "noor"}]
    }

    bad = {"allocations": [*both["allocations"][:1], {"case": "C-2", "to": "pavel"}]}
    reply = await ola.post(path, bad)
    assert refused(reply) == (422, "not-an-assessor")
    assert reply.body["errors"][0]["pointer"] == "/allocations/1/to"
    assert {a["to"] for a in (await ola.get(path)).body["allocations"]} == {None}

    assert (await ola.post(path, both)).status == 201
    assert (await ola.post(path, both)).status == 200
    seen = (await ola.get(path)).body["allocations"]
    assert [(a["case"], a["to"], a["state"]) for a in seen] == [
        ("C-1", "rosa", "open"),
        ("C-2", "noor", "open"),
    ]


async def test_a_case_goes_to_somebody_else_for_a_reason(ours: Api) -> None:
    lena = ours.as_("lena")
    path = f"{HERE}/allocations"
    await lena.post(path, {"allocations": [{"case": "C-1", "to": "rosa"}]})
    move = {"case": "C-1", "to": "noor"}

    reply = await lena.post(path, {"allocations": [move]})
    assert refused(reply) == (422, "reason-needed")
    twice = {"allocations": [{"case": "C-1", "to": "noor"}] * 2}
    assert refused(await lena.post(path, twice)) == (422, "allocated-twice")
    moved = {"allocations": [move | {"reason": "rosa is ill"}]}
    assert (await lena.post(path, moved)).status == 201

    reply = await ours.put(answer_path("C-1", "2.1.1"), {"answer": "Yes"})
    assert refused(reply) == (403, "not-your-case")
    noor = ours.as_("noor")
    reply = await noor.put(answer_path("C-1", "2.1.1"), {"answer": "Yes"})
    assert reply.status == 201
    await lena.post(f"{HERE}/cases/C-2/exclusions", WHY)
    reply = await lena.post(path, {"allocations": [{"case": "C-2", "to": "noor"}]})
    assert refused(reply) == (409, "case-excluded")


async def test_a_case_is_submitted_when_what_is_relevant_is_answered(ours: Api) -> None:
    reply = await ours.post(f"{CASE}/submission", {})
    assert refused(reply) == (409, "incomplete-case")
    assert any("`2.1.1` of case `C-1`" in gap for gap in reply.body["gaps"])
    assert any("is not known" in gap for gap in reply.body["gaps"])

    await answer_all(ours)
    assert (await ours.post(f"{CASE}/submission", {})).status == 201

    seen = (await ours.get(CASE)).body
    assert seen["work"]["state"] == "submitted"
    assert seen["work"]["submitted_by"] == "rosa"
    assert seen["work"]["worked_on_by"] == ["rosa"]
    assert "2.2.2" not in seen["answers"]  # safety is no factor: it is not relevant


async def test_a_submitted_case_takes_no_plain_change(submitted: Api) -> None:
    path = answer_path("C-1", "2.1.1")
    fact = f"{CASE}/facts/safety is a factor"

    for reply in (
        await submitted.put(path, {"answer": "No"}, If_Match="*"),
        await submitted.delete(path, If_Match="*"),
        await submitted.put(fact, {"value": "yes"}, If_Match="*"),
        await submitted.delete(fact, If_Match="*"),
        await submitted.as_("lena").put(path, {"answer": "No"}, If_Match="*"),
        await submitted.post(f"{CASE}/submission", {}),
    ):
        assert refused(reply) == (409, "case-submitted")
    assert (await submitted.get(path)).body["answer"] == "Yes"


async def test_nobody_accepts_their_own_case(submitted: Api) -> None:
    reply = await submitted.post(f"{CASE}/acceptance", {})
    assert refused(reply) == (403, "four-eyes")
    assert "quality-lead" in reply.body["roles"]
    assert refused(await submitted.post(f"{CASE}/returns", WHY)) == (403, "four-eyes")

    noor = submitted.as_("noor")
    assert (await noor.post(f"{CASE}/acceptance", {})).status == 201
    assert (await noor.post(f"{CASE}/acceptance", {})).status == 200
    assert (await work(noor))["state"] == "accepted"
    reply = await noor.post(f"{CASE}/returns", WHY)
    assert refused(reply) == (409, "case-accepted")
    reply = await noor.post(f"{HERE}/cases/C-2/acceptance", {})
    assert refused(reply) == (409, "not-submitted")


async def test_a_returned_case_is_changed_by_its_inspector_and_not_by_its_checker(
    submitted: Api,
) -> None:
    noor = submitted.as_("noor")
    assert (await noor.post(f"{CASE}/returns", WHY)).status == 201

    seen = await work(noor)
    assert (seen["state"], seen["moved"]["text"]) == ("returned", WHY["reason"])
    path = answer_path("C-1", "2.1.1")
    reply = await noor.put(path, {"answer": "No"}, If_Match="*")
    assert refused(reply) == (403, "four-eyes")
    assert (await submitted.put(path, {"answer": "No"}, If_Match="*")).status == 200
    assert (await submitted.post(f"{CASE}/submission", {})).status == 201


async def test_a_case_is_not_accepted_while_a_query_is_open(submitted: Api) -> None:
    quinn, queries = submitted.as_("quinn"), f"{CASE}/queries"
    reply = await submitted.post(queries, {"question": "2.1.1", "text": "why?"})
    assert refused(reply) == (403, "four-eyes")
    said = {"question": "2.1.1", "text": "where does it say so?"}
    raised = await quinn.post(queries, said, Idempotency_Key="ask")
    again = await quinn.post(queries, said, Idempotency_Key="ask")
    query = raised.headers["Location"]
    assert (raised.status, again.headers["Location"]) == (201, query)

    reply = await quinn.post(f"{CASE}/acceptance", {})
    assert refused(reply) == (409, "incomplete-case")
    assert "query" in reply.body["gaps"][0]
    await quinn.post(f"{CASE}/returns", WHY)
    reply = await submitted.post(f"{CASE}/submission", {})
    assert refused(reply) == (409, "incomplete-case")
    answer = {"text": "on page 3"}
    assert refused(await quinn.post(f"{query}/responses", answer))[0] == 403
    assert (await submitted.post(f"{query}/responses", answer)).status == 201
    reply = await submitted.post(f"{query}/responses", answer)
    assert refused(reply) == (409, "query-closed")
    assert (await submitted.post(f"{CASE}/submission", {})).status == 201
    assert refused(await submitted.post(f"{query}/resolutions", {}))[0] == 403
    assert (await quinn.post(f"{query}/resolutions", {})).status == 201
    assert (await quinn.post(f"{query}/resolutions", {})).status == 200
    assert (await quinn.post(f"{CASE}/acceptance", {})).status == 201

    (seen,) = (await quinn.get(queries)).body["queries"]
    assert seen == (await quinn.get(query)).body
    assert (seen["state"], seen["answered"]["text"]) == ("resolved", "on page 3")
    assert (seen["raised"]["actor"], seen["resolved"]["text"]) == ("quinn", None)
    assert (await quinn.get(f"{queries}/q-0")).status == 404
    assert (await quinn.get(f"{HERE}/cases/C-9/queries")).status == 404


async def test_a_correction_counts_when_the_lead_approves_and_shows_both_until_then(
    submitted: Api,
) -> None:
    path = answer_path("C-1", "2.1.1")
    before = await submitted.get(path)
    proposed = await propose(submitted, evidence="page 4")
    assert proposed.status == 201
    assert proposed.body["effects"] == []
    waiting = (await submitted.get(path, If_None_Match=before.headers["ETag"])).body
    assert (waiting["answer"], waiting["correction"]["answer"]) == ("Yes", "No")
    assert waiting["correction"]["proposed"]["text"] == WHY["reason"]
    assert waiting["correction"]["state"] == "waiting"

    correction = proposed.headers["Location"]
    reply = await submitted.post(f"{correction}/approvals", {})
    assert refused(reply) == (403, "forbidden")  # inspectors only propose
    lena = submitted.as_("lena")
    approved = await lena.post(f"{correction}/approvals", {})

    assert approved.status == 200
    assert {effect["part"] for effect in approved.body["effects"]} >= {"2.1.1", "2.1"}
    now = (await submitted.get(path)).body
    assert (now["answer"], now["correction"], now["actor"]) == ("No", None, "lena")
    assert now["evidence"] == "page 4"
    assert (await submitted.get(f"{path}/evidence")).body["evidence"] == "page 4"
    assert (await submitted.get(correction)).body["state"] == "approved"
    history = (await submitted.get(f"{path}/history")).body["events"]
    assert [(e["answer"], e["evidence"]) for e in history] == [
        ("Yes", None),
        ("No", "page 4"),
    ]
    reply = await lena.post(f"{correction}/approvals", {})
    assert refused(reply) == (409, "correction-closed")


async def test_a_lead_who_proposes_is_approved_by_another(submitted: Api) -> None:
    lena, quinn = submitted.as_("lena"), submitted.as_("quinn")
    correction = (await propose(lena, None)).headers["Location"]

    reply = await lena.post(f"{correction}/approvals", {})
    assert refused(reply) == (403, "four-eyes")
    assert reply.body["roles"] == ["lead-inspector", "quality-lead"]
    assert (await quinn.post(f"{correction}/approvals", {})).status == 200
    assert (await lena.get(answer_path("C-1", "2.1.1"))).status == 404
    gaps = (await work(lena))["gaps"]
    assert [gap["kind"] for gap in gaps] == ["missing"]


async def test_a_rejected_correction_leaves_the_answer_and_its_reason(
    submitted: Api,
) -> None:
    lena = submitted.as_("lena")
    correction = (await propose(submitted)).headers["Location"]

    assert (await lena.post(f"{correction}/rejections", WHY)).status == 201

    (seen,) = (await lena.get(f"{answer_path('C-1', '2.1.1')}/corrections")).body[
        "corrections"
    ]
    assert (seen["state"], seen["settled"]["text"]) == ("rejected", WHY["reason"])
    assert (await lena.get(answer_path("C-1", "2.1.1"))).body["answer"] == "Yes"
    assert (await propose(submitted)).status == 201  # once more, with better reasons


async def test_a_correction_is_of_another_answer_to_the_one_seen(
    submitted: Api,
) -> None:
    assert refused(await propose(submitted, "Yes")) == (422, "no-correction")
    assert refused(await propose(submitted, version=3)) == (412, "stale-answer")
    assert refused(await propose(submitted, "Maybe")) == (422, "unknown-answer")
    assert (await propose(submitted)).status == 201
    assert refused(await propose(submitted)) == (409, "already-requested")
    path = f"{answer_path('C-2', '3.1.1')}/corrections"
    reply = await submitted.post(path, {"answer": "No", "version": None, **WHY})
    assert refused(reply) == (409, "case-open")
    elsewhere = f"{answer_path('C-1', '2.1.2')}/corrections/1"
    assert (await submitted.get(elsewhere)).status == 404


async def test_a_correction_lapses_when_nobody_approves_it(submitted: Api) -> None:
    lena = submitted.as_("lena")
    correction = (await propose(submitted)).headers["Location"]

    submitted.clock.wait(days=14)

    reply = await lena.post(f"{correction}/approvals", {})
    assert refused(reply) == (409, "request-lapsed")
    again = (await propose(submitted)).headers["Location"]
    assert refused(await lena.post(f"{correction}/approvals", {}))[0] == 409
    assert (await lena.post(f"{again}/approvals", {})).status == 200


async def test_an_answer_that_changed_meanwhile_is_not_corrected(
    submitted: Api,
) -> None:
    lena = submitted.as_("lena")
    correction = (await propose(submitted)).headers["Location"]
    await lena.post(f"{CASE}/returns", WHY)
    path = answer_path("C-1", "2.1.1")
    await submitted.delete(path, If_Match="*")

    reply = await lena.post(f"{correction}/approvals", {})

    assert refused(reply) == (412, "stale-answer")
    assert (await lena.post(f"{correction}/rejections", WHY)).status == 201


async def test_a_reopened_case_is_worked_on_by_another_than_who_reopened_it(
    submitted: Api,
) -> None:
    lena, noor = submitted.as_("lena"), submitted.as_("noor")
    reply = await noor.post(f"{CASE}/reopenings", JOINT_WEEK)
    assert refused(reply) == (403, "forbidden")
    assert (await lena.post(f"{CASE}/reopenings", JOINT_WEEK)).status == 201
    reply = await lena.post(f"{CASE}/reopenings", JOINT_WEEK)
    assert refused(reply) == (409, "not-submitted")

    path = answer_path("C-1", "2.1.1")
    reply = await lena.put(path, {"answer": "No"}, If_Match="*")
    assert refused(reply) == (403, "four-eyes")
    assert (await noor.put(path, {"answer": "No"}, If_Match="*")).status == 200
    assert (await work(lena))["worked_on_by"] == ["noor", "rosa"]
    reply = await lena.post(f"{CASE}/reopenings", {"occasion": "whim", **WHY})
    assert refused(reply) == (422, "validation")


async def test_two_judgements_are_compared_and_settled(submitted: Api) -> None:
    noor, quinn, markings = (
        submitted.as_("noor"),
        submitted.as_("quinn"),
        f"{CASE}/markings",
    )
    marks = {"answers": {"2.1.1": "No", "2.1.2": "Yes", "2.1.3": "No"}}
    assert refused(await submitted.post(markings, marks)) == (403, "four-eyes")
    assert (await noor.get(markings)).body["marking"] is None
    assert (await noor.post(markings, marks)).status == 201
    assert refused(await noor.post(markings, marks)) == (409, "marked-already")
    reply = await noor.post(f"{HERE}/cases/C-2/markings", {"answers": {"3.1.1": "No"}})
    assert refused(reply) == (409, "not-submitted")

    seen = (await quinn.get(markings)).body["marking"]
    assert [(d["question"], d["second"]) for d in seen["differences"]] == [
        ("2.1.1", "No"),
        ("2.1.3", "No"),
    ]
    reply = await quinn.post(f"{CASE}/acceptance", {})
    assert refused(reply) == (409, "incomplete-case")

    first = {"stands": "Yes", "reason": "the plan has it on page 2"}
    assert (await quinn.post(f"{markings}/2.1.1/settlements", first)).status == 201
    second = {"stands": "No", "reason": "both agree now"}
    settled = await quinn.post(f"{markings}/2.1.3/settlements", second)
    assert (settled.status, settled.body["effects"]) == (201, [])
    assert (await quinn.get(markings)).body["marking"]["differences"] == []
    reply = await quinn.post(f"{markings}/2.1.2/settlements", {"stands": "No", **WHY})
    assert reply.status == 201
    reply = await quinn.post(f"{markings}/2.2.1/settlements", first)
    assert refused(reply) == (404, "not-found")

    path = answer_path("C-1", "2.1.3")
    waiting = (await quinn.get(path)).body["correction"]
    assert waiting["proposed"]["text"] == "both agree now"
    approvals = f"{path}/corrections/{waiting['correction']}/approvals"
    assert refused(await quinn.post(approvals, {})) == (403, "four-eyes")
    moved = await submitted.as_("lena").post(approvals, {})
    assert {effect["part"] for effect in moved.body["effects"]} >= {"2.1.3"}


async def test_what_is_missing_queried_or_contested_is_listed(submitted: Api) -> None:
    quinn = submitted.as_("quinn")
    await propose(submitted)
    await quinn.post(f"{CASE}/queries", {"question": "2.1.2", "text": "why?"})

    seen = (await quinn.get(f"{HERE}/outstanding")).body

    assert seen["states"] == {"submitted": 1, "open": 1}
    assert set(seen["counts"]) == {
        "missing",
        "queried",
        "contested",
        "not-accepted",
        "not-judged",
    }
    assert {gap["case"] for gap in seen["gaps"] if gap["kind"] == "missing"} == {"C-2"}
    assert not seen["submitted"]


async def finish(api: Api) -> None:
    """Accept both cases, judge what is judged, submit the fieldwork."""
    noor, lena = api.as_("noor"), api.as_("lena")
    await answer_all(api, "C-2")
    assert (await api.post(f"{HERE}/cases/C-2/submission", {})).status == 201
    for case in ("C-1", "C-2"):
        assert (await noor.post(f"{HERE}/cases/{case}/acceptance", {})).status == 201
    for standard in ("1.1", "1.2", "1.3", "1.4"):
        path = f"{HERE}/judgements/{standard}"
        assert (await lena.put(path, {"rating": "Good"})).status == 201
    reply = await lena.post(f"{HERE}/submissions", {})
    assert reply.status == 201, reply.text


async def test_finished_fieldwork_moves_no_figure_until_it_is_reopened(
    submitted: Api,
) -> None:
    lena = submitted.as_("lena")
    reply = await lena.post(f"{HERE}/submissions", {})
    assert refused(reply) == (409, "incomplete-inspection")
    assert len(reply.body["gaps"]) > 4
    reply = await lena.post(f"{HERE}/reopenings", JOINT_WEEK)
    assert refused(reply) == (409, "not-submitted")
    await finish(submitted)
    assert (await lena.get(HERE)).body["fieldwork_submitted"]

    for reply in (
        await propose(submitted),
        await lena.post(f"{CASE}/reopenings", JOINT_WEEK),
        await lena.post(f"{CASE}/exclusions", WHY),
        await lena.post(f"{HERE}/domains/3/set-asides", WHY),
        await lena.post(f"{HERE}/submissions", {}),
        await lena.post(
            f"{HERE}/cases", {"case": "C-3", "sample": "court disposals", "facts": {}}
        ),
    ):
        assert refused(reply) == (409, "inspection-locked")
    assert (
        await submitted.as_("pavel").post(f"{HERE}/reopenings", JOINT_WEEK)
    ).status == 201
    assert (await propose(submitted)).status == 201
    assert (await work(lena))["state"] == "accepted"


async def test_answers_that_changed_late_are_listed_with_what_they_moved(
    submitted: Api,
) -> None:
    lena = submitted.as_("lena")
    late = f"{HERE}/late-changes"
    assert (await lena.get(late)).body["late_changes"] == []
    correction = (await propose(submitted)).headers["Location"]
    await lena.post(f"{correction}/approvals", {})
    await lena.post(f"{CASE}/returns", WHY)
    await submitted.delete(answer_path("C-1", "2.1.2"), If_Match="*")
    await submitted.put(answer_path("C-1", "2.1.2"), {"answer": "No"})
    again = {"answer": "No", "evidence": "page 9"}
    await submitted.put(answer_path("C-1", "2.1.2"), again, If_Match="*")

    first, *others = (await lena.get(late)).body["late_changes"]

    assert (first["before"], first["after"]) == ("Yes", "No")
    assert (first["proposed_by"], first["actor"]) == ("rosa", "lena")
    assert first["event_type"] == "correction-approved"
    assert {change["part"] for change in first["changes"]} >= {"2.1.1", "2.1"}
    assert [(each["before"], each["after"]) for each in others] == [
        ("Yes", None),
        (None, "No"),
    ]
    assert not first["after_fieldwork"]


async def test_a_held_answer_is_sent_again_when_another_is_proposed(
    submitted: Api,
) -> None:
    path, lena = answer_path("C-1", "2.1.1"), submitted.as_("lena")
    tags = [(await submitted.get(path)).headers["ETag"]]

    for answer in ("No", "Not applicable"):
        proposed = await propose(submitted, answer)
        assert proposed.status == 201, proposed.text
        replies = [await submitted.get(path, If_None_Match=tag) for tag in tags]
        assert {reply.status for reply in replies} == {200}
        assert {reply.body["correction"]["answer"] for reply in replies} == {answer}
        tags.append(replies[0].headers["ETag"])
        again = await submitted.get(path, If_None_Match=tags[-1])
        rejection = f"{proposed.headers['Location']}/rejections"
        rejected = await lena.post(rejection, WHY)
        assert (again.status, rejected.status) == (304, 201)

    assert len(set(tags)) == 3
    assert (await submitted.get(path)).headers["ETag"] == tags[0]
