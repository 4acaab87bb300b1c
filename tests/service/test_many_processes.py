"""Several services on one ledger: what one records, all of them know at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.postgres import Postgres
from tests.service.running import Running, created, running

ANSWER = "/v1/inspections/shared/cases/C-0/answers/2.1.1"
INSPECTION = {
    "inspection": "shared",
    "service": "A service",
    "programme": "single",
    "framework": "youth-2018",
    "fieldwork_starts_on": "2019-08-05",
}
CASE = {
    "case": "C-0",
    "sample": "court disposals",
    "facts": {"safety is a factor": "yes"},
}

Services = tuple[ClientSession, ClientSession]


@pytest.fixture(params=["sqlite", "postgres"])
async def pair(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres
) -> AsyncIterator[tuple[Running, Running]]:
    """Two services that are started at once on an empty ledger."""
    on_server = request.param == "postgres"
    database = await postgres.new_database() if on_server else None
    async with AsyncExitStack() as stack:
        # the vault is the same file; their keys are made by whoever comes first
        starting = [running(tmp_path, database=database) for _ in range(2)]
        first, second = await asyncio.gather(*map(stack.enter_async_context, starting))
        yield first, second


@pytest.fixture
async def services(pair: tuple[Running, Running]) -> AsyncIterator[Services]:
    """Somebody who asks both."""
    async with pair[0].client() as one, pair[1].client() as other:
        yield one, other


async def test_what_one_process_records_the_other_decides_and_reads_with(
    services: Services,
) -> None:
    one, other = services
    await created(one, "/v1/inspections", INSPECTION)
    await created(other, "/v1/inspections/shared/cases", CASE)

    assert await put(one, "Yes") == (201, '"4"')
    assert await seen(other) == ("Yes", '"4"')
    assert await put(other, "No", '"4"') == (200, '"5"')
    assert await seen(one) == ("No", '"5"')
    assert await ratings(one) == await ratings(other)


async def test_two_processes_changing_one_answer_conflict(services: Services) -> None:
    one, other = services
    await created(one, "/v1/inspections", INSPECTION)
    await created(other, "/v1/inspections/shared/cases", CASE)
    await put(one, "Yes")

    status, _ = await put(other, "No")  # as if nothing were on record
    assert status in {412, 428}
    assert (await put(other, "No", '"4"'))[0] == 200
    assert (await put(one, "Yes", '"4"'))[0] == 412

    both = await asyncio.gather(*[put(side, "Yes", '"5"') for side in services])
    assert sorted(status for status, _ in both) == [200, 412]


async def test_a_repeated_command_is_known_to_the_other_process(
    services: Services,
) -> None:
    one, other = services
    await created(one, "/v1/inspections", INSPECTION)
    await created(other, "/v1/inspections/shared/cases", CASE)
    headers = {"Idempotency-Key": "k-1"}

    async with one.put(ANSWER, json={"answer": "Yes"}, headers=headers) as reply:
        first = await reply.json()
    async with other.put(ANSWER, json={"answer": "Yes"}, headers=headers) as reply:
        assert reply.headers["Idempotent-Replayed"] == "true"
        assert await reply.json() == first


async def test_of_two_at_once_one_wins_and_both_read_what_it_said(
    services: Services,
) -> None:
    one, other = services
    await created(one, "/v1/inspections", INSPECTION)
    await created(other, "/v1/inspections/shared/cases", CASE)
    now = "Not applicable"
    _, etag = await put(one, now)

    for _ in range(12):
        said = sorted({"Yes", "No", "Not applicable"} - {now})
        raced = [put(*race, etag) for race in zip(services, said, strict=True)]
        replies = await asyncio.gather(*raced)

        (winner,) = (n for n, (status, _) in enumerate(replies) if status == 200)
        assert replies[1 - winner][0] == 412
        now, etag = said[winner], replies[winner][1]
        assert await seen(one) == await seen(other) == (now, etag)


async def test_many_writes_at_once_are_each_read_through_the_other_process(
    services: Services,
) -> None:
    await created(services[0], "/v1/inspections", INSPECTION)
    await created(services[1], "/v1/inspections/shared/cases", CASE)

    async def write(number: int) -> None:
        """One question, answered through the one and through the other in turn."""
        path = f"{ANSWER[:-5]}2.{1 + number // 3}.{1 + number % 3}"
        etag = None
        for turn in range(6):
            mine, other = services[turn % 2], services[1 - turn % 2]
            answer = ("Yes", "No")[turn % 2]
            status, etag = await put(mine, answer, etag, path)
            assert status in {200, 201}
            assert await seen(other, path) == (answer, etag)

    await asyncio.gather(*map(write, range(8)))

    assert await ratings(services[0]) == await ratings(services[1])


async def put(
    client: ClientSession, answer: str, seen: str | None = None, path: str = ANSWER
) -> tuple[int, str | None]:
    headers = {} if seen is None else {"If-Match": seen}
    async with client.put(path, json={"answer": answer}, headers=headers) as reply:
        return reply.status, reply.headers.get("ETag")


async def seen(client: ClientSession, path: str = ANSWER) -> tuple[str, str]:
    async with client.get(path) as reply:
        assert reply.status == 200, await reply.text()
        # its tag also says whether it counts, which the one of a write does not
        version = reply.headers["ETag"].strip('"').partition(".")[0]
        return (await reply.json())["answer"], f'"{version}"'


async def ratings(client: ClientSession) -> object:
    async with client.get("/v1/inspections/shared/ratings") as reply:
        assert reply.status == 200
        return await reply.json()


async def test_another_process_follows_once_the_one_that_did_is_killed(
    pair: tuple[Running, Running],
) -> None:
    async with pair[0].client() as one:
        await created(one, "/v1/inspections", INSPECTION)
        await created(one, "/v1/inspections/shared/cases", CASE)
        assert await put(one, "Yes") == (201, '"4"')
        before = await indexed(one)

    leading = {str(each.process.pid): each for each in pair}.pop(before["owner"])
    (other,) = (each for each in pair if each is not leading)
    await leading.kill()
    async with other.client() as client:
        assert await put(client, "No", '"4"') == (200, '"5"')
        after = await indexed(client)

    assert after["owner"] == str(other.process.pid)
    changes = [each for each in after["changes"] if each["about"]]
    assert {each["answer_after"] for each in changes} >= {"Yes", "No"}
    positions = [(each["position"], each["ordinal"]) for each in after["changes"]]
    assert positions == sorted(set(positions))


async def indexed(client: ClientSession) -> Any:
    """What the index of changes holds, and who keeps it, once it has caught up."""
    while True:
        async with client.get("/v1/events?limit=1") as reply:
            head = (await reply.json())["as_of"]
        async with client.get("/v1/changes?limit=500") as reply:
            found = await reply.json()
        async with client.get("/v1/followers") as reply:
            followers = (await reply.json())["followers"]
        owners = {each["follower"]: each["owner"] for each in followers}
        if found["as_of"] >= head and owners.get("changes") is not None:
            return {**found, "owner": owners["changes"].partition(" ")[0]}
        await asyncio.sleep(0.05)
