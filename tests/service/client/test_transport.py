"""Requests that arrive: what is tried again, with which key, and what never is."""

import asyncio
import time
from itertools import count

import pytest

from service.client import (
    Client,
    Conflicting,
    Erased,
    Forbidden,
    Later,
    NotAuthenticated,
    NotFound,
    Refusal,
    Stale,
    Unfit,
    Unreachable,
)
from tests.service.client.flaky import GOOD, QUICK, Says, refuses, talking

ACCEPTED = (
    b'{"inspection":"brent","position":9,"version":7,"created":true,'
    b'"recorded_at":null,"counted":null,"not_counted_because":null,'
    b'"outside_sample":null,"effects":[]}'
)

PEOPLE = b'{"inspection":"brent","as_of":1,"people":[]}'


@pytest.mark.parametrize(
    "fault", [refuses(503), refuses(500), refuses(429), refuses(408), Says(breaks=True)]
)
async def test_what_may_pass_is_tried_again_under_the_same_key(fault: Says) -> None:
    done = Says(201, ACCEPTED, {"Record-Position": "9"})
    async with talking(fault, fault, done) as (heard, client):
        case = client.inspection("brent").case("C-1")
        accepted = await case.answer("2.1.1", "Yes")

    assert accepted.version == 7
    (key,) = set(heard.header("Idempotency-Key"))
    assert key is not None
    assert len(heard.requests) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Unfit),
        (401, NotAuthenticated),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflicting),
        (410, Erased),
        (412, Stale),
        (413, Unfit),
        (422, Unfit),
        (428, Stale),
    ],
)
async def test_a_refusal_is_final_and_raised_by_its_kind(
    status: int, kind: type[Refusal]
) -> None:
    async with talking(refuses(status, "its-slug")) as (heard, client):
        with pytest.raises(kind, match="its-slug: it is not so") as refused:
            await client.me()

    assert refused.value.problem.slug == "its-slug"
    assert len(heard.requests) == 1


async def test_patience_ends() -> None:
    async with talking(refuses(503)) as (heard, client):
        with pytest.raises(Later):
            await client.me()
        assert len(heard.requests) == QUICK.tries

    async with Client(heard.url, "token", patience=QUICK) as client:
        with pytest.raises(Unreachable, match="no whole answer"):
            await client.me()


async def test_it_waits_as_long_as_it_is_told_to() -> None:
    async with talking(refuses(429, Retry_After="1"), Says()) as (_, client):
        begun = time.monotonic()
        await client.me()

    assert time.monotonic() - begun >= 1


async def test_it_does_not_wait_for_hours() -> None:
    async with talking(refuses(429, Retry_After="3600")) as (heard, client):
        with pytest.raises(Later) as later:
            await client.me()

    assert later.value.after == 3600
    assert len(heard.requests) == 1


async def test_a_token_that_is_refused_is_fetched_anew_once() -> None:
    tokens = count(1)

    async def fetch() -> str:
        return f"token-{next(tokens)}"

    async with talking(Says(), refuses(401), Says(), refuses(401), token=fetch) as (
        heard,
        client,
    ):
        await client.me()
        await client.me()
        with pytest.raises(NotAuthenticated):
            await client.me()

    assert heard.header("Authorization") == [
        f"Bearer token-{number}" for number in (1, 1, 2, 2, 3)
    ]


async def test_a_page_is_not_sent_again_while_it_is_the_same() -> None:
    tagged = Says(200, GOOD, {"ETag": '"a1b2"'})
    async with talking(tagged, Says(304, b"", {"ETag": '"a1b2"'}), Says()) as (
        heard,
        client,
    ):
        first = await client.me()
        assert await client.me() == first
        assert await client.me() == first

    assert heard.header("If-None-Match") == [None, '"a1b2"', '"a1b2"']


async def test_the_version_of_an_answer_does_not_stand_for_all_that_is_shown() -> None:
    async with talking(Says(200, GOOD, {"ETag": '"7"'})) as (heard, client):
        await client.me()
        await client.me()

    assert heard.header("If-None-Match") == [None, None]


async def test_a_read_takes_account_of_what_was_written_before() -> None:
    done = Says(201, ACCEPTED, {"Record-Position": "9"})
    async with talking(Says(), done, Says()) as (heard, client):
        await client.me()
        await client.inspection("brent").case("C-1").answer("2.1.1", "Yes")
        await client.me()
        assert client.position == 9

    asked = [request.query.get("min_position") for request in heard.requests]
    assert asked == [None, None, "9"]


async def test_a_proxys_page_is_no_answer_of_the_service() -> None:
    async with talking(Says(502, b"<html>Bad Gateway</html>")) as (heard, client):
        with pytest.raises(Later, match="in its place"):
            await client.me()

    assert len(heard.requests) == QUICK.tries


async def test_only_so_many_pages_are_held() -> None:
    async with talking(Says(200, PEOPLE, {"ETag": '"a1b2"'})) as (heard, client):
        for number in range(513):
            await client.inspection(f"i-{number}").list_assignments()
        await client.inspection("i-512").list_assignments()
        await client.inspection("i-0").list_assignments()

    assert heard.header("If-None-Match")[-2:] == ['"a1b2"', None]


async def test_requests_side_by_side_fetch_one_new_token() -> None:
    tokens = count(1)

    async def fetch() -> str:
        await asyncio.sleep(0.01)
        return f"token-{next(tokens)}"

    script = (Says(), *[refuses(401)] * 8, Says())
    async with talking(*script, token=fetch) as (heard, client):
        await client.me()
        await asyncio.gather(*(client.me() for _ in range(8)))

    assert set(heard.header("Authorization")) == {"Bearer token-1", "Bearer token-2"}


async def test_a_list_goes_on_where_a_page_says() -> None:
    def page(kind: str, after: str) -> Says:
        task = (
            f'{{"inspection":"brent","kind":"{kind}","case":null,"question":null,'
            f'"standard":null,"thing":null,"since":null,"by":null}}'
        )
        return Says(200, f'{{"tasks":[{task}],"next":{after}}}'.encode())

    further = '"/v1/inbox?after=brent&min_position=7"'
    async with talking(page("check", further), page("vote", "null")) as (heard, client):
        kinds = [task.kind async for task in client.inbox()]

    assert kinds == ["check", "vote"]
    assert [dict(each.query) for each in heard.requests] == [{}, {"after": "brent"}]


async def test_what_was_given_up_is_read_page_by_page() -> None:
    lost = (
        b'{"webhook":"w-1","given_up":[{"position":7,"event":"rating-changed",'
        b'"inspection":"brent","attempts":12,"trouble":null}],"next":null}'
    )
    async with talking(Says(200, lost)) as (_, client):
        (only,) = [each async for each in client.webhooks.given_up("w-1")]

    assert (only.position, only.attempts) == (7, 12)
