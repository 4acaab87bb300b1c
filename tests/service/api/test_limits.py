"""Nobody takes the service from the others: limits, and the answer beyond them."""

import asyncio
from collections import Counter

import pytest

from service.api.wire.pacing import ALLOWANCES
from service.config import Settings, rates
from service.limits import Allowances, Pace, Rate
from tests.service.api.asking import Api, answer_path

TEN = Rate(60, 60, burst=10)


def test_an_allowance_fills_up_again() -> None:
    allowances = Allowances({Pace.WRITES: TEN})

    assert [allowances.take(Pace.WRITES, "rosa", 0.0) for _ in range(11)] == [
        *[0.0] * 10,
        1.0,
    ]
    assert allowances.take(Pace.WRITES, "lena", 0.0) == 0
    assert allowances.take(Pace.WRITES, "rosa", 0.5) == 0.5
    assert allowances.take(Pace.WRITES, "rosa", 1.0) == 0
    assert allowances.take(Pace.WRITES, "rosa", 1.0) == 1.0
    assert allowances.take(Pace.READS, "rosa", 1.0) == 0  # has no limit here


def test_those_who_have_everything_left_are_forgotten() -> None:
    allowances = Allowances({Pace.STRANGERS: TEN})
    for number in range(10_000):
        allowances.take(Pace.STRANGERS, f"address {number}", 0.0)

    allowances.take(Pace.STRANGERS, "address 1", 60.0)
    allowances.take(Pace.STRANGERS, "address 2", 60.0)

    assert len(allowances._left) == 2  # noqa: SLF001 - what is kept is what is tested


def test_the_settings_limit_everything_that_is_counted() -> None:
    assert set(rates(Settings())) == set(Pace)


async def test_whoever_asks_too_often_is_told_when_to_ask_again(brent: Api) -> None:
    brent.app[ALLOWANCES].limit({Pace.WRITES: Rate(1, 60, burst=2)})
    path = answer_path("C-1", "2.1.1")
    lena = brent.as_("lena")

    first = await brent.put(path, {"answer": "Yes"})
    again = await brent.put(path, {"answer": "No"}, If_Match=first.headers["ETag"])
    third = await brent.put(path, {"answer": "Yes"}, If_Match=again.headers["ETag"])
    other = await lena.put(answer_path("C-1", "2.1.2"), {"answer": "Yes"})
    read = await brent.get(path)

    assert (first.status, again.status, other.status) == (201, 200, 201)
    assert (third.status, third.slug) == (429, "rate-limited")
    assert 0 < int(third.headers["Retry-After"]) <= 60
    assert read.body["answer"] == "No"


@pytest.mark.parametrize("header", [None, "Bearer guess"])
async def test_strangers_are_counted_by_their_address(
    header: str | None, brent: Api
) -> None:
    brent.app[ALLOWANCES].limit({Pace.STRANGERS: Rate(1, 60, burst=2)})
    stranger = brent.as_(None)
    headers = {} if header is None else {"Authorization": header}

    replies = [await stranger.get("/v1/inspections", **headers) for _ in range(3)]
    public = await stranger.get("/v1/problems")
    alive = await stranger.get("/healthz")
    known = await brent.get("/v1/inspections")

    assert [reply.slug for reply in replies] == [
        *("not-authenticated", "not-authenticated", "rate-limited"),
    ]
    assert (public.status, alive.status, known.status) == (429, 200, 200)


@pytest.mark.parametrize("path", ["/wp-login.php", "/v1/inspections/a/b/c", "/v2"])
async def test_addresses_that_lead_nowhere_are_counted_too(
    path: str, brent: Api
) -> None:
    brent.app[ALLOWANCES].limit({Pace.STRANGERS: Rate(1, 60, burst=2)})

    replies = [await brent.get(path) for _ in range(3)]
    method = await brent.ask("PATCH", "/v1/inspections")
    known = await brent.get("/v1/inspections")

    assert [reply.slug for reply in replies] == [
        *("not-found", "not-found", "rate-limited"),
    ]
    assert (method.status, known.status) == (429, 200)


async def test_whoever_has_little_left_is_told_how_much(brent: Api) -> None:
    brent.app[ALLOWANCES].limit({Pace.READS: Rate(1, 60, burst=10)})
    replies = [await brent.get("/v1/inspections/brent") for _ in range(11)]

    said = [reply.headers.get("RateLimit") for reply in replies]

    assert [reply.status for reply in replies] == [200] * 10 + [429]
    assert said == [
        *[None] * 8,
        *(f'"reads";r={left};t={t}' for left, t in ((1, 540), (0, 600), (0, 600))),
    ]
    policies = {reply.headers.get("RateLimit-Policy") for reply in replies}
    assert policies == {None, '"reads";q=10;w=600'}


async def test_hundreds_of_requests_at_once_get_clear_answers(brent: Api) -> None:
    brent.app[ALLOWANCES].limit(rates(Settings(reads_per_minute=1)))

    async def ask(number: int) -> int:
        reply = await brent.get(f"/v1/inspections/brent?as_of={number}")
        return reply.status

    found: Counter[int] = Counter()
    for _ in range(8):
        found.update(await asyncio.gather(*map(ask, range(100))))

    assert set(found) <= {200, 404, 429}
    assert found[429] > 0
    assert found[200] + found[404] >= 600  # those that may come at once
