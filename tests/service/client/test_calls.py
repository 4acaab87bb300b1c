"""Everything inspectors' tools do, through the client, on a real service."""

from datetime import UTC, date, datetime

import pytest

from service.client import Client, NotFound, Stale, When
from tests.service.client.conftest import Team

FACT = "safety is a factor"
EARLIER = When(observed_at=datetime(2026, 2, 28, 10, tzinfo=UTC), key="k-1")


async def test_an_answer_is_given_changed_read_and_taken_back(team: Team) -> None:
    case = (await team.client("rosa")).inspection("brent").case("C-1")

    first = await case.answer("2.1.1", "No", evidence="Seen.", when=EARLIER)
    again = await case.answer("2.1.1", "No", evidence="Seen.", when=EARLIER)
    shown = await case.show_answer("2.1.1")
    changed = await case.answer("2.1.1", "Yes", seen=first.version)
    with pytest.raises(Stale) as stale:
        await case.answer("2.1.1", "No")
    gone = await case.withdraw_answer("2.1.1", seen=changed.version)
    history = await case.answer_history("2.1.1")

    assert again == first
    assert {effect.part for effect in first.effects} >= {"2.1.1", "2.1"}
    assert (shown.answer, shown.evidence, shown.actor) == ("No", "Seen.", "rosa")
    assert shown.observed_at == "2026-02-28T10:00:00.000000Z"
    assert stale.value.problem.conflicting_event == changed.position
    assert [event.answer for event in history.events] == ["No", "Yes", None]
    assert gone.version == history.events[-1].version
    then = await case.show_answer("2.1.1", as_of=first.position)
    assert then.answer == "No"
    with pytest.raises(NotFound):
        await case.show_answer("2.1.1", as_of=EARLIER.observed_at)


async def test_a_fact_is_recorded_changed_read_and_taken_back(team: Team) -> None:
    case = (await team.client("rosa")).inspection("brent").case("C-1")

    first = await case.record_fact(FACT, "no")
    shown = await case.show_fact(FACT)
    changed = await case.record_fact(FACT, "yes", seen=first.version)
    await case.withdraw_fact(FACT, seen=changed.version)
    history = await case.fact_history(FACT)

    assert (shown.value, shown.actor, shown.version) == ("no", "rosa", first.version)
    assert [event.value for event in history.events] == ["no", "yes", None]
    assert {event.actor for event in history.events} == {"rosa"}
    with pytest.raises(NotFound):
        await case.show_fact(FACT)
    with pytest.raises(NotFound):
        await case.fact_history("never heard of")


async def test_a_case_is_added_shown_excluded_and_restored(team: Team) -> None:
    inspection = (await team.client("lena")).inspection("brent")

    added = await inspection.add_case("court disposals", {FACT: "yes"}, case="C-7")
    case = inspection.case("C-7")
    await case.exclude("It was closed long ago.")
    excluded = await case.show()
    await case.restore("It was not.")

    assert added.created
    assert (excluded.status, excluded.facts[FACT].value) == ("excluded", "yes")
    assert "2.1.1" in excluded.questions
    statuses = {each.case: each.status async for each in inspection.cases()}
    assert statuses["C-7"] == "included"


async def test_judgements_are_proposed_and_ratings_explained(team: Team) -> None:
    lead = (await team.client("lena")).inspection("brent")
    case = (await team.client("rosa")).inspection("brent").case("C-1")

    first = await lead.propose_judgement("1.1", "Good", rationale="Seen.")
    await lead.propose_judgement("1.1", "Outstanding", seen=first.version)
    shown = await lead.show_judgement("1.1")
    await lead.withdraw_judgement("1.1", seen=shown.version)
    await case.answer("2.1.1", "No")
    ratings = await lead.show_ratings()
    one = await lead.show_rating("2.1.1")
    explained = await lead.explain("2.1.1")
    moved = [change async for change in lead.history("2.1.1")]
    everything = [change async for change in lead.history()]
    panel = await lead.panel.show("2.1")

    assert shown.rating == "Outstanding"
    assert {part.part for part in ratings.questions} >= {"2.1.1"}
    assert one.rating.rating == "Inadequate"
    assert "2.1.1" in explained.sentences
    assert [change.value_after for change in moved] == ["Inadequate"]
    assert len(everything) > len(moved)
    assert panel.figures_hash.startswith("sha256:")


async def test_inspections_are_announced_listed_and_staffed(team: Team) -> None:
    lena = await team.client("lena")
    for name in ("a", "b"):
        await lena.announce(
            name,
            service="A service",
            programme="single",
            framework="youth-2020",
            fieldwork_starts_on=date(2020, 10, 5),
        )
    inspection = lena.inspection("a")

    await inspection.assign("rosa", "inspector")
    people = (await inspection.list_assignments()).people
    await inspection.release("rosa", "inspector", reason="She left.")

    assert {each.person for each in people} == {"lena", "rosa"}
    greta = await team.client("greta")
    found = [each.inspection async for each in greta.inspections()]
    assert found == ["a", "b", "brent"]
    assert (await inspection.show()).framework == "youth-2020"
    assert (await lena.me()).person == "lena"


async def test_what_has_no_call_of_its_own_can_be_called_all_the_same(
    team: Team,
) -> None:
    inspection = (await team.client("lena")).inspection("brent")
    path = f"cases/C-1/facts/{FACT}"

    first = await inspection.call("PUT", path, {"value": "yes"}, when=EARLIER)
    shown = await inspection.look(path)
    await inspection.call("DELETE", path, seen=first.version)
    why = {"reason": "Nobody went there."}
    aside = await inspection.call("POST", "domains/3/set-asides", why)

    assert (shown["value"], shown["version"]) == ("yes", first.version)
    assert aside.created
    assert (await inspection.show()).not_inspected == ("3",)


async def test_a_client_leaves_a_session_of_the_callers_open(team: Team) -> None:
    whole = await team.client("rosa")
    session = whole._transport._session  # noqa: SLF001 - is it open

    async with Client(
        str(team.api.client.make_url("/")), "token-of-lena", session=session
    ):
        pass

    assert not session.closed
