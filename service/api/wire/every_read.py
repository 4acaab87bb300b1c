"""What every read honours: `min_position`, `If-None-Match`, and where the record stood.

The tag of what has no version of its own is made from its bytes: it changes when what
would be sent changes, and only then.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import blake2b

from aiohttp import web

from service.api.wire.context import STORE
from service.api.wire.reading import number, tags
from service.api.wire.route import Handler, Operation
from service.refusal import Refused

PATIENCE = web.AppKey("patience", float)  # seconds
_PAUSE = 0.02  # seconds


def honouring(operation: Operation, handler: Handler) -> Handler:
    """A read that waits for the position asked for and answers 304 where it can."""
    of_record = operation.of_record
    # what is told of one inspection says itself where its book stood
    by_itself = "{inspection}" in operation.path

    async def answer(request: web.Request) -> web.StreamResponse:
        position = None
        if of_record:
            await reached(request, partial(_of_ledger, request))
            if not by_itself:
                position = (await request.app[STORE].head()).position
        response = await handler(request)
        if position is not None:
            response.headers.setdefault("Record-Position", str(position))
        return _unless_held(request, response)

    return answer


async def reached(request: web.Request, at: Callable[[], Awaitable[int]]) -> None:
    """Wait until what is read is as far as the position asked for, for a while."""
    wanted = number(request, "min_position", default=0)
    if not wanted:
        return
    clock = asyncio.get_running_loop().time
    until = clock() + request.app[PATIENCE]
    while (position := await at()) < wanted:
        if clock() >= until:
            raise Refused(
                "projection-behind",
                f"position {wanted} is not on record here; the last is {position}",
            )
        await asyncio.sleep(_PAUSE)


async def _of_ledger(request: web.Request) -> int:
    store = request.app[STORE]
    await store.caught_up()
    return (await store.head()).position


def _unless_held(
    request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """The response, tagged; 304 to those who hold it already."""
    if response.status != web.HTTPOk.status_code or not isinstance(
        response, web.Response
    ):
        return response
    if "ETag" not in response.headers:
        if not isinstance(response.body, bytes):
            return response
        digest = blake2b(response.body, digest_size=12).hexdigest()
        response.headers["ETag"] = f'"{digest}"'
    held = tags(request, "If-None-Match")
    if "*" not in held and response.headers["ETag"] not in held:
        return response
    kept = {
        name: response.headers[name]
        for name in ("ETag", "Record-Position", "Link")
        if name in response.headers
    }
    return web.Response(status=304, headers=kept)
