"""Ratings over HTTP: as they stand or stood, explained, moved by people."""

from tests.service.api.asking import Api, answer_path
from tests.service.api.panelling import (
    HERE,
    REASON,
    approve,
    decide,
    figures_of,
    propose,
    vote,
)


async def answer(api: Api, question: str, answer: str, case: str = "C-1") -> int:
    reply = await api.put(answer_path(case, question), {"answer": answer}, If_Match="*")
    if reply.status == 412:
        reply = await api.put(answer_path(case, question), {"answer": answer})
    assert reply.status in {200, 201}, reply.text
    return int(reply.body["position"])


async def complete_2_1(api: Api) -> None:
    """C-2 stays out of domain 2, so one case decides standard 2.1."""
    for question, given in (("2.1.1", "Yes"), ("2.1.2", "No"), ("2.1.3", "Yes")):
        await answer(api, question, given)


async def test_ratings_show_every_part_with_its_figures(brent: Api) -> None:
    await complete_2_1(brent)

    ratings = (await brent.get(f"{HERE}/ratings")).body
    standard = (await brent.get(f"{HERE}/ratings/2.1")).body["rating"]
    question = (await brent.get(f"{HERE}/ratings/2.1.2")).body["rating"]
    overall = (await brent.get(f"{HERE}/ratings/overall")).body["rating"]

    assert ratings["framework"] == "youth-2020"
    assert ratings["provisional"] is True
    assert standard in ratings["standards"]
    assert question in ratings["questions"]
    assert overall == ratings["overall"]
    assert standard["rating"] == "Inadequate"
    assert standard["decided_by"] == ["2.1.2"]
    assert standard["discretion"]["open"] is True
    assert question["count"]["relevant"] == 1
    assert question["rule"]["line"] > 0
    assert overall["unrated"] == "not-answered"


async def test_a_part_that_is_not_rated_is_not_found(brent: Api) -> None:
    for path in ("9.9", "9.9/explanation", "9.9/history", "2.1.1.a"):
        reply = await brent.get(f"{HERE}/ratings/{path}")

        assert (reply.status, reply.slug) == (404, "not-found")
    assert (await brent.get(f"{HERE}/discretion/9.9")).status == 404


async def test_a_rating_can_be_seen_as_it_stood(brent: Api) -> None:
    first = await answer(brent, "2.1.1", "No")
    await answer(brent, "2.1.1", "Yes")

    now = await brent.get(f"{HERE}/ratings/2.1.1")
    then = await brent.get(f"{HERE}/ratings/2.1.1?as_of={first}")

    assert now.body["rating"]["rating"] == "Outstanding"
    assert then.body["rating"]["rating"] == "Inadequate"
    assert then.body["as_of"] == first


async def test_an_explanation_speaks_to_people_and_to_programs(brent: Api) -> None:
    await complete_2_1(brent)

    reply = await brent.get(f"{HERE}/ratings/2.1/explanation")

    assert "2.1.2" in reply.body["sentences"]
    assert isinstance(reply.body["tree"], dict)


async def test_a_history_names_the_answer_behind_each_change(brent: Api) -> None:
    first = await answer(brent, "2.1.1", "No")
    second = await answer(brent, "2.1.1", "Yes")

    history = (await brent.get(f"{HERE}/ratings/2.1.1/history")).body["changes"]
    until = (await brent.get(f"{HERE}/ratings/2.1.1/history?as_of={first}")).body

    assert [change["position"] for change in history] == [first, second]
    assert history[1]["value_before"] == "Inadequate"
    assert history[1]["value_after"] == "Outstanding"
    assert history[1]["actor"] == "rosa"
    assert history[1]["about"] == "answers/C-1/2.1.1"
    assert (history[1]["answer_before"], history[1]["answer_after"]) == ("No", "Yes")
    assert history[1]["rule_line"] > 0
    assert [change["position"] for change in until["changes"]] == [first]


async def test_those_who_may_not_read_cases_see_no_answers_in_a_history(
    brent: Api,
) -> None:
    await answer(brent, "2.1.1", "No")

    for path in ("ratings/2.1.1/history", "changes"):
        changes = (await brent.as_("ruth").get(f"{HERE}/{path}")).body["changes"]

        assert changes[0]["value_after"] == "Inadequate"
        for change in changes:
            assert change["about"] is None
            assert (change["answer_before"], change["answer_after"]) == (None, None)


async def test_changes_come_page_by_page_and_whole_events_at_a_time(
    brent: Api,
) -> None:
    await answer(brent, "2.1.1", "No")
    await answer(brent, "2.1.1", "Yes")

    every = (await brent.get(f"{HERE}/changes")).body["changes"]
    page, path = [], f"{HERE}/changes?limit=1"
    while path:
        body = (await brent.get(path)).body
        ends = {change["position"] for change in body["changes"]}
        assert len(ends) == 1
        page += body["changes"]
        path = body["next"]

    assert page == every
    assert len({change["position"] for change in every}) == 2


async def test_a_judged_standard_is_rated_by_proposal(brent: Api) -> None:
    lena, path = brent.as_("lena"), f"{HERE}/judgements/1.1"

    first = await lena.put(path, {"rating": "Good", "rationale": "Meetings seen."})
    seen = await lena.put(
        path, {"rating": "Outstanding"}, If_Match=first.headers["ETag"]
    )
    shown = await lena.get(path)
    rated = (await lena.get(f"{HERE}/ratings/1.1")).body["rating"]
    ratings = (await lena.get(f"{HERE}/ratings")).body
    then = await lena.get(f"{path}?as_of={first.body['position']}")
    held = await lena.get(path, If_None_Match=seen.headers["ETag"])
    gone = await lena.delete(path, If_Match=seen.headers["ETag"])

    assert first.status == 201
    assert first.headers["Location"] == path
    assert {effect["part"] for effect in first.body["effects"]} >= {"1.1"}
    assert (rated["rating"], rated["agreed"]) == ("Outstanding", False)
    assert ratings["agreed"] is False
    assert shown.body["rating"] == "Outstanding"
    assert shown.body["rationale"] is None
    assert (then.body["rating"], then.body["rationale"]) == ("Good", "Meetings seen.")
    assert held.status == 304
    assert gone.status == 200
    assert (await lena.get(path)).status == 404


async def test_a_judgement_that_makes_no_sense_is_refused(brent: Api) -> None:
    lena = brent.as_("lena")

    computed = await lena.put(f"{HERE}/judgements/2.1", {"rating": "Good"})
    unknown = await lena.put(f"{HERE}/judgements/9.9", {"rating": "Good"})
    misspelt = await lena.put(f"{HERE}/judgements/1.1", {"rating": "Fine"})

    assert (computed.status, computed.slug) == (422, "not-judged")
    assert (unknown.status, unknown.slug) == (422, "unknown-standard")
    assert unknown.body["errors"][0]["parameter"] == "standard"
    assert (misspelt.status, misspelt.slug) == (422, "unknown-rating")
    assert misspelt.body["errors"][0]["pointer"] == "/rating"
    assert "Good" in misspelt.body["accepted"]


async def test_the_panel_moves_a_standard_that_is_open(brent: Api) -> None:
    await complete_2_1(brent)
    pavel = brent.as_("pavel")

    moved = await decide(brent, "2.1", outcome="applied", rating="Requires improvement")
    shown = (await pavel.get(f"{HERE}/discretion/2.1")).body

    assert moved.status == 201, moved.text
    assert shown["standard"]["rating"] == "Requires improvement"
    assert shown["standard"]["computed"] == "Inadequate"
    assert shown["standard"]["discretion"]["state"] == "applied"
    (decision,) = shown["decisions"]
    assert (decision["before"], decision["after"]) == (
        "Inadequate",
        "Requires improvement",
    )
    assert decision["proposed_by"] == "pavel"
    assert decision["deciders"] == ["paul", "petra"]
    assert decision["actor"] == "pia"
    assert decision["reason"] == REASON
    assert decision["figures"]["2.1.2"] == [0, 1]
    assert shown["proposal"] is None
    of_author = (await brent.as_("ruth").get(f"{HERE}/discretion/2.1")).body
    assert of_author["decisions"][0]["reason"] is None


async def test_a_proposal_is_shown_with_its_votes(brent: Api) -> None:
    await complete_2_1(brent)
    await propose(brent, "2.1")
    await vote(brent, "2.1", "petra")

    shown = (await brent.as_("pavel").get(f"{HERE}/discretion/2.1")).body["proposal"]

    assert (shown["before"], shown["after"]) == ("Inadequate", "Inadequate")
    assert shown["reason"]["text"] == REASON
    assert shown["cases_reviewed"] == ["C-1"]
    assert [vote["filed"]["actor"] for vote in shown["votes"]] == ["petra"]


async def test_a_decision_lapses_with_the_figures_it_was_taken_on(brent: Api) -> None:
    await complete_2_1(brent)
    await decide(brent, "2.1")

    await answer(brent, "2.1.1", "No")

    shown = (await brent.get(f"{HERE}/discretion/2.1")).body
    assert shown["standard"]["discretion"]["state"] == "lapsed"
    assert shown["decisions"][0]["deciders"] == ["paul", "petra"]


async def test_a_decision_on_figures_that_moved_is_refused(brent: Api) -> None:
    await complete_2_1(brent)
    pavel, path = brent.as_("pavel"), f"{HERE}/discretion/2.1"
    read = (await pavel.get(path)).body
    await propose(brent, "2.1")
    await vote(brent, "2.1", "petra", "paul")
    await answer(brent, "2.1.1", "No")
    body = {"outcome": "declined", "reason": REASON}

    late = await approve(brent, "2.1", figures_hash=read["figures_hash"])
    unread = await pavel.post(f"{path}/decisions", body)
    void = await approve(brent, "2.1")
    again = await decide(brent, "2.1")

    assert read["figures"]["2.1.1"] == [1, 1]
    assert (late.status, late.slug) == (409, "figures-moved")
    assert "read them again" in late.body["detail"]
    assert (unread.status, unread.slug) == (422, "validation")
    assert (void.status, void.slug) == (409, "figures-moved")
    assert "propose anew" in void.body["detail"]
    assert again.status == 201, again.text
    now = (await pavel.get(path)).body
    assert now["figures"]["2.1.1"] == [0, 1]
    assert now["decisions"][0]["figures_hash"] == now["figures_hash"]


async def test_discretion_is_for_the_panel_and_for_what_is_open(brent: Api) -> None:
    figures = await figures_of(brent, "1.1")
    body = {"outcome": "declined", "reason": REASON, "figures_hash": figures}

    lead = await brent.as_("lena").post(f"{HERE}/discretion/2.1/decisions", body)
    closed = await brent.as_("pavel").post(f"{HERE}/discretion/1.1/decisions", body)
    unknown = await brent.as_("pavel").post(f"{HERE}/discretion/9.9/decisions", body)

    assert lead.status == 403
    assert (closed.status, closed.slug) == (422, "not-eligible-for-discretion")
    assert (unknown.status, unknown.slug) == (422, "unknown-standard")


async def test_the_panel_moves_a_standard_within_its_bounds(brent: Api) -> None:
    await complete_2_1(brent)

    for rating, slug in (
        ("Outstanding", "out-of-bounds"),
        ("Inadequate", "no-move"),
        ("Fine", "unknown-rating"),
        (None, "unknown-rating"),
    ):
        reply = await propose(brent, "2.1", outcome="applied", rating=rating)

        assert (reply.status, reply.slug) == (422, slug)
        assert reply.body["errors"][0]["pointer"] == "/rating"


async def test_guidance_is_departed_from_with_a_reason(api: Api) -> None:
    lena = api.as_("lena")
    await lena.announce("forest", "2024-02-05")

    shown = await lena.get("/v1/inspections/forest/ratings/1.1")
    silent = await lena.post(
        "/v1/inspections/forest/departures/1.1", {"reason": REASON}
    )
    none = await lena.post("/v1/inspections/forest/departures/1.2", {"reason": REASON})

    assert shown.body["rating"]["guidance"]["expects"] is None
    assert shown.body["rating"]["guidance"]["reason"]
    assert (silent.status, silent.slug) == (409, "no-departure")
    assert (none.status, none.slug) == (422, "no-guidance")


async def answer_no(api: Api, inspection: str) -> None:
    """Everything in domains 2 and 3 is Inadequate, on one case each."""
    await api.as_("lena").add_case(inspection, "C-1", "court disposals")
    await api.as_("lena").add_case(inspection, "C-2", "out-of-court disposals")
    for case in ("C-1", "C-2"):
        shown = await api.get(f"/v1/inspections/{inspection}/cases/{case}")
        for question in shown.body["questions"]:
            path = answer_path(case, question, inspection)
            reply = await api.put(path, {"answer": "No"})
            assert reply.status == 201, reply.text


async def test_a_departure_shows_its_reason_and_whether_it_stands(api: Api) -> None:
    lena, here = api.as_("lena"), "/v1/inspections/forest"
    await lena.announce("forest", "2024-02-05")
    await answer_no(api.as_("rosa"), "forest")
    judged = await lena.put(f"{here}/judgements/1.1", {"rating": "Good"})

    async def departure() -> object:
        shown = await lena.get(f"{here}/ratings/1.1")
        return shown.body["rating"]["guidance"]["departure"]

    nothing = await lena.get(f"{here}/departures/1.1")
    missing = await departure()
    await lena.post(f"{here}/departures/1.1", {"reason": REASON})
    recorded = await departure()
    shown = await lena.get(f"{here}/departures/1.1")
    await lena.put(
        f"{here}/judgements/1.1",
        {"rating": "Requires improvement"},
        If_Match=judged.headers["ETag"],
    )
    outdated = await departure()
    later = await lena.get(f"{here}/departures/1.1")

    assert nothing.status == 404
    assert (missing, recorded, outdated) == ("missing", "recorded", "outdated")
    assert (shown.body["expected"], shown.body["given"]) == ("Inadequate", "Good")
    assert shown.body["because"]["reason"] == REASON
    assert shown.body["because"]["actor"] == "lena"
    assert (shown.body["stands"], later.body["stands"]) == (True, False)
    assert (await lena.as_("ruth").get(f"{here}/departures/1.1")).status == 403


async def test_two_points_in_time_are_compared(brent: Api) -> None:
    first = await answer(brent, "2.1.1", "Yes")
    second = await answer(brent, "2.1.2", "No")

    compared = (await brent.get(f"{HERE}/compare?a={first}&b={second}")).body
    same = (await brent.get(f"{HERE}/compare?a={second}")).body
    odd = await brent.get(f"{HERE}/compare?a=yesterday")

    assert (compared["a"]["as_of"], compared["b"]["as_of"]) == (first, second)
    assert compared["a"]["framework_hash"] == compared["b"]["framework_hash"]
    assert [each["part"] for each in compared["differences"]] == ["2.1.2", "2.1"]
    standard = compared["differences"][1]
    assert standard["a"]["rating"] == "Outstanding"
    assert standard["b"]["rating"] == "Inadequate"
    assert same["differences"] == []
    assert odd.status == 422
    assert odd.body["errors"][0]["parameter"] == "a"
