"""Requests that cannot be read get every mistake named, and nothing is recorded."""

import json
from datetime import timedelta

import pytest

from events.open_store import open_to_prove
from events.sql.replies import forget_replies
from service.api.wire.context import ENGINE
from tests.service.api.asking import Api, answer_path

PATH = answer_path("C-1", "2.1.1")
YES = {"answer": "Yes"}


MALFORMED = {
    "nothing": b"",
    "half an object": b"{",
    "too deep": b"[" * 60_000,
    "not UTF-8": b'{"answer": "\xff"}',
    "half a character": b'{"answer": "\\ud800"}',
    "wrong and broken off": b'{"answer": 1, ',
    "more than one value": b'{"answer": "Yes"} x',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "not a number": b"NaN",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
async def test_a_body_that_is_no_json_is_malformed(data: bytes, brent: Api) -> None:
    reply = await brent.put_bytes(PATH, data)

    assert (reply.status, reply.slug) == (400, "malformed-body")


A_TIME = "must be a time with its offset, like 2026-03-01T14:03:00Z"
NO_TIME = "must lie in the years 1 to 9999 in UTC"
NOT_KNOWN = "is not known here; known are `answer`, `evidence`, `observed_at`"
UNFIT: dict[str, tuple[object, dict[str, str]]] = {
    "several things": (
        {"answr": "Yes", "evidence": 3, "observed_at": "yesterday"},
        {
            "/answer": "is missing",
            "/evidence": "must be text or null, not a whole number",
            "/observed_at": A_TIME,
            "/answr": NOT_KNOWN,
        },
    ),
    "a list": ([], {"": "must be an object"}),
    "null": (None, {"": "must be an object"}),
    "empty": ({"answer": ""}, {"/answer": "must not be empty"}),
    "long": ({"answer": "x" * 201}, {"/answer": "must have at most 200 characters"}),
    "control characters": (
        {"answer": "\x00"},
        {"/answer": "holds characters that cannot be used"},
    ),
    "much evidence": (
        {**YES, "evidence": "x" * 4001},
        {"/evidence": "must have at most 4000 characters"},
    ),
    "no offset": (
        {**YES, "observed_at": "2026-03-01T12:00:00"},
        {"/observed_at": A_TIME},
    ),
    "before all time": (
        {**YES, "observed_at": "0001-01-01T00:00:00+23:59"},
        {"/observed_at": NO_TIME},
    ),
    "after all time": (
        {**YES, "observed_at": "9999-12-31T23:59:59-23:59"},
        {"/observed_at": NO_TIME},
    ),
    "a name to escape": ({**YES, "a/b~c": 1}, {"/a~1b~0c": NOT_KNOWN}),
}


@pytest.mark.parametrize(("body", "errors"), UNFIT.values(), ids=UNFIT)
async def test_everything_that_does_not_fit_is_named_at_once(
    body: object, errors: dict[str, str], brent: Api
) -> None:
    reply = await brent.put_bytes(PATH, json.dumps(body).encode())

    assert (reply.status, reply.slug) == (422, "validation")
    found = {error["pointer"]: error["detail"] for error in reply.body["errors"]}
    assert found == errors


async def test_what_is_wrong_inside_a_field_is_pointed_at(brent: Api) -> None:
    case = {"sample": "court disposals", "facts": {"disposal": 1, "gender": "female"}}
    decision = {
        "outcome": "perhaps",
        "figures_hash": f"sha256:{'0' * 64}",
        "reason": "so",
        "cases_reviewed": ["C-1", 2],
    }

    of_case = await brent.post("/v1/inspections/brent/cases", case)
    of_decision = await brent.as_("pavel").post(
        "/v1/inspections/brent/discretion/2.1/decisions", decision
    )

    assert [error["pointer"] for error in of_case.body["errors"]] == ["/facts/disposal"]
    assert {
        error["pointer"]: error["detail"] for error in of_decision.body["errors"]
    } == {
        "/outcome": "`perhaps` is not one of the values",
        "/reason": "must have at least 50 characters",
        "/cases_reviewed/1": "must be text, not a whole number",
    }


async def test_a_body_over_the_limit_is_too_large(brent: Api) -> None:
    reply = await brent.put_bytes(PATH, b'"' + b"x" * 65 * 1024 + b'"')

    assert (reply.status, reply.slug) == (413, "payload-too-large")


@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "application/json; charset=latin-1"]
)
async def test_a_body_that_is_not_declared_as_json_is_not_read(
    media: str, brent: Api
) -> None:
    reply = await brent.put_bytes(PATH, b'{"answer": "Yes"}', Content_Type=media)

    assert (reply.status, reply.slug) == (415, "unsupported-media-type")


@pytest.mark.parametrize("media", ["application/json;charset=UTF-8"])
async def test_a_charset_may_be_named(media: str, brent: Api) -> None:
    reply = await brent.put_bytes(PATH, b'{"answer": "Yes"}', Content_Type=media)

    assert reply.status == 201


async def test_a_post_without_a_key_is_refused(brent: Api) -> None:
    body = {"sample": "court disposals"}

    reply = await brent.ask("POST", "/v1/inspections/brent/cases", body)

    assert (reply.status, reply.slug) == (400, "missing-idempotency-key")
    assert reply.body["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", '""', '"a', "a b", "x" * 201])
async def test_a_key_that_cannot_be_used_is_refused(key: str, brent: Api) -> None:
    reply = await brent.put(PATH, YES, Idempotency_Key=key)

    assert (reply.status, reply.slug) == (400, "malformed-idempotency-key")


@pytest.mark.parametrize(
    "as_of",
    [
        *("", "now", "-1", "1.5", "²", "2026-03-01", "2026-03-01T12:00:00"),
        *("9" * 30, "0" * 20 + "9" * 30, "0" * 20 + "9" * 4400),
    ],
)
async def test_a_point_in_time_that_is_none_is_refused(as_of: str, brent: Api) -> None:
    reply = await brent.get(f"/v1/inspections/brent?as_of={as_of}")

    assert (reply.status, reply.slug) == (422, "validation")
    assert reply.body["errors"][0]["parameter"] == "as_of"


async def test_a_time_may_have_a_plus_that_was_not_escaped(brent: Api) -> None:
    reply = await brent.get("/v1/inspections/brent?as_of=2026-03-02T12:00:00+01:00")

    assert reply.status == 200


@pytest.mark.parametrize(
    "limit", ["501", "-1", "x", "9" * 30, "0" * 20 + "999", "0" * 20 + "9" * 4400]
)
async def test_a_limit_that_makes_no_sense_is_refused(limit: str, brent: Api) -> None:
    reply = await brent.get(f"/v1/inspections/brent/changes?limit={limit}")

    assert (reply.status, reply.slug) == (422, "validation")
    assert reply.body["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    ("header", "person"),
    [(None, None), ("Basic eA==", None), ("Bearer", None), ("Bearer guess", None)],
)
async def test_nobody_gets_in_without_a_good_token(
    header: str | None, person: str | None, brent: Api
) -> None:
    headers = {} if header is None else {"Authorization": header}

    reply = await brent.as_(person).get("/v1/inspections", **headers)

    assert (reply.status, reply.slug) == (401, "not-authenticated")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_role_that_may_not_is_told_who_may(brent: Api) -> None:
    reply = await brent.as_("greta").put(PATH, YES)

    assert (reply.status, reply.slug) == (403, "forbidden")
    assert {"inspector", "lead-inspector"} <= {*reply.body["roles"]}


async def test_a_wrong_method_names_the_right_ones(brent: Api) -> None:
    reply = await brent.ask("PATCH", PATH)

    assert (reply.status, reply.slug) == (405, "method-not-allowed")
    assert reply.headers["Allow"] == "DELETE, GET, HEAD, PUT"


async def test_an_unknown_address_is_not_found(brent: Api) -> None:
    reply = await brent.get("/v1/nothing")

    assert (reply.status, reply.slug) == (404, "not-found")


TWICE = {
    "at once": b'{"answer": "Yes", "answer": "No"}',
    "escaped": b'{"answer": "Yes", "\\u0061nswer": "No"}',
    "null": b'{"answer": "Yes", "evidence": null, "evidence": null}',
}


@pytest.mark.parametrize("data", TWICE.values(), ids=TWICE)
async def test_a_name_given_twice_is_refused(data: bytes, brent: Api) -> None:
    reply = await brent.put_bytes(PATH, data)

    assert (reply.status, reply.slug) == (400, "malformed-body")
    assert "is given more than once" in reply.body["detail"]


async def test_a_whole_number_may_be_written_with_a_point(api: Api) -> None:
    announced = {
        "inspection": "brent",
        "service": "A service",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        "framework": "youth-2020",
    }
    lena = api.as_("lena")

    half = await lena.post("/v1/inspections", announced | {"revision": 1.5})
    whole = await lena.post("/v1/inspections", announced | {"revision": 1.0})

    assert (half.status, half.slug) == (422, "validation")
    assert whole.status == 201


async def test_a_version_of_what_was_never_recorded_is_told_so(brent: Api) -> None:
    for reply in (
        await brent.put(PATH, YES, If_Match='"3"'),
        await brent.delete(PATH, If_Match='"3"'),
    ):
        assert (reply.status, reply.slug) == (412, "stale-answer")
        assert reply.body["detail"].startswith("nothing is on record about")
        assert reply.body["current"] is None


async def test_a_repeat_after_the_reply_was_forgotten_is_told_so(brent: Api) -> None:
    first = await brent.put(PATH, YES, Idempotency_Key="k-1")
    engine = open_to_prove(str(brent.app[ENGINE].url))
    await forget_replies(engine, brent.clock() + timedelta(days=1))
    await engine.dispose()

    again = await brent.put(PATH, YES, Idempotency_Key="k-1")
    other = await brent.put(PATH, {"answer": "No"}, Idempotency_Key="k-1")

    assert first.status == 201
    assert (again.status, again.slug) == (409, "reply-forgotten")
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


async def test_every_refusal_of_a_word_names_what_would_be_taken(brent: Api) -> None:
    lena = brent.as_("lena")
    for reply in (
        await brent.put(PATH, {"answer": "Perhaps"}),
        await brent.put(answer_path("C-1", "9.9.9"), YES),
        await lena.put("/v1/inspections/brent/facts/nothing", {"value": "yes"}),
        await lena.post("/v1/inspections/brent/domains/9/set-asides", {"reason": "so"}),
    ):
        assert reply.status == 422
        assert "it is one of" not in reply.body["detail"] or reply.body["accepted"]
        assert not reply.body["detail"].rstrip().endswith("one of")
