"""News of an inspection as server-sent events, and taking them up again."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.api import OPERATIONS, document
from service.api.stream import STREAMS
from tests.service.api.asking import Api, answer_path

STREAM = "/v1/inspections/brent/stream"


@dataclass
class Listening:
    """One stream, read message by message."""

    response: ClientResponse

    async def block(self) -> str:
        """Everything up to the next empty line."""
        lines = []
        while (line := (await self.response.content.readline()).decode()) not in {
            "\n",
            "",
        }:
            lines.append(line)
        return "".join(lines)

    async def message(self) -> tuple[str, dict[str, object], str | None]:
        """The next message: its name, what it says, and its id if it has one."""
        while (block := await self.block()).startswith((":", "retry")):
            pass
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        return fields["event"], json.loads(fields["data"]), fields.get("id")


@asynccontextmanager
async def listening(
    api: Api, query: str = "", **headers: str
) -> AsyncIterator[Listening]:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    said["Authorization"] = f"Bearer token-of-{api.person}"
    async with api.client.get(f"{STREAM}{query}", headers=said) as response:
        assert response.status == 200, await response.text()
        yield Listening(response)


async def given(api: Api, question: str, answer: str = "Yes") -> int:
    reply = await api.put(answer_path("C-1", question), {"answer": answer})
    assert reply.status == 201, reply.text
    return int(reply.body["position"])


async def test_whoever_watches_hears_of_answers_and_the_ratings_they_move(
    brent: Api,
) -> None:
    async with listening(brent) as stream:
        assert stream.response.content_type == "text/event-stream"
        assert stream.response.headers["Cache-Control"] == "no-store"
        assert await stream.block() == "retry: 5000\n"
        position = await given(brent, "2.1.1")

        answered, moved = await stream.message(), await stream.message()

    name, says, id_ = answered
    assert (name, id_) == ("answer-given", None)
    assert (says["case"], says["question"], says["withdrawn"]) == (
        "C-1",
        "2.1.1",
        False,
    )
    assert says["position"] == position
    assert "Yes" not in str(says)
    assert moved[0] == "rating-changed"
    assert (moved[1]["part"], moved[1]["after"]) == ("2.1.1", "Outstanding")


@pytest.mark.parametrize("by", ["header", "query"])
async def test_a_stream_is_taken_up_after_the_last_position_heard(
    brent: Api, by: str
) -> None:
    async with listening(brent) as stream:
        first = await given(brent, "2.1.1")
        id_ = None
        while id_ is None:
            _, _, id_ = await stream.message()
    assert id_ == str(first)
    second = await given(brent, "2.1.2")

    again = (
        listening(brent, "?after=0", Last_Event_ID=id_)
        if by == "header"
        else listening(brent, f"?after={first}")
    )
    async with again as stream:
        name, says, _ = await stream.message()

    assert (name, says["position"]) == ("answer-given", second)


async def test_everything_of_a_position_comes_before_its_id(brent: Api) -> None:
    position = await given(brent, "2.1.1")

    async with listening(brent, f"?after={position - 1}") as stream:
        heard = [await stream.message()]
        while heard[-1][2] is None:
            heard.append(await stream.message())

    history = await brent.get(f"/v1/inspections/brent/changes?after={position - 1}")
    ratings = [each for each in history.body["changes"] if each["kind"] == "rating"]
    assert [each["position"] for _, each, _ in heard] == [position] * len(heard)
    assert [each["part"] for name, each, _ in heard if name == "rating-changed"] == [
        each["part"] for each in ratings
    ]


async def test_who_may_not_read_cases_hears_of_ratings_alone(brent: Api) -> None:
    position = await given(brent, "2.1.1")

    async with listening(brent.as_("ruth"), f"?after={position - 1}") as stream:
        name, says, _ = await stream.message()

    assert name == "rating-changed"
    assert "C-1" not in str(says)


async def test_silence_is_broken_by_a_comment(brent: Api) -> None:
    brent.app[STREAMS].heartbeat = 0.01

    async with listening(brent) as stream:
        await stream.block()

        assert (await stream.block()).startswith(":")


async def test_nobody_holds_more_than_four_streams(brent: Api) -> None:
    streams = [listening(brent) for _ in range(4)]
    held = [await each.__aenter__() for each in streams]

    fifth = await brent.get(STREAM)
    async with listening(brent.as_("lena")):  # who has four of their own
        pass
    held[0].response.close()

    assert (fifth.status, fifth.slug) == (429, "rate-limited")
    assert fifth.headers["Retry-After"]
    await until_there_is_a_place(brent)
    for each in held:
        each.response.close()


async def until_there_is_a_place(api: Api) -> None:
    """A place is free again once its connection is gone, which takes a moment."""
    said = {"Authorization": f"Bearer token-of-{api.person}"}
    status = 429
    while status == 429:
        async with api.client.get(STREAM, headers=said) as response:
            status = response.status
    assert status == 200


async def test_a_look_at_the_head_opens_no_stream(brent: Api) -> None:
    for _ in range(5):
        assert (await brent.ask("HEAD", STREAM)).status == 200


async def test_a_stream_ends_with_the_part_of_whoever_watches(brent: Api) -> None:
    lena = brent.as_("lena")
    async with listening(brent) as stream:
        await stream.block()
        released = await lena.post(
            "/v1/inspections/brent/assignments/rosa/releases", {"role": "inspector"}
        )
        assert released.status in {200, 201}, released.text

        assert await stream.response.content.read() == b""

    assert (await brent.get(STREAM)).slug == "not-assigned"


async def test_a_stream_ends_after_a_while_and_when_the_service_stops(
    brent: Api,
) -> None:
    streams = brent.app[STREAMS]
    async with listening(brent) as stream:
        await stream.block()
        streams.watching.end()
        assert await stream.response.content.read() == b""
    streams.watching.over = False
    streams.longest = 0.0

    async with listening(brent) as stream:
        assert await stream.response.content.read() == b"retry: 5000\n\n"


def described(name: str) -> Draft202012Validator:
    """What the description says that a stream takes by this name."""
    item = document(OPERATIONS, version="1")["paths"][
        "/v1/inspections/{inspection}/stream"
    ]
    return Draft202012Validator(
        next(
            parameter["schema"]
            for parameter in item["get"]["parameters"]
            if parameter["name"] == name
        )
    )


async def test_an_empty_id_is_none_as_it_is_described(brent: Api) -> None:
    async with listening(brent, Last_Event_ID="") as stream:
        await stream.block()
        await given(brent, "2.1.1")

        name, _, _ = await stream.message()

    assert name == "answer-given"  # nothing of what was before
    assert described("Last-Event-ID").is_valid("")


async def test_a_position_that_nothing_will_have_is_gone_on_from(brent: Api) -> None:
    beyond = 10**30

    for path in (STREAM, "/v1/access-events"):
        reply = await brent.as_("greta").ask("HEAD", f"{path}?after={beyond}")
        assert reply.status == 200, path
    assert described("after").is_valid(beyond)


@pytest.mark.parametrize("said", ["seven", "-1", "1" * 30, "٣"])
async def test_an_id_of_another_make_is_refused(brent: Api, said: str) -> None:
    reply = await brent.get(STREAM, Last_Event_ID=said.encode().decode("latin-1"))

    assert (reply.status, reply.slug) == (422, "validation")
    assert reply.body["errors"][0]["header"] == "Last-Event-ID"
    assert not described("Last-Event-ID").is_valid(said)
