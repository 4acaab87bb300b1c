"""Syncing: everything in, conflicts to people, and whatever happens harmless."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from service.client import (
    Forbidden,
    NotFound,
    NotYours,
    OutboxError,
    State,
    answer_to,
    fact_of,
    open_outbox,
    sync,
)
from tests.service.api.asking import answer_path
from tests.service.client.conftest import AT, Team
from tests.service.client.flaky import Says, talking

HERE = answer_to("brent", "C-1", "2.1.1")
FACT = fact_of("brent", "C-1", "safety is a factor")
LATER = AT + timedelta(hours=9)


async def test_a_days_work_arrives_in_one_sync(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    await outbox.take_along(await rosa.inspection("brent").case("C-1").show())
    await outbox.record(HERE, "No", observed_at=AT, evidence="Seen.")
    await outbox.record(HERE, "Yes", observed_at=LATER, evidence="Seen again.")
    await outbox.record(FACT, "no", observed_at=AT)
    await outbox.record(answer_to("brent", "C-2", "3.1.1"), "No", observed_at=AT)

    report = await sync(outbox, rosa)

    assert (report.accepted, report.waiting, report.unsettled) == (4, 0, ())
    history = await rosa.inspection("brent").case("C-1").answer_history("2.1.1")
    assert [event.answer for event in history.events] == ["No", "Yes"]
    assert [event.evidence for event in history.events] == ["Seen.", "Seen again."]
    assert history.events[1].observed_at == "2026-03-01T18:00:00.000000Z"
    entries = await outbox.entries()
    assert {entry.state for entry in entries} == {State.ACCEPTED}
    assert all(entry.position and entry.sealed is None for entry in entries)
    assert (await sync(outbox, rosa)).accepted == 0


async def test_more_than_a_batch_holds_goes_in_several(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    for number in range(205):
        place = answer_to("brent", "C-1", f"9.{number}")
        await outbox.record(place, "Yes", observed_at=AT)
    await outbox.record(HERE, "Yes", observed_at=AT)

    report = await sync(outbox, rosa)

    assert (report.accepted, report.waiting, len(report.unsettled)) == (1, 0, 205)


async def test_a_batch_is_never_too_large_for_the_service(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    wide = "\N{GRINNING FACE}" * 4000
    for number in range(60):
        place = answer_to("brent", "C-9", f"9.{number}")
        await outbox.record(place, "Yes", observed_at=AT, evidence=wide)
    await outbox.record(HERE, "Yes", observed_at=AT, evidence=wide)

    report = await sync(outbox, rosa)

    assert (report.accepted, report.waiting) == (1, 0)
    assert len(report.unsettled) == 60


async def test_whoever_comes_second_is_shown_what_is_theirs(team: Team) -> None:
    rosa, lena = await team.client("rosa"), await team.client("lena")
    outbox = await team.outbox("rosa")
    theirs = await lena.inspection("brent").case("C-1").answer("2.1.1", "Yes")
    await outbox.record(HERE, "No", observed_at=AT, evidence="Seen.")
    await outbox.record(FACT, "no", observed_at=AT)

    report = await sync(outbox, rosa)

    (it,) = report.unsettled
    assert (report.accepted, report.waiting) == (1, 0)
    assert it.is_conflict
    assert (it.place, it.mine.value, outbox.evidence(it.mine)) == (HERE, "No", "Seen.")
    assert it.theirs is not None
    assert (it.theirs.value, it.theirs.actor) == ("Yes", "lena")
    assert (it.theirs.version, it.theirs.recorded_at) == (
        theirs.version,
        theirs.recorded_at,
    )
    shown = await rosa.inspection("brent").case("C-1").show_answer("2.1.1")
    assert shown.answer == "Yes"


@pytest.mark.parametrize(
    ("choice", "ends"), [("mine", "No"), ("theirs", "Yes"), ("other", "Not applicable")]
)
async def test_a_person_settles_on_the_newest_version(
    choice: str, ends: str, team: Team
) -> None:
    rosa, lena = await team.client("rosa"), await team.client("lena")
    outbox = await team.outbox("rosa")
    await lena.inspection("brent").case("C-1").answer("2.1.1", "Yes")
    await outbox.record(HERE, "No", observed_at=AT, evidence="Seen.")
    (it,) = (await sync(outbox, rosa)).unsettled

    if choice == "mine":
        await outbox.keep_mine(it, observed_at=LATER)
    elif choice == "theirs":
        await outbox.keep_theirs(it, observed_at=LATER, evidence="Lena is right.")
    else:
        await outbox.settle(it, "Not applicable", observed_at=LATER)
    report = await sync(outbox, rosa)

    assert (report.accepted, report.unsettled) == (1, ())
    history = await rosa.inspection("brent").case("C-1").answer_history("2.1.1")
    last = history.events[-1]
    assert (last.answer, last.actor) == (ends, "rosa")
    said = {"mine": "Seen.", "theirs": "Lena is right.", "other": None}
    assert last.evidence == said[choice]
    mine, settled = await outbox.entries()
    assert (mine.state, settled.state) == (State.SETTLED, State.ACCEPTED)


async def test_theirs_may_move_on_while_a_person_thinks(team: Team) -> None:
    rosa, lena = await team.client("rosa"), await team.client("lena")
    case, outbox = lena.inspection("brent").case("C-1"), await team.outbox("rosa")
    first = await case.answer("2.1.1", "Yes")
    await outbox.record(HERE, "No", observed_at=AT)
    (it,) = (await sync(outbox, rosa)).unsettled
    await case.answer("2.1.1", "Not applicable", seen=first.version)

    await outbox.keep_theirs(it, observed_at=LATER)
    (anew,) = (await sync(outbox, rosa)).unsettled

    assert anew.theirs is not None
    assert (anew.mine.value, anew.theirs.value) == ("Yes", "Not applicable")


async def test_what_was_taken_back_meanwhile_is_a_conflict_too(team: Team) -> None:
    rosa, lena = await team.client("rosa"), await team.client("lena")
    fact, outbox = FACT.name, await team.outbox("rosa")
    case = lena.inspection("brent").case("C-1")
    first = await case.record_fact(fact, "yes")
    await outbox.take_along(await case.show())
    await outbox.record(FACT, "no", observed_at=AT)
    await case.withdraw_fact(fact, seen=first.version)

    (it,) = (await sync(outbox, rosa)).unsettled
    assert it.theirs is not None
    assert (it.theirs.value, it.theirs.actor) == (None, "lena")
    nothing = await outbox.keep_theirs(it, observed_at=LATER)
    done = await sync(outbox, rosa)

    assert nothing is None
    assert (done.accepted, done.waiting, done.unsettled) == (0, 0, ())
    await outbox.record(FACT, "no", observed_at=LATER)  # anew, on what she has seen
    assert (await sync(outbox, rosa)).accepted == 1


async def test_what_i_took_back_i_can_record_again(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    await outbox.record(HERE, "No", observed_at=AT)
    await sync(outbox, rosa)
    await outbox.record(HERE, None, observed_at=AT)
    await sync(outbox, rosa)
    await outbox.take_along(await rosa.inspection("brent").case("C-1").show())
    await outbox.record(HERE, "Yes", observed_at=LATER)

    report = await sync(outbox, rosa)

    assert (report.accepted, report.unsettled) == (1, ())


async def test_what_is_recorded_on_a_conflict_is_part_of_mine(team: Team) -> None:
    rosa, lena = await team.client("rosa"), await team.client("lena")
    outbox = await team.outbox("rosa")
    await lena.inspection("brent").case("C-1").answer("2.1.1", "Yes")
    await outbox.record(HERE, "No", observed_at=AT)
    (seen,) = (await sync(outbox, rosa)).unsettled
    await outbox.record(HERE, "Not applicable", observed_at=LATER)

    with pytest.raises(OutboxError, match="recorded anew"):
        await outbox.keep_mine(seen, observed_at=LATER)
    (it,) = (await sync(outbox, rosa)).unsettled

    assert it.mine.value == "Not applicable"


async def test_what_is_refused_for_itself_is_for_a_person_too(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    await outbox.record(HERE, "Perhaps", observed_at=AT)
    await outbox.record(HERE, "Perhaps not", observed_at=AT)
    await outbox.record(FACT, "yes", observed_at=AT)

    report = await sync(outbox, rosa)

    (it,) = report.unsettled
    assert not it.is_conflict
    assert (it.problem.slug, it.mine.value) == ("unknown-answer", "Perhaps not")
    assert "Yes" in it.problem.accepted
    assert report.accepted == 1
    await outbox.settle(it, "Yes", observed_at=LATER)
    assert (await sync(outbox, rosa)).accepted == 1


async def test_nobody_settles_what_they_have_not_seen(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    greta = await team.client("greta")
    await outbox.record(answer_to("brent", "C-9", "2.1.1"), "Yes", observed_at=AT)
    await sync(outbox, rosa)
    (it,) = await outbox.unsettled()
    assert it.theirs is not None
    assert it.theirs.version == 0  # nothing ever was on record
    await outbox.note_theirs(it.place, None)
    (unseen,) = await outbox.unsettled()

    with pytest.raises(OutboxError, match="not read yet"):
        await outbox.keep_mine(unseen, observed_at=LATER)
    with pytest.raises(NotYours, match="`rosa`'s, the token `greta`'s"):
        await sync(outbox, greta)


async def test_who_may_not_answer_is_told_and_keeps_what_they_have(team: Team) -> None:
    greta, outbox = await team.client("greta"), await team.outbox("greta")
    await outbox.record(HERE, "Yes", observed_at=AT)

    with pytest.raises(Forbidden):
        await sync(outbox, greta)

    (entry,) = await outbox.entries(State.WAITING)
    assert entry.value == "Yes"


async def test_one_inspection_that_is_not_there_holds_up_no_other(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    await outbox.record(answer_to("nowhere", "C-1", "2.1.1"), "Yes", observed_at=AT)
    await outbox.record(HERE, "Yes", observed_at=AT)

    with pytest.raises(NotFound):
        await sync(outbox, rosa)

    (left,) = await outbox.entries(State.WAITING)
    assert left.place.inspection == "nowhere"


async def test_without_a_part_in_the_inspection_it_waits_for_a_person(
    team: Team,
) -> None:
    lena, outbox = await team.client("lena"), await team.outbox("rosa")
    await lena.inspection("brent").release("rosa", "inspector")
    rosa = await team.client("rosa")
    await outbox.record(HERE, "Yes", observed_at=AT)

    (it,) = (await sync(outbox, rosa)).unsettled
    assert (it.problem.slug, it.theirs) == ("not-assigned", None)
    await lena.inspection("brent").assign("rosa", "inspector")
    (it,) = (await sync(outbox, rosa)).unsettled
    await outbox.keep_mine(it, observed_at=LATER)

    assert (await sync(outbox, rosa)).accepted == 1


async def test_a_reply_that_was_lost_is_given_again(team: Team) -> None:
    rosa, outbox = await team.client("rosa"), await team.outbox("rosa")
    first = await outbox.record(HERE, "No", observed_at=AT)
    alone = await team.api.put(
        answer_path("C-1", "2.1.1"),
        {"answer": "No", "observed_at": first.observed_at},
        Idempotency_Key=first.key,
    )
    await outbox.record(HERE, "Yes", observed_at=LATER)

    report = await sync(outbox, rosa)

    entries = await outbox.entries()
    assert report.accepted == 2
    assert entries[0].version == alone.body["version"]
    assert entries[1].version != entries[0].version


async def test_what_cannot_be_taken_just_now_waits(tmp_path: Path) -> None:
    later = {"type": "/problems/overloaded", "title": "-", "status": 503, "detail": "-"}
    results = [{"key": "k-1", "status": 503, "problem": later}]
    view = {
        "inspection": "brent",
        "as_of": 1,
        "results": [*results, {**results[0], "key": None}],
    }
    async with (
        talking(Says(), Says(200, msgspec.json.encode(view))) as (heard, client),
        open_outbox(tmp_path / "a", "rosa", make_key=lambda: "k-1") as outbox,
    ):
        await outbox.record(HERE, "Yes", observed_at=AT)

        report = await sync(outbox, client)

        assert (report.accepted, report.waiting, report.unsettled) == (0, 1, ())
    assert len(heard.requests) == 2
