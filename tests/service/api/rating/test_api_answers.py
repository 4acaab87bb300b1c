"""Answers over HTTP: versions, effects, repeats, and what is refused."""

import pytest

from tests.service.api.asking import Api, answer_path

YES, NO = {"answer": "Yes"}, {"answer": "No"}
PATH = answer_path("C-1", "2.1.1")


async def test_a_first_answer_is_created_and_names_what_it_moved(brent: Api) -> None:
    reply = await brent.put(PATH, NO)

    assert reply.status == 201
    assert reply.headers["ETag"] == f'"{reply.body["version"]}"'
    assert reply.headers["Record-Position"] == str(reply.body["position"])
    assert reply.headers["Location"] == PATH
    assert reply.body["created"] is True
    assert reply.body["counted"] is True
    moved = {
        (effect["part"], effect["kind"]): effect for effect in reply.body["effects"]
    }
    assert moved["2.1.1", "rating"]["after"] == "Inadequate"
    assert moved["2.1.1", "rating"]["figures_after"]["relevant"] == 1


async def test_a_change_needs_the_version_that_was_seen(brent: Api) -> None:
    first = await brent.put(PATH, NO)

    blind = await brent.put(PATH, YES)
    seen = await brent.put(PATH, YES, If_Match=first.headers["ETag"])
    stale = await brent.put(PATH, NO, If_Match=first.headers["ETag"])

    assert (blind.status, blind.slug) == (428, "precondition-required")
    assert blind.body["current"] == first.headers["ETag"]
    assert seen.status == 200
    assert (stale.status, stale.slug) == (412, "stale-answer")
    assert stale.body["current"] == stale.headers["ETag"] == seen.headers["ETag"]
    assert stale.body["conflicting_event"] == seen.body["position"]


@pytest.mark.parametrize(
    "tag", ["", '"x"', "7", 'W/"4"', '"0"', '"04"', '"99"', '"98", "99"', "a,,b"]
)
async def test_a_tag_that_was_never_given_matches_nothing(tag: str, brent: Api) -> None:
    first = await brent.put(PATH, NO)

    on_record = await brent.put(PATH, YES, If_Match=tag)
    not_on_record = await brent.put(answer_path("C-1", "2.1.2"), YES, If_Match=tag)

    assert first.status == 201
    assert (on_record.status, on_record.slug) == (412, "stale-answer")
    assert (not_on_record.status, not_on_record.slug) == (412, "stale-answer")
    assert not_on_record.body["current"] is None


async def test_any_of_several_tags_may_match(brent: Api) -> None:
    first = await brent.put(PATH, NO)

    reply = await brent.put(PATH, YES, If_Match=f'"98", {first.headers["ETag"]}')

    assert reply.status == 200


async def test_a_star_matches_whatever_is_on_record_and_nothing_else(
    brent: Api,
) -> None:
    nothing = await brent.put(PATH, NO, If_Match="*")
    await brent.put(PATH, NO)
    something = await brent.put(PATH, YES, If_Match="*")

    assert nothing.status == 412
    assert something.status == 200


async def test_a_first_answer_can_insist_on_being_the_first(brent: Api) -> None:
    first = await brent.put(PATH, NO, If_None_Match="*")
    second = await brent.put(PATH, YES, If_None_Match="*")

    assert first.status == 201
    assert (second.status, second.slug) == (412, "stale-answer")
    assert second.body["current"] == first.headers["ETag"]


async def test_the_same_answer_again_changes_nothing(brent: Api) -> None:
    first = await brent.put(PATH, NO)

    again = await brent.put(PATH, NO, If_Match=first.headers["ETag"])

    assert again.status == 200
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.body["effects"] == []


async def test_a_repeat_under_one_key_gets_the_first_reply(brent: Api) -> None:
    first = await brent.put(PATH, NO, Idempotency_Key='"retry-1"')
    again = await brent.put(PATH, NO, Idempotency_Key="retry-1")
    other = await brent.put(PATH, YES, Idempotency_Key="retry-1")

    anothers = await brent.as_("lena").put(PATH, NO, Idempotency_Key="retry-1")

    assert (anothers.status, anothers.slug) == (422, "idempotency-key-reused")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


async def test_a_withdrawn_answer_leaves_its_history(brent: Api) -> None:
    first = await brent.put(PATH, NO)

    blind = await brent.delete(PATH)
    done = await brent.delete(PATH, If_Match=first.headers["ETag"])
    gone = await brent.get(PATH)
    history = await brent.get(f"{PATH}/history")

    assert blind.status == 428
    assert done.status == 200
    assert "ETag" not in done.headers
    assert gone.status == 404
    assert [event["answer"] for event in history.body["events"]] == ["No", None]


async def test_what_is_not_on_record_cannot_be_withdrawn(brent: Api) -> None:
    reply = await brent.delete(PATH)

    assert (reply.status, reply.slug) == (404, "not-found")


async def test_what_was_never_answered_has_no_history(brent: Api) -> None:
    reply = await brent.get(f"{PATH}/history")

    assert (reply.status, reply.slug) == (404, "not-found")


async def test_an_answer_is_shown_with_its_evidence(brent: Api) -> None:
    given = await brent.put(
        PATH,
        {
            **YES,
            "evidence": "Seen in the plan.",
            "observed_at": "2026-02-28T10:00:00+01:00",
        },
    )

    reply = await brent.get(PATH)
    held = await brent.get(PATH, If_None_Match=given.headers["ETag"])

    assert reply.body["answer"] == "Yes"
    assert reply.body["evidence"] == "Seen in the plan."
    assert reply.body["erased"] is False
    assert reply.body["actor"] == "rosa"
    assert reply.body["observed_at"] == "2026-02-28T09:00:00.000000Z"
    assert reply.headers["ETag"] == given.headers["ETag"]
    assert (held.status, held.text) == (304, "")


async def test_a_prompt_is_answered_like_a_question_and_moves_nothing(
    brent: Api,
) -> None:
    reply = await brent.put(answer_path("C-1", "2.1.1.a"), YES)

    assert reply.status == 201
    assert reply.body["effects"] == []


async def test_history_names_the_ratings_each_answer_moved(brent: Api) -> None:
    first = await brent.put(PATH, NO)
    await brent.put(PATH, YES, If_Match=first.headers["ETag"])

    reply = await brent.get(f"{PATH}/history")

    before, after = reply.body["events"]
    assert (before["answer"], after["answer"]) == ("No", "Yes")
    moved = {change["part"]: change for change in after["changes"]}
    assert moved["2.1.1"]["value_before"] == "Inadequate"
    assert moved["2.1.1"]["value_after"] == "Outstanding"
    assert moved["2.1.1"]["answer_before"] == "No"


async def test_an_answer_can_be_seen_as_it_was(brent: Api) -> None:
    first = await brent.put(PATH, NO)
    await brent.put(PATH, YES, If_Match=first.headers["ETag"])

    then = await brent.get(f"{PATH}?as_of={first.body['position']}")
    at_the_time = await brent.get(f"{PATH}?as_of={first.body['recorded_at']}")
    before = await brent.get(f"{PATH}?as_of={first.body['position'] - 1}")
    history = await brent.get(f"{PATH}/history?as_of={first.body['position']}")

    assert then.body["answer"] == at_the_time.body["answer"] == "No"
    assert then.headers["Record-Position"] == str(first.body["position"])
    assert before.status == 404
    assert len(history.body["events"]) == 1


async def test_an_answer_that_does_not_count_is_kept_and_says_why(brent: Api) -> None:
    await brent.put(
        "/v1/inspections/brent/cases/C-1/facts/safety%20is%20a%20factor",
        {"value": "no"},
    )

    reply = await brent.put(answer_path("C-1", "2.2.2"), NO)

    assert reply.status == 201
    assert reply.body["counted"] is False
    assert reply.body["not_counted_because"]
    assert reply.body["effects"] == []


@pytest.mark.parametrize(
    ("question", "body", "slug", "pointer"),
    [
        ("9.9.9", YES, "unknown-question", ""),
        ("2.1.1.z", YES, "unknown-question", ""),
        ("3.1.1", YES, "not-asked", ""),
        ("2.1.1", {"answer": "Perhaps"}, "unknown-answer", "/answer"),
    ],
)
async def test_an_answer_the_framework_does_not_know_is_refused(
    question: str, body: object, slug: str, pointer: str, brent: Api
) -> None:
    position = (await brent.get("/v1/inspections/brent")).body["as_of"]

    reply = await brent.put(answer_path("C-1", question), body)

    assert (reply.status, reply.slug) == (422, slug)
    assert reply.body["errors"][0]["pointer"] == pointer
    assert (await brent.get("/v1/inspections/brent")).body["as_of"] == position


@pytest.mark.parametrize(
    "path",
    [
        answer_path("C-1", "2.1.1", "nowhere"),
        answer_path("C-9", "2.1.1"),
        answer_path("C-1", "2.1.1", "No_Where"),
        answer_path("C-1", "2%2F1"),
        answer_path("%00", "2.1.1"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_address_of_nothing_is_not_found(
    path: str, method: str, brent: Api
) -> None:
    body = YES if method == "PUT" else None

    reply = await brent.ask(method, path, body)

    assert (reply.status, reply.slug) == (404, "not-found")


async def test_a_held_answer_is_sent_again_when_it_counts_no_longer(brent: Api) -> None:
    path, lena = answer_path("C-1", "2.1.1"), brent.as_("lena")
    await brent.put(path, {"answer": "Yes"})
    held = (await brent.get(path)).headers["ETag"]
    unchanged = await brent.get(path, If_None_Match=held)
    case = "/v1/inspections/brent/cases/C-1"

    await lena.post(f"{case}/exclusions", {"reason": "Drawn twice."})
    excluded = await brent.get(path, If_None_Match=held)
    again = await brent.get(path, If_None_Match=excluded.headers["ETag"])
    await lena.post(f"{case}/restorations", {"reason": "It was not."})
    restored = await brent.get(path, If_None_Match=excluded.headers["ETag"])
    tag = excluded.headers["ETag"]
    changed = await brent.put(path, {"answer": "No"}, If_Match=tag)

    assert (unchanged.status, again.status) == (304, 304)
    assert (excluded.status, excluded.body["counted"]) == (200, False)
    assert (restored.status, restored.body["counted"]) == (200, True)
    assert restored.headers["ETag"] == held
    assert changed.status == 200  # the version of what was seen is in every tag
    assert (await brent.put(path, {"answer": "Yes"}, If_Match=tag)).status == 412


async def test_a_held_answer_is_sent_again_when_its_words_are_erased(
    brent: Api,
) -> None:
    path = answer_path("C-1", "2.1.1")
    await brent.put(path, {"answer": "Yes", "evidence": "It says so."})
    held = (await brent.get(path)).headers["ETag"]
    asked = {"inspection": "brent", "case": "C-1", "reason_code": "error"}
    erasure = await brent.as_("adam").post(
        "/v1/erasures", {**asked, "reason": "It names him."}
    )
    brent.clock.wait(days=7)
    address = f"{erasure.headers['Location']}/approvals"
    assert (await brent.as_("greta").post(address, {})).status == 201

    reply = await brent.get(path, If_None_Match=held)

    assert (reply.status, reply.body["erased"]) == (200, True)
    assert (await brent.get(path, If_None_Match=reply.headers["ETag"])).status == 304


async def test_what_may_tell_who_a_child_is_is_said_and_recorded_all_the_same(
    brent: Api,
) -> None:
    body = {"answer": "Yes", "evidence": "Jamie Lee, of M32 0TH, was not seen."}
    path = answer_path("C-1", "2.1.1")

    reply = await brent.put(path, body, Idempotency_Key="telling")
    again = await brent.put(path, body, Idempotency_Key="telling")
    plain = await brent.put(
        path, {"answer": "No", "evidence": "Child A was not seen."}, If_Match="*"
    )

    assert reply.status == 201
    assert reply.body["may_identify"] == ["name", "postcode"]
    assert again.body["may_identify"] == reply.body["may_identify"]
    assert plain.body["may_identify"] == []
    assert b"M32" not in brent.log.getvalue()


async def test_each_answer_of_a_batch_says_what_may_tell_who_a_child_is(
    brent: Api,
) -> None:
    item = {
        "kind": "answer",
        "key": "one",
        "case": "C-1",
        "question": "2.1.1",
        "answer": "Yes",
        "evidence": "Ring 0161 496 0000.",
    }

    reply = await brent.post("/v1/inspections/brent/answer-batches", {"items": [item]})

    (result,) = reply.body["results"]
    assert result["reply"]["may_identify"] == ["phone-number"]
