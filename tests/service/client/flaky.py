"""A server that answers as a test wrote down, or breaks off."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from service.client import Client, Patience, Token

QUICK = Patience(tries=3, first_wait=0.001, seconds=5)

ME = {
    "person": "rosa",
    "kind": "person",
    "name": None,
    "roles": ["inspector"],
    "may": [],
}
GOOD = msgspec.json.encode(ME)


@dataclass(frozen=True)
class Says:
    """One answer; `breaks` closes the connection before it is whole."""

    status: int = 200
    body: bytes = GOOD
    headers: dict[str, str] = field(default_factory=dict)
    breaks: bool = False


def refuses(status: int, slug: str = "some-problem", **headers: str) -> Says:
    """A problem document."""
    problem = {
        "type": f"/problems/{slug}",
        "title": "No",
        "status": status,
        "detail": "it is not so",
        "instance": "request-1",
    }
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Says(status, msgspec.json.encode(problem), said)


@dataclass
class Heard:
    """Every request, in order."""

    url: str
    requests: list[web.Request] = field(default_factory=list)

    def header(self, name: str) -> list[str | None]:
        """What each request said in a header."""
        return [request.headers.get(name) for request in self.requests]


@asynccontextmanager
async def flaky(*script: Says) -> AsyncIterator[Heard]:
    """Answer by the script; its last line holds for all that come after."""
    heard = Heard("")

    async def answer(request: web.Request) -> web.StreamResponse:
        says = script[min(len(heard.requests), len(script) - 1)]
        heard.requests.append(request)
        await request.read()
        if says.breaks:
            broken = web.StreamResponse(headers={"Content-Length": "100"})
            await broken.prepare(request)
            await broken.write(b"{")
            assert request.transport is not None
            request.transport.abort()
            return broken
        return web.Response(body=says.body, status=says.status, headers=says.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        heard.url = str(server.make_url("/"))
        yield heard


@asynccontextmanager
async def talking(
    *script: Says,
    token: Token = "any",  # noqa: S107 - opens nothing
) -> AsyncIterator[tuple[Heard, Client]]:
    """A client of such a server, quick to try again."""
    async with (
        flaky(*script) as heard,
        Client(heard.url, token, patience=QUICK) as client,
    ):
        yield heard, client
