"""An inspection from caseload to action plan by calls of the client alone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import pytest

from service.client import Client, Forbidden, Inspection, Stale, When
from tests.service.api.asking import Api
from tests.service.api.panelling import REASON, make_whole
from tests.service.client.conftest import Team

HEADER = "case,started,disposal,gender,risk of serious harm,safety and wellbeing level"
CASELOAD = "\n".join(
    [HEADER, *(f"S-{n},2020-01-15,community sentence,male,low,high" for n in range(12))]
).encode()


@pytest.fixture
async def whole(api: Api, tmp_path: Path) -> AsyncIterator[Team]:
    """`brent` with every question answered; no case is submitted yet."""
    await make_whole(api)
    async with AsyncExitStack() as opened:
        yield Team(api, tmp_path, opened)


async def inspection_of(team: Team, person: str) -> Inspection:
    return (await team.client(person)).inspection("brent")


async def test_samples_are_drawn_allocated_and_made_up_from_reserves(
    team: Team,
) -> None:
    ola, lena = await inspection_of(team, "ola"), await inspection_of(team, "lena")

    await ola.fieldwork.freeze_caseload(CASELOAD)
    await ola.fieldwork.draw_samples(seed="brent 7")
    (court, *_) = (await ola.fieldwork.list_samples()).samples
    case = court.cases[-1]
    await ola.fieldwork.allocate({case: "rosa"})
    await lena.case(case).exclude("moved away")
    caseload = (await ola.fieldwork.show_caseload()).caseload
    allocated = (await ola.fieldwork.list_allocations()).allocations
    greta = await inspection_of(team, "greta")
    redrawn = (await greta.fieldwork.redraw_samples()).samples

    assert caseload is not None
    assert caseload.cases == 12
    assert {each.to for each in allocated if each.case == case} == {"rosa"}
    assert all(each.same for each in redrawn)


async def test_a_case_goes_from_its_inspector_to_acceptance(whole: Team) -> None:
    rosa, lena, quinn = [
        (await inspection_of(whole, person)).case("C-1")
        for person in ("rosa", "lena", "quinn")
    ]

    submitted = await rosa.submit()
    with pytest.raises(Stale):
        await lena.accept(when=When(seen=submitted.version - 1))
    await quinn.raise_query("2.1.1", "Where is the plan?")
    (query,) = (await rosa.list_queries()).queries
    await rosa.answer_query(query.query, "On page 2.")
    await quinn.resolve_query(query.query)
    resolved = await rosa.show_query(query.query)
    answer = await rosa.show_answer("2.1.1")
    await rosa.propose_correction(
        "2.1.1", "No", version=answer.version, reason="It is of last year."
    )
    waiting = (await lena.show_answer("2.1.1")).correction
    assert waiting is not None
    approved = await lena.approve_correction("2.1.1", waiting.correction)
    (corrected,) = (await rosa.list_corrections("2.1.1")).corrections
    await quinn.mark_again({"2.1.3": "No"})
    marking = (await quinn.show_markings()).marking
    assert marking is not None
    await quinn.settle_marking("2.1.3", "Yes", "The plan has it.")
    await lena.send_back("2.1.4 needs another look")
    await rosa.submit()
    await lena.accept()
    await lena.reopen("partners saw more", occasion="joint-week")
    shown = await rosa.show()

    assert resolved.answered is not None
    assert resolved.answered.text == "On page 2."
    assert {effect.part for effect in approved.effects} >= {"2.1.1"}
    assert corrected.state == "approved"
    assert [each.second for each in marking.differences] == ["No"]
    assert (shown.work.state, shown.work.worked_on_by) == ("reopened", ("rosa",))
    late = await (await inspection_of(whole, "lena")).fieldwork.list_late_changes()
    assert [each.question for each in late.late_changes] == ["2.1.1"]


async def test_panel_and_report_go_from_figures_to_an_action_plan(whole: Team) -> None:
    lena, pavel, petra, hugo, sam = [
        await inspection_of(whole, person)
        for person in ("lena", "pavel", "petra", "hugo", "sam")
    ]
    await lena.fieldwork.receive_evidence(
        "meeting-1", "meeting", standards=["1.1"], summary="Staff are sure of it."
    )
    (evidence,) = (await lena.fieldwork.list_evidence()).evidence
    for ref in ("C-1", "C-2"):
        await (await inspection_of(whole, "rosa")).case(ref).submit()
        await lena.case(ref).accept()
    assert (await lena.fieldwork.show_outstanding()).gaps == ()
    await lena.fieldwork.submit()

    (standard,) = {
        each.standard for each in (await lena.panel.list_standards()).standards
    } & {"2.1"}
    figures = (await pavel.panel.show(standard)).figures_hash
    proposal = await pavel.panel.propose(
        standard,
        rating=None,
        figures_hash=figures,
        reason=REASON,
        cases_reviewed=["C-1"],
    )
    for person in ("petra", "paul"):
        voter = await inspection_of(whole, person)
        await voter.panel.vote(standard, proposal.version, in_favour=True)
    queue = [it async for it in (await whole.client("pia")).before_panel("considered")]
    pia = await inspection_of(whole, "pia")
    await pia.panel.decide(standard, rating=None, figures_hash=figures, reason=REASON)
    (decision,) = (await pavel.panel.show(standard)).decisions

    await lena.report.record_finding("2.1", "Planning is sure.")
    made = await lena.report.recommend("the board", "See to it.")
    await lena.report.change_recommendation(
        1, "the board", "See to it soon.", seen=made.version
    )
    for member in (pavel, petra):
        agreement = await member.panel.show_agreement()
        await member.panel.endorse(figures_hash=agreement.figures_hash)
    await lena.report.send_draft(date(2026, 4, 1))
    await sam.report.raise_accuracy_point("The date is wrong.")
    await lena.report.settle_accuracy_point("P-1", accepted=False, reason="It is not.")
    (point,) = (await sam.report.list_accuracy_points()).points
    report = await lena.report.show()
    await lena.report.propose_publication(report.content_hash)
    with pytest.raises(Forbidden):
        await lena.report.approve_publication(1, report.content_hash)
    await hugo.report.approve_publication(1, report.content_hash)
    published = await lena.report.show_publication(1)
    public = await sam.report.show_published()
    why = await sam.report.explain_published("2.1")
    await sam.report.receive_action_plan("We shall.")
    await lena.report.review_action_plan(sufficient=True, summary="Good.")
    plan = await lena.report.show_action_plan()

    assert evidence.received == "meeting-1"
    assert [each.standard for each in queue] == ["2.1"]
    assert (decision.outcome, {*decision.deciders}) == ("declined", {"petra", "paul"})
    assert point.settled is not None
    assert point.settled.outcome == "rejected"
    assert report.recommendations[0].text.text == "See to it soon."
    assert published.reported.ratings["1.1"] == "Good"
    assert published.published.approved.actor == "hugo"
    assert {"overall", "1.1", "2.1.1"} <= {each.part for each in public.parts}
    assert "2.1" in why.sentences
    assert plan.review is not None
    assert plan.review.outcome == "sufficient"


async def test_governance_reads_both_logs_and_says_why(team: Team) -> None:
    rosa = await team.client("rosa")
    case = rosa.inspection("brent").case("C-1")
    given = await case.answer("2.1.1", "Yes", evidence="Seen.")
    url = str(team.api.client.make_url("/"))
    async with Client(url, "token-of-greta", reason="complaint 14") as greta:
        shown = await greta.inspection("brent").case("C-1").show_answer("2.1.1")
        looked = [each async for each in greta.governance.access_events(case="C-1")]
        acts = [each async for each in greta.governance.activity(person="greta")]
        events = [each async for each in greta.governance.events()]
        table = await greta.governance.download("access-events", "csv", person="greta")
        pack = await greta.governance.export("brent")
        frameworks = [each["framework"] async for each in greta.frameworks()]
        place = await greta.governance.place_hold("brent", "A court asks.")
        holds = [each["position"] async for each in greta.governance.holds()]

    assert shown.evidence == "Seen."
    assert [each["reason"] for each in looked if each["person"] == "greta"] == [
        "complaint 14"
    ]
    assert len(acts) == 1
    assert events[-1]["position"] == given.position
    assert b"complaint 14" in table
    assert pack.startswith(b"PK")
    assert frameworks == ["youth-2020", "youth-2021"]
    assert holds == [place.position]


async def test_an_operation_is_waited_for(team: Team) -> None:
    ruth = await team.client("ruth")

    begun = await ruth.framework("youth-2020").begin_impact(1)
    ended = await ruth.wait_for(begun.operation, every=0.01)

    assert ended.state == "done"
    assert ended.result is not None
    assert ended.result.inspections == 1


async def test_webhooks_are_made_listed_and_removed(team: Team) -> None:
    greta = await team.client("greta")

    made = await greta.webhooks.make("https://example.org/x", ["rating-changed"])
    (listed,) = (await greta.webhooks.list()).webhooks
    await greta.webhooks.remove(made.webhook)

    assert (listed.webhook, listed.made_by) == (made.webhook, "greta")
    assert made.secret
    assert (await greta.webhooks.list()).webhooks == ()
