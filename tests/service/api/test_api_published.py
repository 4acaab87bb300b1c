"""What is published, read by anybody, and why, by the inspected service."""

import csv
import io
from dataclasses import replace

import pytest

from service.api.wire.context import DESK
from tests.service.api.asking import Api
from tests.service.api.panelling import (
    HERE,
    agree,
    finish_fieldwork,
    make_whole,
    publish,
)

PUBLISHED = f"{HERE}/published"
WHY = f"{PUBLISHED}/2.1/explanation"


@pytest.fixture
async def agreed(api: Api) -> Api:
    """Agreed ratings, of which nothing is out yet."""
    lena = await make_whole(api)
    await finish_fieldwork(lena)
    await agree(lena)
    return lena


async def test_nobody_reads_what_is_not_published(agreed: Api) -> None:
    for person in ("sam", "lena", "adam", "ruth"):
        reply = await agreed.as_(person).get(PUBLISHED)
        assert (reply.status, reply.slug) == (404, "not-found"), person
    why = await agreed.as_("sam").get(WHY)
    assert (why.status, why.slug) == (404, "not-found")
    assert (await agreed.as_(None).get(PUBLISHED)).status == 401


async def test_everybody_reads_what_is_published_without_cases_people_or_words(
    agreed: Api,
) -> None:
    before = (await agreed.get(f"{HERE}/ratings")).body["as_of"]
    await publish(agreed)

    for person in ("sam", "lena", "adam", "ruth", "ola"):
        reply = await agreed.as_(person).get(PUBLISHED)
        assert reply.status == 200, (person, reply.text)
        for told in ("C-1", "lena", "rosa", "pavel", "hugo"):
            assert told not in reply.text
    shown = (await agreed.as_("sam").get(PUBLISHED)).body
    kept = (await agreed.get(f"{HERE}/publications/1")).body["reported"]
    parts = {part["part"]: part for part in shown["parts"]}
    rated = {part: each["rating"] for part, each in parts.items() if each["rating"]}
    assert rated == {**kept["ratings"], "overall": kept["overall"]}
    assert parts["overall"]["score"] == kept["score"]
    assert {*parts} >= {*kept["questions"], *kept["prompts"]}
    assert all(parts[part]["withheld"] for part in kept["questions"])  # of two cases
    assert {parts[part]["yes"] for part in kept["questions"]} == {None}
    earlier = await agreed.as_("sam").get(f"{PUBLISHED}?as_of={before}")
    assert earlier.status == 404


async def test_counts_are_shown_from_the_least_that_the_house_has_chosen(
    agreed: Api,
) -> None:
    desk = agreed.app[DESK]
    desk.choices = replace(desk.choices, public_counts_from=0)
    await publish(agreed)

    sam = agreed.as_("sam")
    (question,) = (
        part
        for part in (await sam.get(PUBLISHED)).body["parts"]
        if part["part"] == "2.1.2"
    )
    assert (question["yes"], question["relevant"], question["percentage"]) == (0, 1, 0)
    assert question["withheld"] is False
    reply = await sam.get(PUBLISHED, Accept="text/csv")
    rows = {row["part"]: row for row in csv.DictReader(io.StringIO(reply.text))}
    assert reply.headers["Content-Type"].startswith("text/csv")
    assert (rows["2.1.2"]["yes"], rows["2.1.2"]["relevant"]) == ("0", "1")


async def test_the_service_reads_why_its_ratings_are_so_and_no_other_service_does(
    agreed: Api,
) -> None:
    await publish(agreed)

    for person in ("sam", "lena", "ruth"):
        why = await agreed.as_(person).get(WHY)
        assert why.status == 200, why.text
        assert "2.1.2" in why.body["sentences"]
        for told in ("C-1", "rosa", "pavel"):
            assert told not in why.text
    assert (await agreed.as_("sam").get(f"{PUBLISHED}/9.9/explanation")).status == 404
    assert (await agreed.as_("adam").get(WHY)).status == 403
    await agreed.as_("leah").announce("leeds", "2020-10-05", framework="youth-2020")
    assert (
        await agreed.as_("sam").get("/v1/inspections/leeds/published")
    ).status == 404
    elsewhere = "/v1/inspections/leeds/published/2.1/explanation"
    assert (await agreed.as_("sam").get(elsewhere)).status == 404
    for hidden in ("ratings", "changes", "cases"):
        assert (await agreed.as_("sam").get(f"{HERE}/{hidden}")).status == 403
