"""Inspections and cases over HTTP: opened, listed, scoped, filled."""

import pytest

from tests.service.api.asking import Api, answer_path

HERE = "/v1/inspections/brent"


async def test_an_inspection_is_opened_once(api: Api) -> None:
    lena = api.as_("lena")

    reply = await lena.announce("brent", "2020-10-05")
    again = await lena.post(
        "/v1/inspections",
        {
            "inspection": "brent",
            "service": "Another",
            "programme": "single",
            "fieldwork_starts_on": "2020-10-05",
        },
    )

    assert reply.headers["Location"] == HERE
    assert "ETag" not in reply.headers
    assert (again.status, again.slug) == (409, "inspection-exists")


async def test_the_framework_in_force_on_the_day_is_used(api: Api) -> None:
    await api.as_("lena").announce("brent", "2020-10-05")
    await api.as_("lena").announce("forest", "2024-02-05")

    brent = await api.as_("lena").get(HERE)
    forest = await api.as_("lena").get("/v1/inspections/forest")

    assert (brent.body["framework"], brent.body["revision"]) == ("youth-2020", 1)
    assert forest.body["framework"] == "youth-2021"


@pytest.mark.parametrize(
    ("said", "status", "slug"),
    [
        ({"framework": "youth-2021"}, 409, "framework-not-in-force"),
        ({"framework": "youth-1066"}, 422, "unknown-framework"),
        ({"framework": "youth-2020", "revision": 9}, 409, "framework-not-in-force"),
        ({"fieldwork_starts_on": "1999-01-01"}, 409, "framework-not-chosen"),
    ],
)
async def test_rules_that_are_not_in_force_are_refused(
    said: dict[str, object], status: int, slug: str, api: Api
) -> None:
    body = {
        "inspection": "brent",
        "service": "Brent",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        **said,
    }

    reply = await api.as_("lena").post("/v1/inspections", body)

    assert (reply.status, reply.slug) == (status, slug)
    assert (await api.as_("lena").get(HERE)).status == 404


async def test_an_inspection_shows_where_it_stands(brent: Api) -> None:
    reply = await brent.get(HERE)

    assert reply.body["service"] == "Brent Youth Offending Service"
    assert reply.body["fieldwork_starts_on"] == "2020-10-05"
    assert reply.body["cases"] == 2
    assert reply.body["not_inspected"] == []
    assert reply.body["overall"] is None
    assert reply.body["provisional"] is True
    assert reply.body["links"]["ratings"] == f"{HERE}/ratings"
    assert reply.headers["Record-Position"] == str(reply.body["as_of"])


async def test_before_it_was_announced_there_was_no_inspection(brent: Api) -> None:
    for then in ("1", "2020-01-01T00:00:00Z"):
        reply = await brent.get(f"{HERE}?as_of={then}")

        assert (reply.status, reply.slug) == (404, "not-found")
        assert (
            reply.body["detail"] == "there was no inspection `brent` yet at that time"
        )
    never = await brent.get("/v1/inspections/nowhere?as_of=1")
    assert never.body["detail"] == "there is no inspection `nowhere`"


async def test_inspections_are_listed_a_page_at_a_time(api: Api) -> None:
    lena = api.as_("lena")
    for name in ("c", "a", "b"):
        await lena.announce(name, "2020-10-05")

    greta = api.as_("greta")
    first = await greta.get("/v1/inspections?limit=2")
    rest = await greta.get(first.body["next"])

    assert [entry["inspection"] for entry in first.body["inspections"]] == ["a", "b"]
    assert [entry["inspection"] for entry in rest.body["inspections"]] == ["c"]
    assert rest.body["next"] is None


async def test_a_domain_is_set_aside_and_taken_up(brent: Api) -> None:
    lena, reason = brent.as_("lena"), {"reason": "No such work here."}

    aside = await lena.post(f"{HERE}/domains/3/set-asides", reason)
    then = (await lena.get(HERE)).body
    of_author = (await lena.as_("ruth").get(HERE)).body
    up = await lena.post(f"{HERE}/domains/3/take-ups", reason)
    unknown = await lena.post(f"{HERE}/domains/9/set-asides", reason)

    assert aside.status == 201
    assert then["not_inspected"] == ["3"]
    assert then["set_aside_because"]["3"]["reason"] == "No such work here."
    assert then["set_aside_because"]["3"]["actor"] == "lena"
    assert of_author["set_aside_because"]["3"]["reason"] is None
    assert up.status in {200, 201}
    assert (await lena.get(HERE)).body["not_inspected"] == []
    assert (unknown.status, unknown.slug) == (422, "unknown-domain")


async def test_a_reference_is_made_for_a_case_and_kept_on_repeat(brent: Api) -> None:
    body = {"sample": "court disposals", "facts": {"gender": "female"}}

    first = await brent.post(f"{HERE}/cases", body, Idempotency_Key="case-1")
    again = await brent.post(f"{HERE}/cases", body, Idempotency_Key="case-1")

    assert first.status == 201
    assert first.headers["Location"].startswith(f"{HERE}/cases/C-")
    assert again.headers["Location"] == first.headers["Location"]
    case = await brent.get(first.headers["Location"])
    assert case.body["facts"]["gender"]["value"] == "female"


@pytest.mark.parametrize(
    ("said", "status", "slug", "pointer"),
    [
        ({"case": "C-1"}, 409, "case-exists", "/case"),
        ({"sample": "everybody"}, 422, "unknown-sample", "/sample"),
        ({"facts": {"shoe size": "9"}}, 422, "unknown-fact", "/facts"),
        ({"facts": {"gender": "yes"}}, 422, "unknown-value", "/facts"),
        (
            {"facts": {"disposal": "youth caution"}},
            422,
            "outside-sample",
            "/facts/disposal",
        ),
    ],
)
async def test_a_case_that_does_not_fit_is_refused(
    said: dict[str, object], status: int, slug: str, pointer: str, brent: Api
) -> None:
    body = {"case": "C-9", "sample": "court disposals", **said}

    reply = await brent.post(f"{HERE}/cases", body)

    assert (reply.status, reply.slug) == (status, slug)
    assert reply.body["errors"][0]["pointer"] == pointer


async def test_a_case_shows_its_facts_its_answers_and_its_questions(
    brent: Api,
) -> None:
    given = await brent.put(answer_path("C-1", "2.1.1"), {"answer": "Yes"})

    case = await brent.get(f"{HERE}/cases/C-1")
    cases = await brent.get(f"{HERE}/cases")
    unknown = await brent.get(f"{HERE}/cases/C-9")

    assert case.body["sample"] == "court disposals"
    assert case.body["questions"][0] == "2.1.1"
    assert not any(question.startswith("3") for question in case.body["questions"])
    assert case.body["answers"]["2.1.1"]["answer"] == "Yes"
    assert case.body["answers"]["2.1.1"]["version"] == given.body["version"]
    assert case.body["answers"]["2.1.1"]["counted"] is True
    assert [entry["case"] for entry in cases.body["cases"]] == ["C-1", "C-2"]
    assert unknown.status == 404


async def test_an_excluded_case_counts_again_once_restored(brent: Api) -> None:
    await brent.put(answer_path("C-1", "2.1.1"), {"answer": "No"})
    lena, reason = brent.as_("lena"), {"reason": "Drawn by mistake."}

    out = await lena.post(f"{HERE}/cases/C-1/exclusions", reason)
    excluded = (await brent.get(f"{HERE}/cases/C-1")).body
    back = await lena.post(
        f"{HERE}/cases/C-1/restorations", {"reason": "It belongs after all."}
    )
    restored = (await brent.get(f"{HERE}/cases/C-1")).body

    assert excluded["status"] == "excluded"
    assert excluded["because"]["reason"] == "Drawn by mistake."
    assert excluded["because"]["version"] == out.body["version"]
    assert restored["because"]["reason"] == "It belongs after all."
    assert (await brent.get(f"{HERE}/cases/C-2")).body["because"] is None
    assert {effect["after"] for effect in out.body["effects"]} >= {None}
    assert {effect["after"] for effect in back.body["effects"]} >= {"Inadequate"}


async def test_a_fact_is_recorded_changed_read_and_withdrawn(brent: Api) -> None:
    path = f"{HERE}/cases/C-1/facts/safety%20is%20a%20factor"
    await brent.put(answer_path("C-1", "2.2.2"), {"answer": "No"})

    first = await brent.put(path, {"value": "yes"})
    blind = await brent.put(path, {"value": "no"})
    seen = await brent.put(path, {"value": "no"}, If_Match=first.headers["ETag"])
    read = await brent.get(path)
    held = await brent.get(path, If_None_Match=seen.headers["ETag"])
    gone = await brent.delete(path, If_Match=seen.headers["ETag"])

    assert first.status == 201
    assert first.headers["Location"] == path
    assert "2.2.2" in {effect["part"] for effect in first.body["effects"]}
    assert blind.status == 428
    assert seen.status == 200
    assert (read.body["value"], read.body["case"]) == ("no", "C-1")
    assert held.status == 304
    assert gone.status == 200
    assert (await brent.get(path)).status == 404


async def test_a_fact_of_the_service_belongs_to_the_lead(brent: Api) -> None:
    path, body = f"{HERE}/facts/gender", {"value": "female"}

    inspector = await brent.put(path, body)
    lead = await brent.as_("lena").put(path, body)
    shown = await brent.get(path)
    withdrawn = await brent.as_("lena").delete(path)

    assert inspector.status == 403
    assert (lead.status, lead.slug) == (422, "unknown-fact")
    assert lead.body["errors"][0]["parameter"] == "fact"
    assert shown.status == 404
    assert withdrawn.status == 404


async def test_a_case_that_does_not_belong_to_its_sample_says_so_and_counts(
    brent: Api,
) -> None:
    path = f"{HERE}/cases/C-1/facts/disposal"
    await brent.put(answer_path("C-1", "2.1.1"), {"answer": "No"})

    fits = await brent.put(path, {"value": "community sentence"})
    stray = await brent.put(
        path, {"value": "youth caution"}, If_Match=fits.headers["ETag"]
    )
    case = (await brent.get(f"{HERE}/cases/C-1")).body
    rated = (await brent.get(f"{HERE}/ratings/2.1.1")).body["rating"]
    unknown = await brent.delete(path, If_Match=stray.headers["ETag"])

    says = (
        "a case whose “disposal” is `youth caution` does not belong to sample "
        "“court disposals”"
    )
    assert (fits.status, stray.status) == (201, 200)
    assert fits.body["outside_sample"] is None
    assert stray.body["outside_sample"] == case["outside_sample"] == says
    assert rated["count"]["relevant"] == 1
    assert unknown.body["outside_sample"] is None
