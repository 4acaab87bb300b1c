"""What every read honours, and lists that keep their place while events arrive."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from service.api import OPERATIONS
from service.api.description.examples import WORDS
from tests.service.api.asking import Api, Reply, answer_path

RATINGS = "/v1/inspections/brent/ratings"
READS = [
    operation
    for operation in OPERATIONS
    if operation.of_record and operation.contract.media == ("application/json",)
]


@pytest.fixture
async def known(brent: Api) -> Api:
    """One answer with words."""
    body = {"answer": "Yes", "evidence": "the plan names the risk"}
    reply = await brent.put(answer_path("C-1", "2.1.1"), body)
    assert reply.status == 201, reply.text
    return brent


async def test_what_was_read_is_not_sent_again(known: Api) -> None:
    for path in (
        "/v1/inspections",
        "/v1/inspections/brent",
        "/v1/inspections/brent/cases",
        "/v1/inspections/brent/cases/C-1",
        answer_path("C-1", "2.1.1"),
        f"{answer_path('C-1', '2.1.1')}/history",
        RATINGS,
        f"{RATINGS}/2.1/explanation",
        "/v1/frameworks",
        "/v1/frameworks/youth-2020/revisions/1",
        "/v1/me",
        "/v1/problems",
        "/v1/openapi.json",
        "/v1/reference",
        "/problems",
        "/problems/stale-answer",
    ):
        first = await known.get(path)
        again = await known.get(path, If_None_Match=first.headers["ETag"])
        weak = await known.get(path, If_None_Match=f'"x", W/{first.headers["ETag"]}')
        other = await known.get(path, If_None_Match='"another"')

        assert (first.status, again.status, weak.status, other.status) == (
            *(200, 304, 304, 200),
        ), path
        assert again.text == ""
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers.get("Record-Position") == first.headers.get(
            "Record-Position"
        )


async def test_a_tag_changes_when_what_is_read_changes(known: Api) -> None:
    before = await known.get(RATINGS)
    await known.put(answer_path("C-1", "2.1.2"), {"answer": "No"})

    after = await known.get(RATINGS, If_None_Match=before.headers["ETag"])

    assert after.status == 200
    assert after.headers["ETag"] != before.headers["ETag"]


def test_every_read_of_the_record_says_where_the_record_stood() -> None:
    assert len(READS) > 15


@pytest.mark.parametrize("path", sorted({operation.path for operation in READS}))
async def test_every_answer_names_its_position(path: str, known: Api) -> None:
    words = {**WORDS, "inspection": "brent", "case": "C-1", "part": "2.1"}
    address = path.format_map({name: quote(str(each)) for name, each in words.items()})

    for person in ("rosa", "lena", "greta"):
        reply = await known.as_(person).get(address)
        if reply.status == 200:
            assert reply.headers["Record-Position"].isdigit()
            assert reply.headers["ETag"]


async def test_a_read_waits_for_the_position_it_is_to_take_account_of(
    known: Api,
) -> None:
    at = int((await known.get(RATINGS)).headers["Record-Position"])
    waiting = asyncio.create_task(known.get(f"{RATINGS}?min_position={at + 1}"))
    await asyncio.sleep(0.1)
    assert not waiting.done()

    await known.put(answer_path("C-1", "2.1.2"), {"answer": "No"})

    reply = await waiting
    assert reply.status == 200
    assert int(reply.headers["Record-Position"]) == at + 1


async def test_a_position_that_does_not_come_is_not_waited_for_long(
    known: Api,
) -> None:
    reply = await known.get(f"{RATINGS}?min_position=99999")

    assert (reply.status, reply.slug) == (503, "projection-behind")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize("wanted", ["-1", "x", "1.5"])
async def test_a_position_that_is_none_is_refused(wanted: str, known: Api) -> None:
    reply = await known.get(f"{RATINGS}?min_position={wanted}")

    assert (reply.status, reply.slug) == (422, "validation")
    assert reply.body["errors"][0]["parameter"] == "min_position"


async def test_a_list_keeps_its_place_while_cases_arrive(brent: Api) -> None:
    lena = brent.as_("lena")
    for number in range(3, 8):
        await lena.add_case("brent", f"C-{number}", "court disposals")

    first = await brent.get("/v1/inspections/brent/cases?limit=3")
    await lena.add_case("brent", "A-0", "court disposals")
    pages = [page async for page in _pages(brent, first)]

    assert first.headers["Link"] == f'<{first.body["next"]}>; rel="next"'
    assert [case["case"] for page in pages for case in page.body["cases"]] == [
        f"C-{number}" for number in range(1, 8)
    ]
    assert {page.body["as_of"] for page in pages} == {first.body["as_of"]}
    everything = await brent.get("/v1/inspections/brent/cases")
    assert everything.body["cases"][-1]["case"] == "A-0"


async def test_the_register_shows_one_moment_on_all_its_pages(known: Api) -> None:
    lena = known.as_("lena")
    for name in ("camden", "ealing"):
        await lena.announce(name, "2020-10-05", framework="youth-2020")

    greta = known.as_("greta")
    first = await greta.get("/v1/inspections?limit=2")
    await lena.announce("dudley", "2020-10-05", framework="youth-2020")
    pages = [page async for page in _pages(greta, first)]

    found = [each["inspection"] for page in pages for each in page.body["inspections"]]
    assert found == ["brent", "camden", "ealing"]
    now = (await greta.get("/v1/inspections")).body["inspections"]
    assert [each["inspection"] for each in now] == [
        *("brent", "camden", "dudley", "ealing"),
    ]


async def test_frameworks_and_the_ledger_are_read_as_they_were(known: Api) -> None:
    greta = known.as_("greta")
    first = await greta.get("/v1/frameworks?limit=1")
    pages = [page async for page in _pages(greta, first)]
    before = await greta.get("/v1/frameworks?as_of=0")
    one = await greta.get("/v1/frameworks?as_of=1")
    events = (await greta.get("/v1/events")).body
    at = events["events"][2]["recorded_at"]

    by_position = await greta.get("/v1/events?as_of=3")
    by_time = await greta.get(f"/v1/events?as_of={at}")
    lines = await greta.get("/v1/events?limit=2", Accept="application/x-ndjson")

    names = [each["framework"] for page in pages for each in page.body["frameworks"]]
    assert names == ["youth-2020", "youth-2021"]
    assert before.body["frameworks"] == []
    assert len(one.body["frameworks"]) == 1
    assert [each["position"] for each in by_position.body["events"]] == [1, 2, 3]
    assert by_time.body == by_position.body
    assert by_position.body["next"] is None
    assert 'rel="next"' in lines.headers["Link"]


async def test_a_page_has_at_least_one_entry(known: Api) -> None:
    reply = await known.get("/v1/inspections?limit=0")

    assert (reply.status, reply.slug) == (422, "validation")


async def _pages(api: Api, first: Reply) -> AsyncIterator[Reply]:
    page = first
    yield page
    while page.body["next"] is not None:
        page = await api.get(page.body["next"])
        assert page.status == 200, page.text
        yield page


async def test_the_index_of_changes_is_not_taken_for_the_ledger(known: Api) -> None:
    at = (await known.get(RATINGS)).headers["Record-Position"]

    reply = await known.as_("greta").get(f"/v1/changes?min_position={at}")

    assert (reply.status, reply.slug) == (503, "projection-behind")  # nobody runs it


@pytest.mark.parametrize("kind", ["", "looks"])
async def test_a_kind_of_access_that_is_none_is_refused(kind: str, known: Api) -> None:
    reply = await known.as_("greta").get(f"/v1/access-events?kind={kind}")

    assert (reply.status, reply.slug) == (422, "validation")
    assert reply.body["errors"][0]["parameter"] == "kind"
