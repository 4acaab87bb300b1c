"""Who has which part, and what others may not do without one."""

from tests.service.api.asking import Api, answer_path

PEOPLE = "/v1/inspections/brent/assignments"
CASE = "/v1/inspections/brent/cases/C-1"
YES = {"answer": "Yes"}


async def test_a_person_is_assigned_and_released(brent: Api) -> None:
    lena, ruth = brent.as_("lena"), brent.as_("ruth")
    given = {"person": "noor", "role": "inspector"}

    reply = await lena.post(PEOPLE, given)
    assert (reply.status, reply.headers["Location"]) == (201, PEOPLE)
    assert (await lena.post(PEOPLE, given)).status == 200
    people = {p["person"]: p["roles"] for p in (await ruth.get(PEOPLE)).body["people"]}
    assert people == {
        "lena": ["lead-inspector"],
        "noor": ["inspector"],
        "rosa": ["inspector"],
    }

    said = {"role": "inspector", "reason": "moved to another inspection"}
    assert (await lena.post(f"{PEOPLE}/noor/releases", said)).status == 201
    again = await lena.post(f"{PEOPLE}/noor/releases", said)
    assert (again.status, again.slug) == (404, "not-found")
    left = {p["person"] for p in (await ruth.get(PEOPLE)).body["people"]}
    assert left == {"lena", "rosa"}


async def test_a_released_person_can_neither_answer_nor_read(brent: Api) -> None:
    release = {"role": "inspector"}
    await brent.as_("lena").post(f"{PEOPLE}/rosa/releases", release)

    reply = await brent.put(answer_path("C-1", "2.1.1"), YES)
    assert (reply.status, reply.slug) == (403, "not-assigned")
    assert reply.body["roles"] == ["lead-inspector"]
    for path in (CASE, f"{CASE}/answers/2.1.1", "/v1/inspections/brent/ratings"):
        reply = await brent.get(path)
        assert (reply.status, reply.slug) == (403, "not-assigned")


async def test_somebody_always_leads(brent: Api) -> None:
    lena = brent.as_("lena")
    release = {"role": "lead-inspector"}

    reply = await lena.post(f"{PEOPLE}/lena/releases", release)
    assert (reply.status, reply.slug) == (409, "last-lead")

    await lena.post(PEOPLE, {"person": "omar", "role": "lead-inspector"})
    assert (await lena.post(f"{PEOPLE}/lena/releases", release)).status == 201


async def test_only_roles_of_an_inspection_are_assigned(brent: Api) -> None:
    given = {"person": "greta", "role": "governance"}

    reply = await brent.as_("lena").post(PEOPLE, given)

    assert (reply.status, reply.slug) == (422, "unknown-role")
    assert "inspector" in reply.body["accepted"]
