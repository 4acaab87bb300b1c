"""Other systems are told what happens: signed, at least once, in the open network."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from projections import Follower
from service.api.wire.context import CLOCK, ENGINE, LOGGER, STORE
from service.api.wire.words import VAULT
from service.webhooks.delivering import Deliverer, OpenNetwork, delivering
from service.webhooks.webhooks import ToTell, unfit
from tests.service.api.asking import Api, Reply, answer_path

HOOKS = "/v1/webhooks"


@dataclass
class Receiver:
    """Another system, which keeps what it was told."""

    status: int = 200
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.told.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.told]


@dataclass
class Told:
    """Governance, a receiver, and the two workers between them."""

    api: Api
    receiver: Receiver
    url: str
    engine: AsyncEngine
    deliverer: Deliverer
    follower: Follower

    async def make(self, *events: str, url: str | None = None) -> Reply:
        body = {"url": url or self.url, "events": events}
        return await self.api.post(HOOKS, body)

    async def deliver(self) -> None:
        """Take what happened, and deliver what is due."""
        store = self.api.app[STORE]
        after = await self.follower.position()
        page = await store.read_all(after=after)
        if page:
            await self.follower._lease.claim()  # noqa: SLF001 - as when it runs
            await self.follower.take(page)
        async with ClientSession() as session:
            await self.deliverer.deliver(session)

    async def state(self) -> dict[str, Any]:
        (hook,) = (await self.api.get(HOOKS)).body["webhooks"]
        return dict(hook)


@pytest.fixture
async def told(brent: Api) -> AsyncIterator[Told]:
    app, receiver = web.Application(), Receiver()
    app.router.add_post("/hook", receiver.take)
    engine = create_async_engine(brent.app[ENGINE].url)
    clock = brent.app[CLOCK]
    async with TestServer(app) as server:
        yield Told(
            api=brent.as_("greta"),
            receiver=receiver,
            url=str(server.make_url("/hook")),
            engine=engine,
            deliverer=Deliverer(engine, brent.app[VAULT], clock, at_home=True),
            follower=Follower(ToTell(), engine=engine, clock=clock, owner="here"),
        )
    await engine.dispose()


async def answer(told: Told, question: str = "2.1.1") -> int:
    reply = await told.api.as_("rosa").put(
        answer_path("C-1", question), {"answer": "Yes", "evidence": "Child A"}
    )
    return int(reply.body["position"])


async def test_what_happens_is_told_with_a_link_and_a_signature(told: Told) -> None:
    made = await told.make("rating-changed", "answer-given")
    assert made.status == 201, made.text
    position = await answer(told)

    await told.deliver()
    await told.deliver()

    link = {
        "inspection": "brent",
        "position": position,
        "link": "/v1/inspections/brent",
    }
    assert told.receiver.bodies == [
        {"event": "answer-given", **link},
        {"event": "rating-changed", **link},
    ]
    headers, body = told.receiver.told[0]
    at, _, said = headers["Adjudge-Signature"].partition(",v1=")
    signed = at.removeprefix("t=").encode() + b"." + body
    secret = made.body["secret"].encode()
    assert said == hmac.new(secret, signed, sha256).hexdigest()
    id_ = made.body["webhook"]
    assert headers["Adjudge-Delivery"] == f"{id_}-{position}-answer-given"
    assert b"C-1" not in b"".join(body for _, body in told.receiver.told)


async def test_only_what_was_asked_for_and_happens_from_then_on_is_told(
    told: Told,
) -> None:
    await answer(told)
    await told.make("rating-changed")
    position = await answer(told, "2.2.1")

    await told.deliver()

    assert {each["position"] for each in told.receiver.bodies} == {position}
    assert {each["event"] for each in told.receiver.bodies} == {"rating-changed"}


async def test_what_cannot_be_delivered_is_tried_again_and_given_up_visibly(
    told: Told,
) -> None:
    await told.make("answer-given")
    await answer(told)
    told.receiver.status = 302
    await told.deliver()
    first = await told.state()
    await told.deliver()  # it is not due yet

    assert len(told.receiver.told) == 1
    assert (first["waiting"], first["parked"]) == (1, 0)
    assert first["trouble"] == "it answered with status 302"
    for _ in range(11):
        told.api.clock.wait(days=1)
        await told.deliver()
    assert (await told.state())["parked"] == 1
    told.api.clock.wait(days=1)
    await told.deliver()
    assert len(told.receiver.told) == 12


async def give_up(told: Told, *questions: str) -> tuple[str, list[int]]:
    """A webhook whose receiver was away, and the events it was not told of."""
    made = await told.make("answer-given", "rating-changed")
    told.receiver.status = 500
    positions = [await answer(told, question) for question in questions]
    for _ in range(12 * 2 * len(questions)):  # in order, until one fails
        await told.deliver()
        told.api.clock.wait(days=1)
    told.receiver.status = 200
    told.receiver.told.clear()
    return str(made.headers["Location"]), positions


async def test_what_was_given_up_is_listed_and_delivered_after_all(
    told: Told,
) -> None:
    here, (first, second) = await give_up(told, "2.1.1", "2.2.1")

    page = (await told.api.get(f"{here}/given-up?limit=1")).body
    rest = (await told.api.get(page["next"])).body
    whole = (await told.api.get(f"{here}/given-up")).body

    assert [(it["position"], it["event"]) for it in page["given_up"]] == [
        (first, "answer-given"),
        (first, "rating-changed"),
    ]
    assert {it["position"] for it in rest["given_up"]} == {second}
    assert [*page["given_up"], *rest["given_up"]] == whole["given_up"]
    assert whole["next"] is None
    assert whole["given_up"][0]["trouble"] == "it answered with status 500"
    assert whole["given_up"][0]["attempts"] == 12

    one = await told.api.post(f"{here}/retries", {"position": first})
    await told.deliver()
    left = await told.state()
    again = await told.api.post(f"{here}/retries", {"position": first})
    others = await told.api.as_("adam").post(f"{here}/retries", {})
    await told.deliver()

    assert [reply.body["retried"] for reply in (one, again, others)] == [2, 0, 2]
    assert (left["waiting"], left["parked"]) == (0, 2)
    assert [it["position"] for it in told.receiver.bodies[:2]] == [first, first]
    assert len(told.receiver.bodies) == 4
    assert (await told.state())["parked"] == 0
    refused = await told.api.as_("lena").post(f"{here}/retries", {})
    unknown = await told.api.post(f"{HOOKS}/w-0/retries", {})
    assert (refused.status, unknown.status) == (403, 404)


async def test_a_later_attempt_makes_up_for_an_earlier_one(told: Told) -> None:
    await told.make("answer-given")
    await answer(told)
    told.receiver.status = 503
    await told.deliver()
    told.receiver.status = 204
    told.api.clock.wait(days=1)

    await told.deliver()

    state = await told.state()
    assert (state["waiting"], state["parked"], state["trouble"]) == (0, 0, None)


async def test_whoever_cannot_be_reached_holds_nobody_up(told: Told) -> None:
    await told.make("answer-given", url="http://127.0.0.1:9/nobody")
    await told.make("answer-given")
    await answer(told)

    await told.deliver()

    assert len(told.receiver.told) == 1
    troubles = [
        each["trouble"] for each in (await told.api.get(HOOKS)).body["webhooks"]
    ]
    assert [each is None for each in troubles].count(False) == 1


async def test_several_processes_deliver_a_thing_once(told: Told) -> None:
    await told.make("answer-given")
    await answer(told)
    other = Deliverer(
        told.engine, told.api.app[VAULT], told.api.app[CLOCK], at_home=True
    )
    told.receiver.status = 500
    await told.deliver()
    told.receiver.status = 200
    told.api.clock.wait(days=1)

    async with ClientSession() as session:
        await asyncio.gather(told.deliverer.deliver(session), other.deliver(session))

    assert len(told.receiver.told) == 2


async def test_a_webhook_that_is_removed_is_told_no_more(told: Told) -> None:
    made = await told.make("answer-given")
    await answer(told)

    removed = await told.api.delete(made.headers["Location"])
    await told.deliver()

    assert (removed.status, removed.body["events"]) == (200, ["answer-given"])
    assert told.receiver.told == []
    assert (await told.api.delete(made.headers["Location"])).status == 404


async def test_the_same_request_makes_one_webhook(told: Told) -> None:
    body = {"url": told.url, "events": ["answer-given"]}
    first = await told.api.post(HOOKS, body, Idempotency_Key="once")
    again = await told.api.post(HOOKS, body, Idempotency_Key="once")

    assert first.body == again.body
    assert "secret" not in await told.state()


async def test_there_are_only_so_many(told: Told) -> None:
    for _ in range(20):
        assert (await told.make("answer-given")).status == 201

    reply = await told.make("answer-given")

    assert (reply.status, reply.slug) == (409, "too-many-webhooks")


async def test_they_are_for_governance_and_administrators(told: Told) -> None:
    lena = told.api.as_("lena")

    assert (await lena.get(HOOKS)).status == 403
    assert (await told.api.as_("adam").get(HOOKS)).status == 200
    assert (await told.make("answer-read")).body["errors"][0]["pointer"] == (
        "/events/0"
    )


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/hook",
        "https://",
        "https://[::1",
        "https://me@example.org/",
        "https://example.org/#here",
        "http://example.org/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://224.0.0.1/",
    ],
)
async def test_an_address_inside_a_network_is_refused(told: Told, url: str) -> None:

    assert unfit(url, at_home=False) is not None
    if "localhost" not in url and "127.0.0.1" not in url:
        reply = await told.make("answer-given", url=url)
        assert (reply.status, reply.slug) in {
            (422, "validation"),
            (422, "unfit-address"),
        }


def test_an_address_on_the_open_network_is_taken() -> None:
    assert unfit("https://example.org:8443/hook?a=b", at_home=False) is None
    assert unfit("https://93.184.215.14/hook", at_home=False) is None


class Names(AbstractResolver):
    """Every name is of one address."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
        return [
            ResolveResult(
                hostname=host, host=each, port=port, family=family, proto=0, flags=0
            )
            for each in self.addresses
        ]

    async def close(self) -> None:
        self.addresses = ()


async def test_a_name_that_leads_into_a_network_leads_nowhere() -> None:
    inside = OpenNetwork(Names("93.184.215.14", "10.0.0.1"), at_home=True)
    outside = OpenNetwork(Names("93.184.215.14"), at_home=False)
    home = OpenNetwork(Names("127.0.0.1"), at_home=True)

    with pytest.raises(OSError, match="not on the open network"):
        await inside.resolve("example.org", 443)
    assert (await outside.resolve("example.org", 443))[0]["host"] == "93.184.215.14"
    assert (await home.resolve("localhost", 80))[0]["host"] == "127.0.0.1"
    with pytest.raises(OSError, match="not on the open network"):
        await OpenNetwork(Names("127.0.0.1"), at_home=False).resolve("localhost")
    await outside.close()


async def test_what_has_moved_inside_since_it_was_made_is_not_told(
    told: Told,
) -> None:
    await told.make("answer-given")
    await answer(told)
    strict = Deliverer(
        told.engine, told.api.app[VAULT], told.api.app[CLOCK], at_home=False
    )
    told.deliverer = strict

    await told.deliver()

    assert told.receiver.told == []
    assert "open network" in (await told.state())["trouble"]


async def test_the_service_delivers_by_itself(told: Told) -> None:
    await told.make("answer-given")
    await answer(told)
    told.receiver.status = 500
    await told.deliver()
    told.receiver.status = 200
    told.api.clock.wait(days=1)

    async with delivering(told.deliverer, told.api.app[LOGGER]):
        while len(told.receiver.told) < 2:  # noqa: ASYNC110  it is the receiver that is waited for
            await asyncio.sleep(0.01)
