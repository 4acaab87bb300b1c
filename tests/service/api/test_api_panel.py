"""From complete answers to a published report over HTTP, and what is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.service.api.asking import Api, answer_path
from tests.service.api.panelling import (
    HERE,
    REASON,
    agree,
    content,
    decide,
    finish_fieldwork,
    make_whole,
    propose,
    publish,
    seen,
    vote,
)

WORDS = "Said in so many words."


@pytest.fixture
async def whole(answered: Api) -> Api:
    """The same with its cases checked and its fieldwork submitted."""
    await finish_fieldwork(answered)
    return answered


@pytest.fixture
async def answered(api: Api) -> Api:
    """An inspection `brent` with every question answered, all yes but 2.1.2."""
    return await make_whole(api)


# ---- evidence, findings, recommendations


async def test_judgements_name_the_evidence_they_rest_on(whole: Api) -> None:
    received = {"medium": "survey", "standards": ["1.1"], "summary": WORDS}
    judged = {"rating": "Outstanding", "rests_on": ["E-1"]}

    unknown = await whole.put(f"{HERE}/judgements/1.1", judged, If_Match="*")
    first = await whole.put(f"{HERE}/evidence/E-1", received)
    known = await whole.put(f"{HERE}/judgements/1.1", judged, If_Match="*")

    assert (unknown.status, unknown.slug) == (422, "unknown-evidence")
    assert (first.status, known.status) == (201, 200), known.text
    listed = (await whole.get(f"{HERE}/evidence")).body["evidence"]
    assert [(it["received"], it["medium"], it["standards"]) for it in listed] == [
        ("E-1", "survey", ["1.1"])
    ]
    shown = await whole.get(f"{HERE}/evidence/E-1")
    assert shown.body["summary"]["text"] == WORDS
    assert shown.headers["ETag"] == first.headers["ETag"]
    assert (await whole.get(f"{HERE}/evidence/E-2")).status == 404
    assert (await whole.get(f"{HERE}/judgements/1.1")).body["rests_on"] == ["E-1"]


async def test_what_the_report_says_is_written_in_versions(whole: Api) -> None:
    first = await whole.put(f"{HERE}/findings/2.1", {"text": WORDS})
    blind = await whole.put(f"{HERE}/findings/2.1", {"text": "Other words."})
    changed = await whole.put(
        f"{HERE}/findings/2.1", {"text": "Other words."}, If_Match=first.headers["ETag"]
    )

    assert (blind.status, blind.slug) == (428, "precondition-required")
    assert changed.status == 200
    shown = await whole.get(f"{HERE}/findings/2.1")
    assert shown.body["text"]["text"] == "Other words."
    assert shown.headers["ETag"] == changed.headers["ETag"]
    assert (await whole.get(f"{HERE}/findings/2.2")).status == 404


async def test_recommendations_are_numbered_across_owners(whole: Api) -> None:
    path = f"{HERE}/recommendations"
    for owner in ("Chair of the board", "Head of service", "Chair of the board"):
        reply = await whole.post(path, {"owner": owner, "text": WORDS})
        assert reply.status == 201
    tag = (await whole.get(path)).headers["ETag"]
    changed = await whole.put(
        f"{path}/2", {"owner": "Police", "text": WORDS}, If_Match=tag
    )
    stale = await whole.delete(f"{path}/3", If_Match=tag)
    gone = await whole.delete(f"{path}/3", If_Match=changed.headers["ETag"])

    assert changed.status == 200, changed.text
    assert (stale.status, stale.slug) == (412, "stale-answer")
    assert gone.status == 200
    listed = (await whole.get(path)).body["recommendations"]
    assert [(it["number"], it["owner"]) for it in listed] == [
        (1, "Chair of the board"),
        (2, "Police"),
    ]
    assert listed[0]["text"]["text"] == WORDS


# ---- who and when


@dataclass(frozen=True)
class Step:
    """One step towards publication, and the people who may take it."""

    path: str
    people: tuple[str, ...]
    body: Callable[[Api], Awaitable[dict[str, Any]]]
    too_early: str = ""  # how it is refused before its time
    waits_for: int = 0  # the step after which it may be taken


def saying(**body: Any) -> Callable[[Api], Awaitable[dict[str, Any]]]:
    async def made(_: Api) -> dict[str, Any]:
        return body

    return made


STEPS = (
    Step("endorsements", ("pavel",), seen),
    Step("endorsements", ("petra",), seen),
    Step("drafts", ("lena",), saying(due_on="2026-04-01"), "not-agreed", 1),
    Step("accuracy-points", ("sam",), saying(text=WORDS), "no-draft", 2),
    Step(
        "accuracy-points/P-1/settlements",
        ("lena",),
        saying(outcome="rejected", reason=WORDS),
        "not-found",
        3,
    ),
    Step("publications", ("lena",), content, "not-agreed", 1),
    Step("publications/1/approvals", ("hugo",), content, "nothing-proposed", 5),
    Step("action-plan", ("sam", "lena"), saying(summary=WORDS), "not-published", 6),
    Step(
        "action-plan/reviews",
        ("lena",),
        saying(outcome="sufficient", summary=WORDS),
        "no-plan",
        7,
    ),
)
EVERYBODY = ("rosa", "lena", "pavel", "petra", "greta", "adam", "ruth", "hugo", "sam")


async def test_each_step_is_refused_to_the_wrong_person_and_before_its_time(
    whole: Api,
) -> None:
    refused = 0
    for number, step in enumerate(STEPS):
        for later in STEPS[number + 1 :]:
            if later.too_early and number <= later.waits_for:
                reply = await whole.as_(later.people[0]).post(
                    f"{HERE}/{later.path}", await later.body(whole)
                )
                assert reply.slug == later.too_early, (later.path, reply.text)
                refused += 1
        for person in EVERYBODY:
            if person in step.people or step.path == "endorsements":
                continue
            reply = await whole.as_(person).post(
                f"{HERE}/{step.path}", await step.body(whole)
            )
            assert reply.status == 403, (step.path, person, reply.text)
            refused += 1
        taken = await whole.as_(step.people[0]).post(
            f"{HERE}/{step.path}", await step.body(whole)
        )
        assert taken.status == 201, (step.path, taken.text)
    for person in set(EVERYBODY) - {"pavel", "petra"}:
        reply = await whole.as_(person).post(f"{HERE}/endorsements", await seen(whole))
        assert reply.status == 403
    assert refused > 60


# ---- agreement and publication


async def test_agreement_holds_while_the_figures_do(whole: Api) -> None:
    assert (await whole.get(f"{HERE}/ratings")).body["agreed"] is False
    await agree(whole)

    ratings = (await whole.get(f"{HERE}/ratings")).body
    agreement = (await whole.get(f"{HERE}/agreement")).body
    assert ratings["agreed"] is True
    assert ratings["overall"]["agreed"] is True
    assert agreement["last"]["agreed_by"] == ["pavel", "petra"]
    assert agreement["last"]["score"] == ratings["overall"]["score"]
    assert len(agreement["endorsements"]) == 2

    judged = f"{HERE}/judgements/1.1"
    await whole.put(judged, {"rating": "Inadequate"}, If_Match="*")
    assert (await whole.get(f"{HERE}/ratings")).body["agreed"] is False
    assert (await whole.get(HERE)).body["agreed"] is False


async def test_nothing_is_agreed_before_the_fieldwork_is_submitted(
    answered: Api,
) -> None:
    reply = await answered.as_("pavel").post(
        f"{HERE}/endorsements", await seen(answered)
    )

    assert (reply.status, reply.slug) == (409, "fieldwork-open")


async def test_what_is_missing_keeps_ratings_from_being_agreed(whole: Api) -> None:
    await whole.delete(f"{HERE}/judgements/1.1", If_Match="*")

    agreement = (await whole.get(f"{HERE}/agreement")).body
    reply = await whole.as_("pavel").post(f"{HERE}/endorsements", await seen(whole))

    assert agreement["missing"] == ["1.1", "overall"]
    assert (reply.status, reply.slug) == (409, "incomplete-inspection")
    assert reply.body["gaps"] == agreement["missing"]


async def test_a_published_report_stays_what_the_record_says(whole: Api) -> None:
    await agree(whole)
    await whole.put(f"{HERE}/findings/2.1", {"text": WORDS})

    approved = await publish(whole)

    assert approved.status == 201, approved.text
    one = f"{HERE}/publications/1"
    assert approved.headers["Location"] == one
    shown = (await whole.get(one)).body
    ratings = (await whole.get(f"{HERE}/ratings")).body
    assert shown["reported"]["ratings"] == {
        it["part"]: it["rating"] for it in ratings["standards"]
    }
    assert shown["reported"]["overall"] == ratings["overall"]["rating"]
    assert shown["published"]["proposed_by"] == "lena"
    assert shown["published"]["approved"]["actor"] == "hugo"
    assert shown["differs_then"] == shown["differs_now"] == []
    assert list(shown["findings"]) == ["2.1"]
    assert (await whole.get(f"{HERE}/publications/2")).status == 404
    assert shown["published"]["checkpoint"] == shown["published"]["report_as_of"]


async def test_what_is_published_names_who_can_open_it_and_no_one_else_reopens(
    whole: Api,
) -> None:
    await agree(whole)
    await publish(whole)
    lena, again = whole.as_("lena"), {"occasion": "joint-week", "reason": REASON}
    answer = f"{HERE}/cases/C-1/answers/2.1.1"

    for reply in (
        await lena.put(answer, {"answer": "No"}, If_Match="*"),
        await lena.post(f"{HERE}/reopenings", again),
    ):
        assert (reply.status, reply.slug) == (409, "inspection-locked")
        assert reply.body["detail"].endswith("open an erratum to correct it")
        assert reply.body["roles"] == ["governance", "head"]

    await whole.as_("hugo").post(f"{HERE}/errata", {"reason": REASON})
    reply = await lena.put(answer, {"answer": "No"}, If_Match="*")
    assert reply.slug == "inspection-locked"
    assert reply.body["roles"] == ["lead-inspector", "panel-member", "quality-lead"]
    assert (await lena.post(f"{HERE}/reopenings", again)).status == 201


async def test_an_erratum_is_the_second_publication(whole: Api) -> None:
    await agree(whole)
    await publish(whole)
    path, judged = f"{HERE}/judgements/1.1", {"rating": "Outstanding"}
    locked = await whole.put(path, judged, If_Match="*")
    opened = await whole.as_("hugo").post(f"{HERE}/errata", {"reason": REASON})
    corrected = await whole.put(path, judged, If_Match="*")
    await agree(whole)

    again = await publish(whole, 2, erratum="1.1 was entered wrongly.")

    assert (locked.status, locked.slug) == (409, "inspection-locked")
    assert (opened.status, corrected.status, again.status) == (201, 200, 201)
    listed = (await whole.get(f"{HERE}/publications")).body
    assert [it["number"] for it in listed["published"]] == [1, 2]
    first = (await whole.get(f"{HERE}/publications/1")).body
    second = (await whole.get(f"{HERE}/publications/2")).body
    assert first["differs_then"] == []
    assert {
        "part": "1.1",
        "published": "Good",
        "on_record": "Outstanding",
    } in first["differs_now"]
    assert second["differs_now"] == []
    assert second["erratum"]["text"] == "1.1 was entered wrongly."


async def test_what_is_proposed_is_shown_until_it_is_approved(whole: Api) -> None:
    await agree(whole)
    await whole.post(f"{HERE}/drafts", {"due_on": "2026-04-01"})
    body = await content(whole)
    await whole.post(f"{HERE}/publications", body)

    listed = (await whole.get(f"{HERE}/publications")).body

    assert listed["proposed"]["number"] == 1
    assert listed["proposed"]["content_hash"] == body["content_hash"]
    assert listed["published"] == []


async def test_the_service_reads_its_draft_and_what_became_of_its_points(
    whole: Api,
) -> None:
    await agree(whole)
    await whole.put(f"{HERE}/findings/2.1", {"text": WORDS})
    await whole.post(f"{HERE}/drafts", {"due_on": "2026-04-01"})
    sam = whole.as_("sam")
    await sam.post(f"{HERE}/accuracy-points", {"text": "The date is wrong."})
    settled = {"outcome": "accepted", "reason": "So it is."}
    await whole.post(f"{HERE}/accuracy-points/P-1/settlements", settled)

    report = (await sam.get(f"{HERE}/report")).body
    accuracy = (await sam.get(f"{HERE}/accuracy-points")).body

    assert report["findings"]["2.1"]["text"] == WORDS
    (point,) = accuracy["points"]
    assert point["text"]["text"] == "The date is wrong."
    assert point["settled"]["reason"]["text"] == "So it is."
    assert accuracy["draft"]["same_figures"] is True
    assert (await sam.get(f"{HERE}/cases")).status == 403


async def test_a_plan_is_read_with_its_review(whole: Api) -> None:
    assert (await whole.get(f"{HERE}/action-plan")).status == 404
    await agree(whole)
    await publish(whole)
    await whole.as_("sam").post(f"{HERE}/action-plan", {"summary": WORDS})
    before = (await whole.get(f"{HERE}/action-plan")).body
    review = {"outcome": "not-sufficient", "summary": "It names no dates."}
    await whole.post(f"{HERE}/action-plan/reviews", review)

    plan = (await whole.get(f"{HERE}/action-plan")).body

    assert before["review"] is None
    assert plan["summary"]["text"] == WORDS
    assert plan["review"]["outcome"] == "not-sufficient"
    assert plan["review"]["summary"]["text"] == "It names no dates."


async def test_an_inspection_looks_again_at_one_that_is_published(whole: Api) -> None:
    body = {
        "inspection": "brent-again",
        "service": "Brent Youth Offending Service",
        "programme": "single",
        "fieldwork_starts_on": "2021-01-05",
        "framework": "youth-2020",
        "follows": "brent",
    }

    early = await whole.post("/v1/inspections", body)
    unknown = await whole.post("/v1/inspections", {**body, "follows": "bront"})
    await agree(whole)
    await publish(whole)
    announced = await whole.post("/v1/inspections", body)

    assert (early.status, early.slug) == (409, "not-published")
    assert (unknown.status, unknown.slug) == (409, "not-published")
    assert announced.status == 201
    shown = (await whole.get("/v1/inspections/brent-again")).body
    assert shown["follows"] == "brent"


# ---- what is before the panel


async def test_the_queue_tells_how_far_the_panel_has_come(answered: Api) -> None:
    pavel = answered.as_("pavel")

    async def stages(query: str = "") -> list[tuple[str, str]]:
        found = (await pavel.get(f"/v1/discretion{query}")).body["standards"]
        return [(it["standard"], it["stage"]) for it in found]

    noticed = await stages()
    figures = (await pavel.get(f"{HERE}/discretion/2.1")).body["figures_hash"]
    taken_up = await pavel.post(
        f"{HERE}/discretion/2.1/considerations", {"figures_hash": figures}
    )
    considered = await stages("?stage=considered")
    await propose(answered, "2.1")
    await vote(answered, "2.1", "petra")
    (voting,) = [
        it
        for it in (await pavel.get(f"{HERE}/discretion")).body["standards"]
        if it["standard"] == "2.1"
    ]
    await decide(answered, "2.1")
    decided = await stages("?stage=decided")
    path = answer_path("C-1", "2.1.1")
    await answered.as_("rosa").put(path, {"answer": "No"}, If_Match="*")

    assert ("2.1", "eligible") in noticed
    assert taken_up.status == 201
    assert considered == [("2.1", "considered")]
    assert voting["votes"]["in_favour"] == 1
    assert "few-cases" in voting["grounds"]
    assert voting["because"]
    assert decided == [("2.1", "decided")]
    assert ("2.1", "lapsed") in await stages()
    wrong = await pavel.get("/v1/discretion?stage=forgotten")
    assert (wrong.status, wrong.slug) == (422, "validation")
    assert (await answered.as_("rosa").get("/v1/discretion")).status == 403
