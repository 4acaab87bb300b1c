"""Rules made over HTTP: three people, one text, and its impact seen first."""

from typing import Any

import pytest

from dsl import packaged_source
from tests.service.api.asking import Api, Reply
from tests.service.api.test_api_panel import answered, whole  # noqa: F401 - fixtures

HERE = "/v1/frameworks/youth-2020"
SOURCE = packaged_source("youth-2020")
assert SOURCE is not None
TEXT = SOURCE.text
ERRATUM = "The annexe of the report printed another number."
CHANGED = TEXT.replace("5 cases or fewer", "4 cases or fewer")


@pytest.fixture
def authors(api: Api) -> Api:
    return api.as_("ruth")


async def draft(api: Api, text: str = CHANGED) -> dict[str, Any]:
    reply = await api.as_("ruth").post(f"{HERE}/drafts", {"text": text})
    assert reply.status == 201, reply.text
    return dict(reply.body)


async def review(api: Api, person: str, *, in_favour: bool = True) -> Reply:
    drafted = (await api.as_(person).get(f"{HERE}/drafts")).body
    body = {
        "framework_hash": drafted["framework_hash"],
        "in_favour": in_favour,
        "remark": "Read side by side with the report.",
    }
    revision = drafted["revision"]
    return await api.as_(person).post(f"{HERE}/revisions/{revision}/reviews", body)


async def adoption(api: Api) -> dict[str, Any]:
    drafted = (await api.as_("greta").get(f"{HERE}/drafts")).body
    revision = drafted["revision"]
    impact = (await api.as_("greta").get(f"{HERE}/revisions/{revision}/impact")).body
    return {
        "revision": revision,
        "framework_hash": drafted["framework_hash"],
        "impact_hash": impact["impact_hash"],
        "erratum": ERRATUM,
    }


async def adopt(api: Api, person: str = "greta", **other: Any) -> Reply:
    body = {**await adoption(api), **other}
    said = {name: value for name, value in body.items() if value is not None}
    return await api.as_(person).post(f"{HERE}/adoptions", said)


async def test_a_text_is_checked_and_nothing_is_kept(authors: Api) -> None:
    good = await authors.post(f"{HERE}/validations", {"text": TEXT})
    bad = await authors.post(f"{HERE}/validations", {"text": 'framework "Youth'})

    assert good.status == 200
    assert good.body["framework_hash"].startswith("sha256:")
    assert good.body["tests"] > 0
    assert good.body["failing"] == []
    assert bad.body["framework_hash"] is None
    assert bad.body["diagnostics"][0]["line"] == 1
    assert (await authors.get(f"{HERE}/drafts")).status == 404


async def test_a_text_with_mistakes_or_failing_tests_is_no_draft(authors: Api) -> None:
    mistaken = await authors.post(f"{HERE}/drafts", {"text": TEXT + "\nrate"})
    failing = await authors.post(
        f"{HERE}/drafts", {"text": TEXT.replace("20 of 36", "21 of 36")}
    )

    assert (mistaken.status, mistaken.slug) == (422, "rule-diagnostics")
    assert mistaken.body["errors"][0]["pointer"] == "/text"
    assert "line " in mistaken.body["errors"][0]["detail"]
    assert (failing.status, failing.slug) == (409, "rule-tests-failing")


SIBLING = """\
framework "Youth 2020, in Wales"
  based on "Youth 2018"
  applies to fieldwork from 1 April 2021 until 11 July 2021
  no fieldwork from 1 April 2020 until 31 March 2021 because "none was planned"
"""


async def test_a_text_that_adopted_siblings_stand_against_is_no_draft(
    authors: Api,
) -> None:
    there = "/v1/frameworks/youth-2020-wales"
    body = {"text": SIBLING}

    read = await authors.post(f"{there}/validations", body)
    refused = await authors.post(f"{there}/drafts", body)
    why = {"reason": "The one for Wales takes its place."}
    await authors.as_("greta").post(f"{HERE}/revisions/1/withdrawals", why)
    alone = await authors.post(f"{there}/drafts", body)

    (found,) = read.body["diagnostics"]
    assert (found["code"], found["line"]) == ("dates-overlap", 3)
    assert found["help"].endswith("Change the days of one, or base this on that one.")
    assert read.body["framework_hash"] is None
    assert (refused.status, refused.slug) == (422, "rule-diagnostics")
    assert refused.body["errors"][0]["detail"] == (
        "line 3: `Youth 2020` in youth-2020.rules, of the same family, applies on a day"
        " of this version (dates-overlap)"
    )
    assert alone.status == 201, alone.text


async def test_a_base_may_not_grow_into_the_days_of_adopted_heirs(
    authors: Api,
) -> None:
    base = packaged_source("youth-2018")
    assert base is not None
    longer = base.text.replace("until 31 March 2020", "until 1 September 2020")

    refused = await authors.post("/v1/frameworks/youth-2018/drafts", {"text": longer})

    assert (refused.status, refused.slug) == (422, "rule-diagnostics")
    assert "`Youth 2020`" in refused.body["errors"][0]["detail"]


async def test_author_reviewer_and_adopter_are_three_people(authors: Api) -> None:
    await draft(authors)
    own = await review(authors, "ruth")
    unread = await adopt(authors)
    reviewed = await review(authors, "rhys")
    author = await adopt(authors, "ruth")
    adopted = await adopt(authors)

    assert (own.status, own.slug) == (403, "four-eyes")
    assert (unread.status, unread.slug) == (409, "not-reviewed")
    assert reviewed.status == 201
    assert (author.status, author.slug) == (403, "forbidden")
    assert adopted.status == 201, adopted.text
    assert adopted.headers["Location"] == f"{HERE}/revisions/2"
    shown = (await authors.get(f"{HERE}/revisions/2")).body
    assert (shown["author"], shown["reviewer"]) == ("ruth", "rhys")
    assert shown["files"]["youth-2020.rules"] == CHANGED
    assert (await authors.get(f"{HERE}/drafts")).status == 404


async def test_whoever_has_every_role_still_is_one_person(authors: Api) -> None:
    await draft(authors)
    await review(authors, "rhys")
    await review(authors, "olga")

    reply = await adopt(authors, "olga")

    assert (reply.status, reply.slug) == (403, "four-eyes")


async def test_one_reviewer_against_it_is_enough(authors: Api) -> None:
    await draft(authors)
    await review(authors, "rhys")
    await review(authors, "olga", in_favour=False)

    reply = await adopt(authors)

    assert (reply.status, reply.slug) == (409, "not-reviewed")


async def test_a_review_is_of_the_text_that_was_read(authors: Api) -> None:
    first = await draft(authors)
    body = {"framework_hash": first["framework_hash"], "in_favour": True}
    await draft(authors, TEXT)

    stale = await authors.as_("rhys").post(f"{HERE}/revisions/2/reviews", body)
    unknown = await authors.as_("rhys").post(f"{HERE}/revisions/7/reviews", body)

    assert (stale.status, stale.slug) == (409, "content-moved")
    assert unknown.status == 404


@pytest.mark.parametrize(
    ("other", "status", "slug"),
    [
        ({"impact_hash": f"sha256:{'0' * 64}"}, 409, "impact-moved"),
        ({"framework_hash": f"sha256:{'0' * 64}"}, 409, "content-moved"),
        ({"erratum": None}, 422, "erratum-unexplained"),
        ({"revision": 9}, 404, "not-found"),
    ],
)
async def test_an_adoption_is_of_what_was_seen(
    authors: Api, other: dict[str, Any], status: int, slug: str
) -> None:
    await draft(authors)
    await review(authors, "rhys")

    reply = await adopt(authors, **other)

    assert (reply.status, reply.slug) == (status, slug)


async def test_a_command_about_rules_is_carried_out_once(authors: Api) -> None:
    body = {"text": CHANGED}
    first = await authors.post(f"{HERE}/drafts", body, Idempotency_Key="draft-1")
    again = await authors.post(f"{HERE}/drafts", body, Idempotency_Key="draft-1")

    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_the_impact_names_every_rating_that_would_change(whole: Api) -> None:  # noqa: F811
    text = TEXT.replace('"Joint working"', '"Working together"')
    await draft(whole, text if text != TEXT else CHANGED)

    impact = await whole.as_("greta").get(f"{HERE}/revisions/2/impact")
    other = await whole.as_("greta").get(f"{HERE}/revisions/3/impact")

    assert impact.status == 200
    assert impact.body["inspections"] == 1
    assert other.status == 404


async def test_a_withdrawn_revision_is_not_used_for_new_inspections(api: Api) -> None:
    lena, greta = api.as_("lena"), api.as_("greta")
    await lena.announce("held", "2020-10-05", framework="youth-2020")
    body = {"reason": "A band was misprinted."}
    path = f"{HERE}/revisions/1/withdrawals"

    refused = await lena.post(path, body)
    withdrawn = await greta.post(path, body)
    again = await greta.post(path, body)
    unknown = await greta.post(f"{HERE}/revisions/9/withdrawals", body)
    late = {
        "inspection": "late",
        "service": "Brent",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        "framework": "youth-2020",
    }
    announced = await lena.post("/v1/inspections", late)

    assert refused.status == 403
    assert (withdrawn.status, again.status, unknown.status) == (201, 200, 404)
    assert (announced.status, announced.slug) == (409, "framework-not-in-force")
    (summary,) = [
        it
        for it in (await api.as_("ruth").get("/v1/frameworks")).body["frameworks"]
        if it["framework"] == "youth-2020"
    ]
    assert summary["revisions"][0]["usable"] is False
    assert (await lena.get("/v1/inspections/held")).body["revision"] == 1


async def test_an_inspection_moves_to_a_revision_whose_impact_was_seen(
    whole: Api,  # noqa: F811
) -> None:
    await draft(whole)
    await review(whole, "rhys")
    assert (await adopt(whole)).status == 201
    inspection, greta = "/v1/inspections/brent", whole.as_("greta")
    impact = await greta.get(f"{inspection}/repins/2")
    body = {"revision": 2, "reason": "The erratum applies."}
    seen = {**body, "impact_hash": impact.body["impact_hash"]}

    unseen = await greta.post(
        f"{inspection}/repins", {**body, "impact_hash": f"sha256:{'0' * 64}"}
    )
    lead = await whole.post(f"{inspection}/repins", seen)
    moved = await greta.post(f"{inspection}/repins", seen)
    same = await greta.get(f"{inspection}/repins/2")
    unknown = await greta.get(f"{inspection}/repins/9")

    assert impact.status == 200, impact.text
    assert impact.body["changed"] == []
    assert (unseen.status, unseen.slug) == (409, "impact-moved")
    assert lead.status == 403
    assert (same.status, same.slug) == (409, "already-pinned")
    assert (unknown.status, unknown.slug) == (409, "framework-not-in-force")
    assert moved.status == 201, moved.text
    shown = (await whole.get(inspection)).body
    assert (shown["revision"], shown["agreed"]) == (2, False)
