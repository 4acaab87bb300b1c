"""Requests that arrive: tokens renewed, retries that are safe, pages held by their tag.

A refusal is final and raised at once. What may pass (no connection, 429, 5xx) is tried
again after a random wait that doubles, or after what `Retry-After` says. Every write
has an idempotency key, so that a repeat of one that did arrive changes nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from random import SystemRandom
from secrets import token_hex
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Struct

from service.client.problem import Later, Problem, Refusal, Unreachable, refusal

T = TypeVar("T")
Token = str | Callable[[], Awaitable[str]]
"""A bearer token, or what fetches one; that is asked again when one is refused."""

_JSON = {"Content-Type": "application/json"}
_HELD = 512  # pages


class Patience(Struct, frozen=True, kw_only=True):
    """How long to try: seconds of one try, tries, and the waits in between."""

    tries: int = 6
    seconds: float = 30
    first_wait: float = 0.2  # at most; doubles each time
    longest_wait: float = 15  # a longer `Retry-After` is not waited for


class Ask(Struct, frozen=True, kw_only=True):
    """One request; `key` on every write."""

    method: str
    path: str
    query: Mapping[str, str] = {}
    body: object = None
    headers: Mapping[str, str] = {}
    key: str | None = None


class Got(Struct, frozen=True):
    """What came back, read to the end."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def new_key() -> str:
    """A name for a request that nobody else uses."""
    return token_hex(16)


class Transport:
    """Sends what it is given until it has an answer; `position` is that of own writes.

    The pages it holds, to ask for them only if they changed, stay in memory.
    """

    def __init__(
        self, session: ClientSession, url: str, token: Token, patience: Patience
    ) -> None:
        self.position = 0
        self._session = session
        self._url = url.rstrip("/")
        self._fetch = token
        self._known: str | None = None
        self._fetching = asyncio.Lock()
        self._patience = patience
        self._timeout = ClientTimeout(total=patience.seconds)
        self._chance = SystemRandom()
        self._held: OrderedDict[str, Got] = OrderedDict()

    async def read(self, ask: Ask, decoder: "msgspec.json.Decoder[T]") -> T:
        """What a read gives, with everything this client wrote before taken account of.

        A page with a tag of all its bytes is held and not sent again while it is the
        same. One whose tag is a version is not: it says where the record stood when.
        """
        name = f"{ask.path}?{urlencode(ask.query)}"
        held = self._held.get(name)
        headers = dict(ask.headers)
        query = dict(ask.query)
        if held is not None:
            headers["If-None-Match"] = held.headers["ETag"]
        if self.position and "as_of" not in query:
            query["min_position"] = str(self.position)
        asked = msgspec.structs.replace(ask, query=query, headers=headers)
        got = await self.send(asked)
        if held is not None and got.status == HTTPStatus.NOT_MODIFIED:
            got = held
        if not got.headers.get("ETag", '"1"')[1:-1].isdecimal():
            self._held[name] = got
            self._held.move_to_end(name)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return decoder.decode(got.content)

    async def write(self, ask: Ask, decoder: "msgspec.json.Decoder[T]") -> T:
        """Have something recorded, once however often it is sent."""
        if ask.key is None:
            ask = msgspec.structs.replace(ask, key=new_key())
        got = await self.send(ask)
        position = got.headers.get("Record-Position", "")
        if position.isdecimal():
            self.position = max(self.position, int(position))
        return decoder.decode(got.content)

    async def send(self, ask: Ask) -> Got:
        """A good answer; raises Refusal or Unreachable."""
        tries = 0
        while True:
            tries += 1
            try:
                got = await self._signed(ask)
            except (ClientError, TimeoutError, OSError) as error:
                failure: Refusal | Unreachable = Unreachable(
                    f"no whole answer from `{self._url}` in {tries} tries "
                    f"({type(error).__name__})"
                )
            else:
                if got.status < HTTPStatus.BAD_REQUEST:
                    return got
                failure = refusal(_problem(got), _seconds(got))
            wait = self._wait(tries, failure)
            if wait is None:
                raise failure
            await asyncio.sleep(wait)

    def _wait(self, tries: int, failure: Refusal | Unreachable) -> float | None:
        """Seconds before it is tried again; None where that makes no sense.

        Drawn at random, so that clients cut off together do not come back together.
        """
        patience = self._patience
        if tries >= patience.tries:
            return None
        match failure:
            case Later(after=after) if after is not None:
                return after if after <= patience.longest_wait else None
            case Later() | Unreachable():
                most = min(
                    patience.first_wait * 2 ** (tries - 1), patience.longest_wait
                )
                return self._chance.uniform(0, most)
            case _:
                return None

    async def _signed(self, ask: Ask) -> Got:
        """The answer to a token that is good, if one can be had."""
        token = await self._token()
        got = await self._try(ask, token)
        if got.status == HTTPStatus.UNAUTHORIZED and not isinstance(self._fetch, str):
            if self._known == token:  # else somebody renewed it meanwhile
                self._known = None
            got = await self._try(ask, await self._token())
        return got

    async def _token(self) -> str:
        if isinstance(self._fetch, str):
            return self._fetch
        async with self._fetching:  # those that wait take what the first one fetched
            if self._known is None:
                self._known = await self._fetch()
            return self._known

    async def _try(self, ask: Ask, token: str) -> Got:
        headers = {"Authorization": f"Bearer {token}", **ask.headers}
        data = None
        if ask.key is not None:
            headers["Idempotency-Key"] = ask.key
        if ask.body is not None:
            headers |= _JSON
            data = msgspec.json.encode(ask.body)
        query = f"?{urlencode(ask.query)}" if ask.query else ""
        async with self._session.request(
            ask.method,
            f"{self._url}{ask.path}{query}",
            data=data,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        ) as response:
            return Got(response.status, response.headers, await response.read())


_PROBLEM = msgspec.json.Decoder(Problem)


def _problem(got: Got) -> Problem:
    """The problem of an answer; of a proxy's page, one that says so."""
    try:
        return _PROBLEM.decode(got.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem(
            type="about:blank",
            title=f"Status {got.status}",
            status=got.status,
            detail="something between here and the service answered in its place",
        )


def _seconds(got: Got) -> float | None:
    after = got.headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else None
