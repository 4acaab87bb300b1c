"""Erasing takes two people and a wait, respects holds, and leaves everything else."""

import pytest

from tests.service.api.asking import Api, Reply, answer_path

WORDS = "His grandmother said that nobody had asked her."
ASKED = {
    "inspection": "brent",
    "case": "C-1",
    "reason_code": "data-subject",
    "reason": "He asked for it in writing.",
}
HELD = {"inspection": "brent", "case": "C-1", "reason": "A claim is pending."}
AGREED: dict[str, object] = {}


@pytest.fixture
async def told(brent: Api) -> Api:
    """Words written to an answer of case C-1."""
    reply = await brent.put(
        answer_path("C-1", "2.1.1"), {"answer": "Yes", "evidence": WORDS}
    )
    assert reply.status == 201
    return brent


async def request(api: Api, **said: object) -> Reply:
    return await api.as_("adam").post("/v1/erasures", {**ASKED, **said})


async def approve(api: Api, address: str, person: str = "greta") -> Reply:
    return await api.as_(person).post(f"{address}/approvals", AGREED)


async def erased(api: Api, **said: object) -> str:
    """The address of an erasure asked for, waited for and approved."""
    requested = await request(api, **said)
    assert requested.status == 201, requested.text
    api.clock.wait(days=7)
    approved = await approve(api, requested.headers["Location"])
    assert approved.status == 201, approved.text
    return requested.headers["Location"]


async def test_two_people_erase_the_words_of_a_case(told: Api) -> None:
    path = answer_path("C-1", "2.1.1")
    before = await told.as_("greta").get("/v1/inspections/brent/ratings")
    words = await told.get(f"{path}/evidence")

    address = await erased(told)

    answer = await told.get(path)
    gone = await told.get(f"{path}/evidence")
    moments = await told.get(f"{path}/history")
    after = await told.as_("greta").get("/v1/inspections/brent/ratings")
    shown = (await told.as_("greta").get(address, Access_Reason="Review")).body
    assert words.body["evidence"] == WORDS
    assert (answer.body["answer"], answer.body["erased"]) == ("Yes", True)
    assert answer.body["evidence"] is None
    assert (gone.status, gone.slug) == (410, "erased")
    assert moments.body["events"][0]["erased"]
    assert {**after.body, "as_of": 0} == {**before.body, "as_of": 0}
    assert shown["reason"] == ASKED["reason"]
    assert shown["erasure"]["keys"] == ["inspection/brent/case/C-1"]
    assert shown["erasure"]["requested_by"] == "adam"
    assert shown["erasure"]["approved_by"] == "greta"


async def test_an_erased_case_takes_answers_and_no_words(told: Api) -> None:
    await erased(told)
    path = answer_path("C-1", "2.1.1")
    version = (await told.get(path)).headers["ETag"]

    with_words = await told.put(
        path, {"answer": "No", "evidence": WORDS}, If_Match=version
    )
    without = await told.put(path, {"answer": "No"}, If_Match=version)

    assert (with_words.status, with_words.slug) == (410, "erased")
    assert without.status == 200


async def test_an_approval_sent_again_is_answered_as_the_first(told: Api) -> None:
    address = (await request(told)).headers["Location"]
    told.clock.wait(days=7)
    greta = told.as_("greta")

    replies = [
        await greta.post(f"{address}/approvals", AGREED, Idempotency_Key="once")
        for _ in range(2)
    ]
    anew = await approve(told, address)

    assert replies[0].text == replies[1].text
    assert replies[1].headers["Idempotent-Replayed"] == "true"
    assert (anew.status, anew.slug) == (410, "erased")


async def test_approving_waits_seven_days_and_lapses_after_fourteen_more(
    told: Api,
) -> None:
    address = (await request(told)).headers["Location"]

    early = await approve(told, address)
    twice = await request(told)
    told.clock.wait(days=22)
    late = await approve(told, address)
    again = await request(told)

    assert (early.status, early.slug) == (409, "approval-waits")
    assert (twice.status, twice.slug) == (409, "already-requested")
    assert (late.status, late.slug) == (409, "request-lapsed")
    assert again.status == 201


@pytest.mark.parametrize("case", ["C-1", None])
async def test_a_hold_stops_an_erasure_until_two_people_lift_it(
    case: str | None, told: Api
) -> None:
    address = (await request(told)).headers["Location"]
    held = await told.as_("greta").post("/v1/retention/holds", {**HELD, "case": case})
    hold = held.headers["Location"]
    told.clock.wait(days=7)
    adam, greta = told.as_("adam"), told.as_("greta")

    refused = await approve(told, address)
    not_asked = await approve(told, f"{hold}/releases")
    asked = await adam.post(f"{hold}/releases", {"reason": "The claim is settled."})
    twice = await adam.post(f"{hold}/releases", {"reason": "The claim is settled."})
    early = await approve(told, f"{hold}/releases")
    told.clock.wait(days=7)
    released = await approve(told, f"{hold}/releases")
    over = await approve(told, f"{hold}/releases")
    approved = await approve(told, address)

    assert (refused.status, refused.slug) == (409, "legal-hold")
    assert not_asked.slug == "not-found"
    assert (asked.status, released.status, approved.status) == (201, 201, 201)
    assert (twice.slug, early.slug, over.slug) == (
        "already-requested",
        "approval-waits",
        "not-found",
    )
    shown = (await greta.get(hold, Access_Reason="Review")).body
    assert shown["reason"] == HELD["reason"]
    assert shown["hold"]["released_by"] == "greta"
    (listed,) = (await greta.get("/v1/retention/holds")).body["holds"]
    assert listed == shown["hold"]


async def test_a_hold_on_one_case_holds_its_inspection_and_no_other_case(
    told: Api,
) -> None:
    await told.as_("adam").post("/v1/retention/holds", HELD)

    whole = await request(told, case=None)
    other = await request(told, case="C-2")

    assert (whole.status, whole.slug) == (409, "legal-hold")
    assert other.status == 201


async def test_an_inspection_is_erased_with_every_case(told: Api) -> None:
    address = await erased(told, case=None)

    shown = (await told.as_("greta").get(address, Access_Reason="Review")).body
    more = await told.as_("lena").post(
        "/v1/inspections/brent/cases/C-2/exclusions", {"reason": WORDS}
    )
    again = await request(told, case=None)
    assert shown["erasure"]["keys"] == [
        "inspection/brent/case/C-1",
        "inspection/brent/case/C-2",
        "inspection/brent",
    ]
    assert (more.status, more.slug) == (410, "erased")
    assert (again.status, again.slug) == (410, "erased")


async def test_cases_can_be_erased_and_the_inspections_own_words_kept(
    told: Api,
) -> None:
    address = await erased(told, case=None, cases_only=True)

    shown = (await told.as_("greta").get(address, Access_Reason="Review")).body
    assert "inspection/brent" not in shown["erasure"]["keys"]
    assert len(shown["erasure"]["keys"]) == 2


async def test_what_does_not_exist_is_not_erased_and_not_held(told: Api) -> None:
    adam = told.as_("adam")
    told.clock.wait(days=7)

    for reply in (
        await request(told, case="C-9"),
        await request(told, inspection="elsewhere"),
        await adam.post("/v1/retention/holds", {**HELD, "case": "C-9"}),
        await adam.post("/v1/retention/holds", {**HELD, "inspection": "elsewhere"}),
        await adam.post("/v1/retention/holds/1/releases", {"reason": "so"}),
        await approve(told, "/v1/erasures/1"),
        await approve(told, "/v1/erasures/99999"),
        await adam.get("/v1/erasures/1"),
        await adam.get("/v1/retention/holds/1"),
    ):
        assert (reply.status, reply.slug) == (404, "not-found")
    nothing = await told.get(f"{answer_path('C-1', '2.1.2')}/evidence")
    assert nothing.status == 404


async def test_an_answer_without_words_has_no_evidence_to_show(brent: Api) -> None:
    await brent.put(answer_path("C-1", "2.1.1"), {"answer": "Yes"})

    reply = await brent.get(f"{answer_path('C-1', '2.1.1')}/evidence")

    assert (reply.status, reply.slug) == (404, "not-found")


async def test_erasures_are_listed_page_by_page(told: Api) -> None:
    first = await request(told)
    second = await request(told, case="C-2")
    adam = told.as_("adam")

    page = (await adam.get("/v1/erasures?limit=1")).body
    rest = (await adam.get(page["next"])).body

    assert [entry["position"] for entry in page["erasures"] + rest["erasures"]] == [
        first.body["position"],
        second.body["position"],
    ]
    assert rest["next"] is None


async def test_what_is_due_is_listed_with_what_holds_it(told: Api) -> None:
    adam = told.as_("adam")
    hold = (await adam.post("/v1/retention/holds", HELD)).body["position"]
    wanted = (await request(told, case="C-2")).body["position"]

    by_case = (await adam.get("/v1/retention/due")).body
    told.clock.wait(days=4 * 366)
    whole = (await adam.get("/v1/retention/due")).body

    assert by_case["due"] == [
        {
            "inspection": "brent",
            "case": "C-1",
            "since": "2023-10-06",
            "hold": hold,
            "request": None,
        },
        {
            "inspection": "brent",
            "case": "C-2",
            "since": "2023-10-06",
            "hold": None,
            "request": wanted,
        },
    ]
    assert [(due["case"], due["hold"]) for due in whole["due"]] == [(None, hold)]


async def test_what_is_due_is_listed_page_by_page(told: Api) -> None:
    lena, adam = told.as_("lena"), told.as_("adam")
    for inspection in ("bren", "brena", "brent-2", "camden"):
        await lena.announce(inspection, "2020-10-05", framework="youth-2020")
        for case in ("C-2", "C-10"):
            await lena.add_case(inspection, case, "court disposals")

    pages = [(await adam.get("/v1/retention/due?limit=2")).body]
    while pages[-1]["next"] is not None:
        pages.append((await adam.get(pages[-1]["next"])).body)
    everything = (await adam.get("/v1/retention/due")).body
    told.clock.wait(days=4 * 366)  # whole inspections are due by then
    rest = (await adam.get(pages[1]["next"])).body
    over = (await adam.get("/v1/retention/due?after=brent-2&limit=1")).body
    faulty = await adam.get("/v1/retention/due?after=Brent")

    listed = [each for page in pages for each in page["due"]]
    assert listed == everything["due"]
    assert everything["next"] is None
    assert {len(page["due"]) for page in pages} == {2}
    assert [(each["inspection"], each["case"]) for each in listed[2:6]] == [
        ("brena", "C-10"),
        ("brena", "C-2"),
        ("brent", "C-1"),
        ("brent", "C-2"),
    ]
    assert [(each["inspection"], each["case"]) for each in rest["due"]] == [
        ("brena", None),
        ("brent", None),
    ]
    assert [each["inspection"] for each in over["due"]] == ["camden"]
    assert (faulty.status, faulty.slug) == (422, "validation")


async def test_holds_are_listed_page_by_page(told: Api) -> None:
    greta = told.as_("greta")
    placed = [
        (await greta.post("/v1/retention/holds", {**HELD, "case": case})).body
        for case in ("C-1", "C-2", None)
    ]

    page = (await greta.get("/v1/retention/holds?limit=2")).body
    rest = (await greta.get(page["next"])).body

    assert [each["position"] for each in page["holds"] + rest["holds"]] == [
        each["position"] for each in placed
    ]
    assert rest["next"] is None


@pytest.mark.parametrize("person", ["rosa", "lena", "pavel", "ruth"])
async def test_others_neither_ask_nor_approve_nor_see(person: str, told: Api) -> None:
    address = (await request(told)).headers["Location"]
    other = told.as_(person)

    for reply in (
        await other.post("/v1/erasures", ASKED),
        await other.post(f"{address}/approvals", AGREED),
        await other.post("/v1/retention/holds", HELD),
        await other.get("/v1/erasures"),
        await other.get("/v1/retention/due"),
    ):
        assert (reply.status, reply.slug) == (403, "forbidden")
