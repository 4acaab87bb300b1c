"""An inspection's news as they come, taken up again wherever the connection broke.

The service says of each position at its end that it is told whole; until then its news
are kept back, so that none is heard twice and none is missed.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import msgspec
from aiohttp import StreamReader
from msgspec import Struct

from service.client.problem import Later, Refusal, Unreachable
from service.client.transport import Ask, Transport


class News(Struct, frozen=True):
    """What happened at one position: what to read again, never what was written."""

    position: int
    name: str  # as `answer-given`, `rating-changed`
    says: dict[str, Any]


async def watch(
    transport: Transport, path: str, after: int | None
) -> AsyncGenerator[News, None]:
    """News after a position, or from now on; raises what will not pass."""
    tries = 0
    failure: Refusal | Unreachable
    while True:
        try:
            async with transport.listen(_asking(path, after)) as response:
                if after is None:  # from here on nothing is missed
                    after = int(response.headers["Record-Position"])
                async for position, told in _read(response.content):
                    tries = 0
                    after = position or after
                    for name, says in told:
                        yield News(position, name, msgspec.json.decode(says))
            failure = Unreachable("the stream ended")
        except (Later, Unreachable) as error:
            failure = error
        tries += 1
        await transport.wait(tries, failure)


def _asking(path: str, after: int | None) -> Ask:
    headers = {"Accept": "text/event-stream"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    return Ask(method="GET", path=path, headers=headers)


async def _read(
    lines: StreamReader,
) -> AsyncIterator[tuple[int, list[tuple[str, str]]]]:
    """Each position with its messages; 0 and none for a sign of life."""
    told: list[tuple[str, str]] = []
    name, says, position = "", "", 0
    async for line in lines:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        match field:
            case "event":
                name = value
            case "data":
                says = value
            case "id":
                position = int(value)
            case "" if value:  # a comment
                yield 0, []
            case "" if name:
                told.append((name, says))
                name = ""
                if position:
                    yield position, told
                    told, position = [], 0
            case _:
                pass
