"""News that are taken up again where the connection broke."""

from contextlib import aclosing

import pytest

from service.client import Forbidden, Later, News, Unreachable
from tests.service.client.conftest import Team
from tests.service.client.flaky import QUICK, Says, refuses, talking

STREAM = {"Content-Type": "text/event-stream", "Record-Position": "2"}
BROKEN_OFF = (
    b"retry: 5000\n\n"
    b'event: answer-given\ndata: {"case":"C-1"}\n\n'
    b'event: rating-changed\ndata: {"part":"2.1"}\nid: 3\n\n'
    b'event: answer-given\ndata: {"case":"C-2"}\n\n'
)
REST = (
    b": still here\n\n"
    b'event: answer-given\ndata: {"case":"C-2"}\n\n'
    b'event: rating-changed\ndata: {"part":"2.2"}\nid: 4\n\n'
)


async def test_nothing_is_missed_and_nothing_heard_twice() -> None:
    script = (Says(200, BROKEN_OFF, STREAM), refuses(503), Says(200, REST, STREAM))
    async with talking(*script) as (heard, client):
        watched = client.inspection("brent").watch()
        told = [await anext(watched) for _ in range(4)]
        await watched.aclose()

    assert told == [
        News(3, "answer-given", {"case": "C-1"}),
        News(3, "rating-changed", {"part": "2.1"}),
        News(4, "answer-given", {"case": "C-2"}),
        News(4, "rating-changed", {"part": "2.2"}),
    ]
    assert heard.header("Last-Event-ID") == [None, "3", "3"]


async def test_what_happens_between_two_connections_is_asked_for() -> None:
    nothing_yet = Says(200, b"retry: 5000\n\n", STREAM)
    async with talking(nothing_yet, Says(200, REST, STREAM)) as (heard, client):
        watched = client.inspection("brent").watch()
        await anext(watched)
        await watched.aclose()

    assert heard.header("Last-Event-ID") == [None, "2"]


@pytest.mark.parametrize(
    ("says", "kind", "asked"),
    [
        (refuses(403), Forbidden, 1),
        (refuses(503), Later, QUICK.tries),
        (Says(breaks=True), Unreachable, QUICK.tries),
        (Says(200, b"retry: 5000\n\n", STREAM), Unreachable, QUICK.tries),
    ],
)
async def test_watching_ends_with_what_does_not_pass(
    says: Says, kind: type[Exception], asked: int
) -> None:
    async with talking(says) as (heard, client):
        with pytest.raises(kind):
            await anext(client.inspection("brent").watch(after=7))

    assert len(heard.requests) == asked


async def test_news_come_as_they_are_recorded(team: Team) -> None:
    lena = (await team.client("lena")).inspection("brent")
    rosa = (await team.client("rosa")).inspection("brent")
    position = (await lena.show()).as_of

    async with aclosing(lena.watch(after=position)) as watched:
        given = await rosa.case("C-1").answer("2.1.1", "No")
        first = await anext(watched)

    assert (first.position, first.name) == (given.position, "answer-given")
    assert first.says["case"] == "C-1"
