"""Answers that deserve a second look, as the rules declare it; nothing is blocked."""

from pathlib import Path

import pytest

from dsl import SourceFile, load, packaged_source
from events.recorded import Origin
from service.adoption import adopt
from service.api.wire.context import SHELF, STORE
from tests.service.api.asking import Api, answer_path

RULES = Path(__file__).parents[3] / "dsl" / "golden" / "good" / "warnings.rules"
CASE = "/v1/inspections/brent/cases/C-1"


@pytest.fixture
async def strict(api: Api) -> Api:
    """An inspection under rules with warnings, and a case that is answered."""
    text = RULES.read_text(encoding="utf-8")
    loaded = load(SourceFile("strict.rules", text), packaged_source)
    origin = Origin(actor="ruth", observed_at=api.clock.now)
    edition = await adopt(
        api.app[STORE], api.app[SHELF], loaded, origin, reviewer="rhys"
    )
    lena = api.as_("lena")
    await lena.announce("brent", "2020-10-05", framework=edition.id)
    await lena.add_case("brent", "C-1", "all")
    return api.as_("rosa")


async def signs(api: Api) -> list[tuple[str, str]]:
    seen = (await api.get(CASE)).body["warnings"]
    return [(each["part"], each["sign"]) for each in seen]


async def test_a_case_without_contradictions_has_no_warnings(strict: Api) -> None:
    assert await signs(strict) == []


async def test_a_late_change_is_shown_and_not_hindered(strict: Api) -> None:
    for question in ("2.1.1", "2.1.2"):
        reply = await strict.put(answer_path("C-1", question), {"answer": "Yes"})
        assert reply.status == 201, reply.text
    submitted = await strict.post(f"{CASE}/submission", {})
    assert submitted.status == 201, submitted.text
    assert await signs(strict) == []
    strict.clock.wait(days=3)
    why = {"reason": "The second plan was found."}
    returned = await strict.as_("lena").post(f"{CASE}/returns", why)
    assert returned.status == 201, returned.text

    changed = await strict.put(
        answer_path("C-1", "2.1.1"), {"answer": "No"}, If_Match="*"
    )

    assert changed.status == 200, changed.text
    (warning,) = (await strict.get(CASE)).body["warnings"]
    assert (warning["part"], warning["sign"]) == ("2.1.1", "late-change")
    assert warning["says"] == (
        "the answer to `2.1.1` changed 3 days after the case was submitted"
    )
    assert (warning["file"], warning["line"]) == ("strict.rules", 31)


async def test_warnings_are_those_of_the_time_asked_for(strict: Api) -> None:
    for question in ("2.1.1", "2.1.2"):
        await strict.put(answer_path("C-1", question), {"answer": "Yes"})
    submitted = await strict.post(f"{CASE}/submission", {})
    reopened = await strict.as_("lena").post(f"{CASE}/returns", {"reason": "See 2.1.2"})
    assert reopened.status == 201, reopened.text
    withdrawn = await strict.delete(answer_path("C-1", "2.1.2"), If_Match="*")
    assert withdrawn.status == 200, withdrawn.text

    then = await strict.get(f"{CASE}?as_of={submitted.body['position']}")

    assert await signs(strict) == [("2.1.2", "missing-answer")]
    assert then.body["warnings"] == []
