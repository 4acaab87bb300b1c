"""Changes taken away as tables: whole, harmless, and with words only for a reason."""

import csv
import io
import json
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from openpyxl import load_workbook

from service.api.wire.context import DESK
from service.api.wire.table import CSV, LINES, SHEET, form_asked
from service.choices import Choices
from tests.service.api.asking import Api, answer_path

CHANGES = "/v1/inspections/brent/changes"
COLUMNS = (
    "position,recorded_at,observed_at,actor,inspection,service,change,about,case,"
    "answer_before,answer_after,why,evidence,part,kind,rating_before,rating_after,"
    "provisional,framework,revision,framework_hash,rule_file,rule_line"
)


@pytest.fixture
async def judged(brent: Api) -> Api:
    """One answer changed, with words to it, and a case excluded for a reason."""
    where = answer_path("C-1", "2.1.1")
    for given, match in (("Yes", {}), ("No", {"If_Match": "*"})):
        body = {"answer": given, "evidence": "=SUM(the plan)"}
        assert (await brent.put(where, body, **match)).status in {200, 201}
    excluded = await brent.as_("lena").post(
        "/v1/inspections/brent/cases/C-2/exclusions", {"reason": "Drawn twice."}
    )
    assert excluded.status in {200, 201}, excluded.text
    return brent


async def rows_of(api: Api, query: str = "", **headers: str) -> list[dict[str, Any]]:
    reply = await api.get(f"{CHANGES}{query}", Accept=CSV, **headers)
    assert reply.status == 200, reply.text
    return [*csv.DictReader(io.StringIO(reply.text))]


async def test_a_table_has_a_row_for_each_rating_moved_and_each_change(
    judged: Api,
) -> None:
    rows = await rows_of(judged)

    changed = [row for row in rows if row["answer_before"] == "Yes"]
    assert {row["part"] for row in changed} >= {"2.1.1", "2.1"}
    assert {(row["about"], row["answer_after"], row["actor"]) for row in changed} == {
        ("answers/C-1/2.1.1", "No", "rosa")
    }
    one = next(row for row in changed if row["part"] == "2.1.1")
    assert (one["rating_before"], one["rating_after"]) == ("Outstanding", "Inadequate")
    assert (one["framework"], one["revision"]) == ("youth-2020", "1")
    assert one["framework_hash"].startswith("sha256:")
    assert (one["rule_file"], one["service"]) == (
        "youth-2018.rules",
        "Brent Youth Offending Service",
    )
    assert rows[0]["change"] == "inspection-announced"
    assert rows[0]["part"] == ""
    assert {row["why"] for row in rows} == {""}


async def test_the_columns_stay_as_they_are(judged: Api) -> None:
    reply = await judged.get(CHANGES, Accept=CSV)

    assert reply.text.splitlines()[0] == COLUMNS
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"].endswith('.csv"')
    assert reply.headers["Cache-Control"] == "no-store"


async def test_every_form_has_the_same_rows(judged: Api) -> None:
    rows = await rows_of(judged)
    lines = await judged.get(CHANGES, Accept=LINES)
    said = {"Accept": SHEET, "Authorization": "Bearer token-of-rosa"}
    async with judged.client.get(CHANGES, headers=said) as response:
        sheet = load_workbook(io.BytesIO(await response.read())).active
    assert sheet is not None
    head, *cells = sheet.iter_rows(values_only=True)

    assert head == tuple(COLUMNS.split(","))
    assert len(cells) == len(rows) == len(lines.text.splitlines())
    assert [json.loads(line)["part"] for line in lines.text.splitlines()] == [
        row["part"] or None for row in rows
    ]
    assert [row[0] for row in cells] == [int(row["position"]) for row in rows]


async def test_an_empty_result_has_its_columns(judged: Api) -> None:
    nothing = f"{CHANGES}?after=999999"
    said = {"Accept": SHEET, "Authorization": "Bearer token-of-rosa"}
    async with judged.client.get(nothing, headers=said) as response:
        sheet = load_workbook(io.BytesIO(await response.read())).active

    assert sheet is not None
    assert sheet.max_row == 1
    assert (await judged.get(nothing, Accept=CSV)).text.strip() == COLUMNS


async def test_words_come_with_a_reason_and_every_case_is_noted(judged: Api) -> None:
    lena = judged.as_("lena")
    refused = await lena.get(f"{CHANGES}?words=true", Accept=CSV)
    rows = await rows_of(lena, "?words=true", Access_Reason="Complaint 7")
    log = (await judged.as_("greta").get("/v1/access-events")).body["accesses"]

    assert (refused.status, refused.slug) == (403, "reason-required")
    by_change = {row["change"]: row for row in rows}
    assert by_change["answer-given"]["evidence"] == "'=SUM(the plan)"
    assert by_change["case-excluded"]["why"] == "Drawn twice."
    assert [(each["kind"], each["case"], each["reason"]) for each in log] == [
        ("words", "C-1", "Complaint 7"),
        ("words", "C-2", "Complaint 7"),
        ("export", None, "Complaint 7"),
    ]


async def test_nobody_takes_the_words_of_a_whole_caseload_alone(judged: Api) -> None:
    judged.app[DESK].choices = Choices(cases_alone=1)
    lena, said = judged.as_("lena"), {"Accept": CSV, "Access_Reason": "Complaint 7"}

    everything = await lena.get(f"{CHANGES}?words=true", **said)
    part = await lena.get(f"{CHANGES}?words=true&part=2.1.1&actor=rosa", **said)

    assert (everything.status, everything.slug) == (403, "too-many-cases")
    assert part.status == 200


async def test_who_may_not_read_cases_takes_ratings_away_and_no_words(
    judged: Api,
) -> None:
    ruth = judged.as_("ruth")

    rows = await rows_of(ruth)
    words = await ruth.get(
        f"{CHANGES}?words=true", Accept=CSV, Access_Reason="Curiosity"
    )

    assert "C-1" not in str(rows)
    assert {row["answer_after"] for row in rows} == {""}
    assert (words.status, words.slug) == (403, "forbidden")


async def test_changes_of_all_inspections_are_taken_away_by_governance(
    judged: Api,
) -> None:
    lena, greta = judged.as_("lena"), judged.as_("greta")
    await lena.announce("trafford", "2020-10-05", framework="youth-2020")

    async def services(query: str) -> set[str]:
        reply = await greta.get(f"/v1/changes{query}", Accept=CSV)
        rows = csv.DictReader(io.StringIO(reply.text))
        return {str(row["inspection"]) for row in rows}

    assert await services("") == {"brent", "trafford"}
    assert await services("?inspection=trafford") == {"trafford"}
    assert await services("?part=2.1") == {"brent"}
    assert await services("?actor=lena&since=2999-01-01T00:00:00Z") == set()
    assert (await lena.get("/v1/changes", Accept=CSV)).status == 403


async def test_a_list_and_a_table_are_asked_for_alike(judged: Api) -> None:
    listed = (await judged.get(f"{CHANGES}?part=2.1&actor=rosa")).body["changes"]
    rows = await rows_of(judged, "?part=2.1&actor=rosa")

    assert [each["part"] for each in listed] == [row["part"] for row in rows]
    assert {each["part"] for each in listed} == {"2.1.1", "2.1"}
    at = listed[-1]["recorded_at"]
    assert (await judged.get(f"{CHANGES}?actor=rosa&until={at}")).body["changes"]
    assert not (await judged.get(f"{CHANGES}?actor=pavel&since={at}")).body["changes"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("text/csv", CSV),
        ("text/csv;q=0.1, application/x-ndjson", LINES),
        ("application/json;q=0.5, text/csv;q=0.9", CSV),
        ("text/csv;q=0", "application/json"),
        ("text/csv;q=often", "application/json"),
        ("TEXT/CSV; charset=utf-8", CSV),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept: str, form: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Accept": accept})

    assert form_asked(request) == form


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html", ""])
async def test_words_come_as_lines_where_no_table_is_asked_for(
    accept: str, brent: Api
) -> None:
    said = {"Accept": accept, "Access_Reason": "Complaint 7"}

    silent = await brent.get(f"{CHANGES}?words=true", Accept=accept)
    reply = await brent.get(f"{CHANGES}?words=true", **said)
    without = await brent.get(f"{CHANGES}?words=false", **said)

    assert (silent.status, silent.slug) == (403, "reason-required")
    assert reply.headers["Content-Type"] == LINES
    assert '"evidence"' in reply.text
    assert without.headers["Content-Type"].startswith("application/json")
