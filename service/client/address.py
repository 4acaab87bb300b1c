"""An address of the API and the ways it is asked: read, listed, written to."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from service.client.stream import News, watch
from service.client.transport import Ask, Transport
from service.client.views import Accepted

T = TypeVar("T")

AsOf = int | datetime | None
"""A position in the ledger or an aware time; None is now."""

Found = dict[str, Any]
"""A JSON object as `/v1/openapi.json` describes it, where no view reads it."""


class When(Struct, frozen=True, kw_only=True):
    """How a write travels: when it was observed, and its key if the caller keeps it.

    `seen` is the version that the last step about the same thing gave (of a case under
    review, of the report …): the step is refused as stale if another came between.
    """

    observed_at: datetime | None = None  # aware; None is now
    key: str | None = None
    seen: int | None = None


NOW = When()


class Address:
    """`address / "cases" / ref`, like a path: each step is quoted."""

    __slots__ = ("_path", "_transport")

    def __init__(self, transport: Transport, path: str = "/v1") -> None:
        self._transport = transport
        self._path = path

    def __truediv__(self, step: str | int) -> "Address":
        return Address(self._transport, f"{self._path}/{quote(str(step), safe='')}")

    def under(self, path: str) -> "Address":
        """Several steps at once, as somebody wrote them down."""
        return Address(self._transport, f"{self._path}/{quote(path)}")

    async def read(self, view: type[T], as_of: AsOf = None, **query: object) -> T:
        """The record as it is, or as it stood."""
        ask = self._reading(told(as_of=as_of) | query)
        return await self._transport.read(ask, view)

    async def fetch(self, media: str = "*/*", **query: object) -> bytes:
        """A read that is no JSON, byte by byte."""
        ask = replace(self._reading(query), headers={"Accept": media})
        return (await self._transport.get(ask)).content

    async def pages(self, view: type[T], **query: object) -> AsyncIterator[T]:
        """A list that comes in pages, each once the one before is done with."""
        ask = self._reading(query)
        while True:
            page = await self._transport.read(ask, view)
            yield page
            after = (
                page["next"] if isinstance(page, dict) else getattr(page, "next", None)
            )
            if after is None:
                return
            further = dict(parse_qsl(urlsplit(after).query))
            further.pop("min_position", None)  # the transport's to say
            ask = replace(ask, query=further)

    async def rows(self, name: str, **query: object) -> AsyncIterator[Found]:
        """The rows of such a list that no view reads."""
        async for page in self.pages(dict, **query):
            for row in page[name]:
                yield row

    async def put(
        self, body: Mapping[str, object], seen: int | None, when: When = NOW
    ) -> Accepted:
        """Have a thing recorded first, or the version seen changed."""
        seen = when.seen if seen is None else seen
        stands = {"If-None-Match": "*"} if seen is None else _matching(seen)
        ask = self.asking("PUT", body, when, headers=stands)
        return await self.send(ask, Accepted)

    async def delete(self, seen: int, key: str | None = None) -> Accepted:
        """Have the version seen taken back."""
        ask = Ask(method="DELETE", path=self._path, headers=_matching(seen), key=key)
        return await self.send(ask, Accepted)

    async def remove(self, view: type[T]) -> T:
        """Have a thing gone that has no versions."""
        return await self.send(Ask(method="DELETE", path=self._path), view)

    async def post(
        self, body: Mapping[str, object] | None = None, when: When = NOW
    ) -> Accepted:
        """Have something happen to what is there."""
        stands = {} if when.seen is None else _matching(when.seen)
        ask = self.asking("POST", body or {}, when, headers=stands)
        return await self.send(ask, Accepted)

    async def add(self, body: Mapping[str, object], when: When = NOW) -> Accepted:
        """Have something come about; nothing of it can have been seen before."""
        return await self.send(self.asking("POST", body, when), Accepted)

    def asking(
        self,
        method: str,
        body: Mapping[str, object],
        when: When = NOW,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Ask:
        """A write to this address; `headers` say what was seen, where that matters."""
        if headers is None and when.seen is not None:
            raise ValueError("this step changes no version that could have been seen")
        return Ask(
            method=method,
            path=self._path,
            body={**body, **told(observed_at=when.observed_at)},
            headers=headers or {},
            key=when.key,
        )

    def watch(self, after: int | None) -> AsyncGenerator[News, None]:
        """News as they come."""
        return watch(self._transport, self._path, after)

    async def carry_out(self, body: Mapping[str, object], key: str | None) -> bytes:
        """Have something made that is no JSON."""
        ask = replace(self.asking("POST", body), key=key)
        return (await self._transport.carry_out(ask)).content

    async def send(self, ask: Ask, view: type[T]) -> T:
        """Have it carried out, once however often it is sent."""
        return await self._transport.write(ask, view)

    def _reading(self, query: Mapping[str, object]) -> Ask:
        said = {
            name: _text(value) for name, value in query.items() if value is not None
        }
        return Ask(method="GET", path=self._path, query=said)


def told(**fields: object) -> dict[str, object]:
    """The fields that are said."""
    return {name: value for name, value in fields.items() if value is not None}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _matching(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}
