"""Caseloads frozen, samples drawn and drawn again, reserves called up."""

from datetime import date
from io import BytesIO

import openpyxl
from msgspec.json import decode

from dsl import packaged
from dsl.sampling.draw import draw
from service.api.fieldwork.caseloads import CSV, XLSX
from service.sampling.caseload import read_caseload
from tests.service.api.asking import Api, Reply

HERE = "/v1/inspections/brent"
FACTS = ("disposal", "gender", "risk of serious harm", "safety and wellbeing level")
VALUES = (
    ("community sentence", "community sentence", "youth caution"),
    ("male", "male", "male", "male", "female"),
    ("low", "medium", "high"),
    ("medium", "high"),
)
SEED = {"seed": "brent 7"}


def table(cases: int) -> list[list[str]]:
    """A caseload of which some cases are of no sample; names are never read."""
    rows = [["case", "name", "started", *FACTS]]
    for number in range(cases):
        facts = [values[number % len(values)] for values in VALUES]
        rows.append([f"S-{number}", "Jo Bloggs", "2020-01-15", *facts])
    return rows


def csv(cases: int) -> bytes:
    return "\n".join(",".join(row) for row in table(cases)).encode()


async def freeze(api: Api, file: bytes, media: str = CSV, **headers: str) -> Reply:
    """Send a caseload."""
    return await api.post_bytes(
        f"{HERE}/caseloads", file, Content_Type=media, **headers
    )


async def drawn(brent: Api) -> Api:
    """Operations have frozen a caseload of 60 and drawn from it."""
    ola = brent.as_("ola")
    assert (await freeze(ola, csv(60))).status == 201
    assert (await ola.post(f"{HERE}/samples", SEED)).status == 201
    return ola


async def test_a_frozen_caseload_shows_its_counts_and_none_of_its_cases(
    brent: Api,
) -> None:
    ola = brent.as_("ola")

    reply = await freeze(ola, csv(60))
    seen = await ola.get(f"{HERE}/caseloads")

    assert (reply.status, reply.headers["Location"]) == (201, f"{HERE}/caseloads")
    caseload = seen.body["caseload"]
    assert caseload["cases"] == 60
    assert caseload["samples"] == {
        "court disposals": 40,
        "out-of-court disposals": 20,
    }
    assert caseload["strata"]["court disposals"]["gender"] == {"male": 32, "female": 8}
    assert caseload["frozen_by"] == "ola"
    assert "S-1" not in seen.text
    assert "Bloggs" not in seen.text


async def test_no_event_tells_of_the_cases_of_a_caseload(brent: Api) -> None:
    await freeze(brent.as_("ola"), csv(60))

    events = await brent.as_("greta").get("/v1/events?limit=500")

    assert "caseload-frozen" in events.text
    assert "S-1" not in events.text
    assert "Bloggs" not in events.text


async def test_samples_are_those_anybody_draws_from_the_file_and_the_seed(
    brent: Api,
) -> None:
    ola = await drawn(brent)
    framework = packaged("youth-2020").framework
    assert framework is not None
    ours = draw(
        framework,
        read_caseload(csv(60), framework).cases,
        fieldwork=date(2020, 10, 5),
        seed="brent 7",
    )

    samples = (await ola.get(f"{HERE}/samples")).body["samples"]

    for sample, expected in zip(samples, ours.draws, strict=True):
        made_before = {"C-1", "C-2"}
        assert sample["seed"] == "brent 7"
        assert set(sample["cases"]) - made_before == {c.case for c in expected.cases}
        assert sample["reserves"] == [each.case for each in expected.reserves]
        assert sample["size"] == len(expected.cases)
    case = samples[0]["cases"][-1]
    facts = (await brent.get(f"{HERE}/cases/{case}")).body["facts"]
    assert set(facts) == set(FACTS)


async def test_governance_draws_the_samples_again_and_sees_that_they_are_the_same(
    brent: Api,
) -> None:
    greta, again = brent.as_("greta"), f"{HERE}/samples/redrawing"
    assert (await greta.get(again)).body["samples"] == []
    ola = await drawn(brent)
    case = (await ola.get(f"{HERE}/samples")).body["samples"][0]["cases"][-1]
    lena = brent.as_("lena")
    await lena.post(f"{HERE}/cases/{case}/exclusions", {"reason": "moved away"})
    await ola.post(f"{HERE}/cases/{case}/replacements", {})

    samples = (await greta.get(again)).body["samples"]

    assert [(each["sample"], each["same"]) for each in samples] == [
        ("court disposals", True),
        ("out-of-court disposals", True),
    ]
    caseload = (await greta.get(f"{HERE}/caseloads")).body["caseload"]
    assert {each["digest"] for each in samples} == {caseload["digest"]}


async def test_an_excel_file_draws_what_its_csv_draws(brent: Api) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table(60):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    ola = brent.as_("ola")

    assert (await freeze(ola, csv(60))).status == 201
    first = (await ola.get(f"{HERE}/caseloads")).body["caseload"]
    assert (await freeze(ola, file.getvalue(), XLSX)).status == 201
    second = (await ola.get(f"{HERE}/caseloads")).body["caseload"]

    assert first["strata"] == second["strata"]
    assert first["digest"] != second["digest"]


async def test_a_seed_is_made_and_recorded_where_none_is_given(brent: Api) -> None:
    ola = brent.as_("ola")
    await freeze(ola, csv(60))

    first = await ola.post(f"{HERE}/samples", {}, Idempotency_Key="draw")
    again = await ola.post(f"{HERE}/samples", {}, Idempotency_Key="draw")

    samples = (await ola.get(f"{HERE}/samples")).body["samples"]
    assert (first.status, again.status, first.text) == (201, 201, again.text)
    assert len({sample["seed"] for sample in samples}) == 1
    assert samples[0]["seed"]


async def test_a_target_missed_is_recorded_and_refuses_nothing(brent: Api) -> None:
    ola = brent.as_("ola")
    lines = csv(60).decode().splitlines()
    rows = [line for line in lines if ",youth caution," not in line]
    await freeze(ola, "\n".join(rows).encode())

    assert (await ola.post(f"{HERE}/samples", SEED)).status == 201

    samples = (await ola.get(f"{HERE}/samples")).body["samples"]
    assert samples[1]["size"] == 0
    assert samples[1]["shortfalls"]["size"] == "no case of the caseload is eligible"


async def test_nothing_is_drawn_before_a_caseload_is_frozen(brent: Api) -> None:
    ola = brent.as_("ola")

    reply = await ola.post(f"{HERE}/samples", SEED)

    assert (reply.status, reply.slug) == (409, "no-caseload")
    assert (await ola.get(f"{HERE}/caseloads")).body["caseload"] is None
    assert (await ola.get(f"{HERE}/samples")).body["samples"] == []


async def test_samples_are_drawn_once(brent: Api) -> None:
    ola = await drawn(brent)

    for reply in (
        await ola.post(f"{HERE}/samples", {"seed": "a better one"}),
        await freeze(ola, csv(61)),
    ):
        assert (reply.status, reply.slug) == (409, "samples-drawn")


async def test_every_mistake_in_a_file_is_reported_and_no_cell_repeated(
    brent: Api,
) -> None:
    ola = brent.as_("ola")
    wrong = csv(3).replace(b"youth caution", b"Jo Bloggs").replace(b",low,", b",lo,")

    reply = await freeze(ola, wrong)

    assert (reply.status, reply.slug) == (422, "faulty-caseload")
    assert len(reply.body["errors"]) == 2
    assert "row 4, column 4" in reply.text
    assert "Bloggs" not in reply.text
    reply = await freeze(ola, b"case,disposal\nS-1,youth caution")
    assert (reply.status, reply.slug) == (422, "faulty-caseload")
    assert "no column is headed" in reply.body["detail"]


async def test_a_name_is_not_taken_for_a_pseudonym(brent: Api) -> None:
    ola = brent.as_("ola")

    reply = await freeze(ola, csv(3).replace(b"S-1,", b"Bloggs,"))

    assert (reply.status, reply.slug) == (422, "faulty-caseload")
    assert [error["detail"][:5] for error in reply.body["errors"]] == ["row 3"]
    assert "Bloggs" not in reply.text


async def test_a_file_is_of_a_kind_and_a_size_that_can_be_read(brent: Api) -> None:
    ola = brent.as_("ola")

    reply = await freeze(ola, b"{}", "application/json")
    assert (reply.status, reply.slug) == (415, "unsupported-media-type")
    reply = await freeze(ola, b" " * (10 * 1024 * 1024 + 1))
    assert (reply.status, reply.slug) == (413, "payload-too-large")


async def test_a_key_is_for_one_file(brent: Api) -> None:
    ola = brent.as_("ola")

    first = await freeze(ola, csv(60), Idempotency_Key="caseload")
    again = await freeze(ola, csv(60), Idempotency_Key="caseload")
    other = await freeze(ola, csv(61), Idempotency_Key="caseload")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.text == first.text
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


async def test_a_reserve_of_the_same_kind_takes_the_place_of_an_excluded_case(
    brent: Api,
) -> None:
    ola = await drawn(brent)
    sample = (await ola.get(f"{HERE}/samples")).body["samples"][0]
    case = sample["cases"][-1]
    replacement = f"{HERE}/cases/{case}/replacements"

    reply = await ola.post(replacement, {})
    assert (reply.status, reply.slug) == (409, "not-excluded")
    lena = brent.as_("lena")
    await lena.post(f"{HERE}/cases/{case}/exclusions", {"reason": "moved away"})
    assert (await ola.post(replacement, {})).status == 201

    after = (await ola.get(f"{HERE}/samples")).body["samples"][0]
    called = after["stands_in"][case]
    told = {row[0]: row[3:] for row in table(60)}
    alike = [each for each in sample["reserves"] if told[each] == told[case]]
    assert called == (alike or sample["reserves"])[0]
    assert after["reserves"] == [each for each in sample["reserves"] if each != called]
    shown = (await brent.get(f"{HERE}/cases/{case}")).body
    assert shown["work"]["stands_in"] == called
    assert set((await brent.get(f"{HERE}/cases/{called}")).body["facts"]) == set(FACTS)

    reply = await ola.post(replacement, {})
    assert (reply.status, reply.slug) == (409, "case-replaced")
    reply = await lena.post(f"{HERE}/cases/{case}/restorations", {"reason": "back"})
    assert (reply.status, reply.slug) == (409, "case-replaced")


async def test_a_sample_that_took_all_there_are_has_no_reserves(brent: Api) -> None:
    ola = await drawn(brent)
    sample = (await ola.get(f"{HERE}/samples")).body["samples"][1]
    case = next(case for case in sample["cases"] if case != "C-2")
    assert sample["reserves"] == []
    excluded = f"{HERE}/cases/{case}/exclusions"
    await brent.as_("lena").post(excluded, {"reason": "moved away"})

    reply = await ola.post(f"{HERE}/cases/{case}/replacements", {})

    assert (reply.status, reply.slug) == (409, "no-reserves")


async def test_only_those_who_choose_cases_freeze_and_draw(brent: Api) -> None:
    for person in ("rosa", "pavel", "greta"):
        someone = brent.as_(person)
        assert (await freeze(someone, csv(60))).slug == "forbidden"
        assert (await someone.post(f"{HERE}/samples", SEED)).slug == "forbidden"
        assert (await someone.get(f"{HERE}/samples")).status == 200
    assert (await brent.as_("ruth").get(f"{HERE}/samples")).status == 403


async def test_an_erased_caseload_cannot_be_drawn_from(brent: Api) -> None:
    ola = brent.as_("ola")
    await freeze(ola, csv(60))
    asked = {
        "inspection": "brent",
        "reason_code": "retention",
        "reason": "its time is over",
        "cases_only": True,
    }
    erasure = await brent.as_("adam").post("/v1/erasures", asked)
    assert erasure.status == 201, erasure.text
    brent.clock.wait(days=8)
    approvals = f"{erasure.headers['Location']}/approvals"
    assert (await brent.as_("greta").post(approvals, {})).status == 201

    reply = await ola.post(f"{HERE}/samples", SEED)

    assert (reply.status, reply.slug) == (410, "erased")
    assert decode((await ola.get(f"{HERE}/caseloads")).text)["caseload"]["cases"] == 60
