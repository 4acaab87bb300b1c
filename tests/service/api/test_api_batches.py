"""Batches over HTTP: each item by itself, in order, and harmless to repeat."""

import io
from typing import Any

import pytest

from service.api.wire.context import STORE
from tests.service.api.asking import Api, Reply, answer_path

PATH = "/v1/inspections/brent/answer-batches"
Item = dict[str, Any]


def answer(key: str, question: str = "2.1.1", word: str = "Yes", **more: Any) -> Item:
    return {
        "kind": "answer",
        "key": key,
        "case": "C-1",
        "question": question,
        "answer": word,
        **more,
    }


def fact(key: str, value: str, **more: Any) -> Item:
    return {
        "kind": "fact",
        "key": key,
        "case": "C-1",
        "fact": "safety is a factor",
        "value": value,
        **more,
    }


async def send(api: Api, *items: Item, **headers: str) -> Reply:
    return await api.ask("POST", PATH, {"items": items}, **headers)


def statuses(reply: Reply) -> list[int]:
    return [result["status"] for result in reply.body["results"]]


def slugs(reply: Reply) -> list[str | None]:
    return [
        result["problem"] and result["problem"]["type"].removeprefix("/problems/")
        for result in reply.body["results"]
    ]


async def test_every_item_gets_the_result_it_would_have_had_alone(brent: Api) -> None:
    reply = await send(
        brent,
        answer("k-1", word="No", observed_at="2026-02-28T10:00:00+01:00"),
        answer("k-2", "2.1.2", evidence="Seen in the plan."),
        fact("k-3", "yes"),
    )

    assert (reply.status, statuses(reply)) == (200, [201, 201, 201])
    assert [result["key"] for result in reply.body["results"]] == ["k-1", "k-2", "k-3"]
    first, second, _ = reply.body["results"]
    moved = {effect["part"] for effect in first["reply"]["effects"]}
    assert "2.1.1" in moved
    shown = await brent.get(answer_path("C-1", "2.1.1"))
    assert shown.headers["ETag"] == f'"{first["version"]}"'
    assert shown.body["observed_at"] == "2026-02-28T09:00:00.000000Z"
    words = await brent.get(answer_path("C-1", "2.1.2"))
    assert words.body["evidence"] == "Seen in the plan."
    assert words.body["position"] == second["position"]
    assert reply.headers["Record-Position"] == str(reply.body["as_of"])


async def test_a_refusal_is_one_items_alone_and_points_at_it(brent: Api) -> None:
    reply = await send(
        brent,
        answer("k-1"),
        answer("k-2", "9.9.9"),
        answer("k-3", "2.1.2", "Perhaps"),
        answer("k-4", "2.1.2", case="C-9"),
        answer("k-5", "2.1.3"),
    )

    assert statuses(reply) == [201, 422, 422, 404, 201]
    assert slugs(reply)[1:3] == ["unknown-question", "unknown-answer"]
    pointers = [
        result["problem"]["errors"][0]["pointer"]
        for result in reply.body["results"][1:3]
    ]
    assert pointers == ["/items/1/question", "/items/2/answer"]


@pytest.mark.parametrize(
    ("item", "key", "pointer"),
    [
        ({"key": "k"}, "k", "/items/1/kind"),
        ("no object", None, "/items/1"),
        (answer("a b"), "a b", "/items/1/key"),
        ({**answer("k"), "key": 7}, None, "/items/1/key"),
        (answer("k", mood="good"), "k", "/items/1/mood"),
        (answer("k", evidence="x" * 4001), "k", "/items/1/evidence"),
        (answer("k", base_version=0), "k", "/items/1/base_version"),
        (answer("k", base_version=3, follows="k-1"), "k", "/items/1/follows"),
        (answer("k", follows="elsewhere"), "k", "/items/1/follows"),
        (answer("k", "2.1.2", follows="k-1"), "k", "/items/1/follows"),
    ],
    ids=str,
)
async def test_an_item_that_does_not_fit_spoils_no_other(
    item: Any, key: str | None, pointer: str, brent: Api
) -> None:
    reply = await send(brent, answer("k-1"), item, answer("k-3", "2.1.3"))

    assert statuses(reply) == [201, 422, 201]
    refused = reply.body["results"][1]
    assert refused["key"] == key
    assert refused["problem"]["errors"][0]["pointer"] == pointer


async def test_a_version_is_a_whole_number_however_it_is_written(brent: Api) -> None:
    first = await send(brent, answer("k-1"))
    version = float(first.body["results"][0]["version"])

    reply = await send(brent, answer("k-2", word="No", base_version=version))

    assert statuses(reply) == [200]


async def test_a_batch_sent_again_records_nothing_twice(brent: Api) -> None:
    items = [answer("k-1"), answer("k-2", word="No", follows="k-1"), fact("k-3", "no")]
    first = await send(brent, *items)

    again = await send(brent, *items)

    assert again.body["as_of"] == first.body["as_of"]
    assert [each["replayed"] for each in again.body["results"]] == [True] * 3
    for one, other in zip(first.body["results"], again.body["results"], strict=True):
        assert one | {"replayed": True} == other


async def test_an_item_is_the_request_it_stands_for(brent: Api) -> None:
    body = {"answer": "Yes", "evidence": "Seen.", "observed_at": "2026-02-28T10:00:00Z"}
    alone = await brent.put(answer_path("C-1", "2.1.1"), body, Idempotency_Key="k-1")
    known = "/v1/inspections/brent/cases/C-1/facts/safety%20is%20a%20factor"
    alone_fact = await brent.put(known, {"value": "no"}, Idempotency_Key="k-2")
    gone = await brent.delete(
        known, If_Match=alone_fact.headers["ETag"], Idempotency_Key="k-3"
    )

    reply = await send(
        brent,
        answer("k-1", **body),
        fact("k-2", "no"),
        {**fact("k-3", ""), "kind": "fact-withdrawal"} | {"base_version": 9},
    )
    del_value = {
        name: value for name, value in fact("k-3", "").items() if name != "value"
    }
    withdrawn = await send(brent, {**del_value, "kind": "fact-withdrawal"})

    assert reply.body["results"][0]["reply"] == alone.body
    assert reply.body["results"][1]["reply"] == alone_fact.body
    assert slugs(reply)[2] == "validation"
    assert withdrawn.body["results"][0]["reply"] == gone.body


async def test_a_key_that_belongs_to_another_request_is_refused(brent: Api) -> None:
    await send(brent, answer("k-1"))

    reply = await send(brent, answer("k-1", word="No"), answer("k-2", "2.1.2"))
    anothers = await send(brent.as_("lena"), answer("k-2", "2.1.2"))

    assert slugs(reply) == ["idempotency-key-reused", None]
    assert slugs(anothers) == ["idempotency-key-reused"]


async def test_a_change_names_the_version_it_was_made_from(brent: Api) -> None:
    first = await send(brent, answer("k-1"))
    version = first.body["results"][0]["version"]
    await send(brent, answer("k-2", word="No", base_version=version))

    stale = await send(brent, answer("k-3", base_version=version), answer("k-4"))

    assert slugs(stale) == ["stale-answer", "stale-answer"]
    shown = await brent.get(answer_path("C-1", "2.1.1"))
    for result in stale.body["results"]:
        assert result["problem"]["current"] == shown.headers["ETag"]
        assert result["problem"]["conflicting_event"] == shown.body["position"]


async def test_an_item_may_follow_another_of_its_batch(brent: Api) -> None:
    withdrawal = {
        "kind": "answer-withdrawal",
        "key": "k-2",
        "case": "C-1",
        "question": "2.1.1",
        "follows": "k-1",
    }
    reply = await send(
        brent, answer("k-1"), withdrawal, answer("k-3", word="No", follows="k-2")
    )

    assert statuses(reply) == [201, 200, 201]
    history = await brent.get(f"{answer_path('C-1', '2.1.1')}/history")
    given = [event["answer"] for event in history.body["events"]]
    assert given == ["Yes", None, "No"]


async def test_what_follows_a_refused_item_is_refused_too(brent: Api) -> None:
    await send(brent, answer("k-0"))

    reply = await send(brent, answer("k-1"), answer("k-2", word="No", follows="k-1"))

    assert slugs(reply) == ["stale-answer", "earlier-item-refused"]
    assert statuses(reply)[1] == 424


async def test_a_withdrawal_needs_what_is_on_record(brent: Api) -> None:
    gone = {
        "kind": "fact-withdrawal",
        "key": "k-1",
        "case": "C-1",
        "fact": "safety is a factor",
    }
    nothing = await send(brent, gone)
    recorded = await send(brent, fact("k-2", "yes"))
    version = recorded.body["results"][0]["version"]
    done = await send(brent, gone | {"base_version": version, "key": "k-3"})

    assert slugs(nothing) == ["not-found"]
    assert statuses(done) == [200]


async def test_a_minimal_reply_leaves_out_what_was_moved(brent: Api) -> None:
    reply = await send(
        brent, answer("k-1"), answer("k-2", "9.9.9"), Prefer="return=minimal"
    )

    assert reply.headers["Preference-Applied"] == "return=minimal"
    recorded, refused = reply.body["results"]
    assert "reply" not in recorded
    assert recorded["version"] < recorded["position"]
    assert refused["problem"]["status"] == 422


async def test_items_are_recorded_in_their_order_and_share_commits(brent: Api) -> None:
    ledger: Any = brent.app[STORE]
    before = (await brent.get("/v1/inspections/brent")).body["as_of"]
    commits = (await ledger.storage.tail()).writes
    items = [
        answer(f"k-{case}-{question}", question, case=case)
        for case, domain in (("C-1", "2"), ("C-2", "3"))
        for question in (f"{domain}.1.1", f"{domain}.1.2", f"{domain}.2.1")
    ]

    reply = await send(brent, *items)

    assert set(statuses(reply)) == {201}
    positions = [result["position"] for result in reply.body["results"]]
    assert positions == [*range(before + 1, before + 1 + len(items))]
    assert (await ledger.storage.tail()).writes <= commits + 2


@pytest.mark.parametrize(
    ("items", "slug"),
    [
        ([answer(f"k-{n}") for n in range(201)], "validation"),
        ([], "validation"),
    ],
    ids=["too many", "none"],
)
async def test_a_batch_of_the_wrong_size_is_refused_whole(
    items: list[Item], slug: str, brent: Api
) -> None:
    reply = await send(brent, *items)

    assert reply.slug == slug


async def test_a_batch_of_more_than_a_mebibyte_is_refused_whole(brent: Api) -> None:
    said = {"Authorization": "Bearer token-of-rosa", "Content-Type": "application/json"}
    too_large = io.BytesIO(b" " * (2**20 + 1))

    async with brent.client.post(PATH, data=too_large, headers=said) as response:
        body = await response.json(content_type=None)

    assert (response.status, body["type"]) == (413, "/problems/payload-too-large")


async def test_a_batch_may_be_larger_than_another_body(brent: Api) -> None:
    words = "x" * 4000
    items = [answer(f"k-{n}", f"2.1.{n}", evidence=words) for n in range(1, 4)]
    spare = [answer(f"s-{n}", "9.9.9", evidence=words) for n in range(100)]

    reply = await send(brent, *items, *spare)

    assert statuses(reply)[:3] == [201] * 3
    assert set(statuses(reply)[3:]) == {422}


async def test_a_batch_for_no_inspection_is_not_found(brent: Api) -> None:
    path = "/v1/inspections/nowhere/answer-batches"

    reply = await brent.ask("POST", path, {"items": [answer("k")]})

    assert (reply.status, reply.slug) == (404, "not-found")


async def test_who_may_not_answer_may_send_no_batch(brent: Api) -> None:
    reply = await send(brent.as_("greta"), answer("k-1"))

    assert reply.slug == "forbidden"
