"""Requests that arrive: tokens renewed, retries that are safe, pages held by their tag.

A refusal is final and raised at once. What may pass (no connection, 429, 5xx) is tried
again after a random wait that doubles, or after what `Retry-After` says. Every write
has an idempotency key, so that a repeat of one that did arrive changes nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from random import SystemRandom
from secrets import token_hex
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from msgspec import Struct

from service.client.problem import Later, Problem, Refusal, Unreachable, refusal

T = TypeVar("T")
Token = str | Callable[[], Awaitable[str]]
"""A bearer token, or what fetches one; that is asked again when one is refused."""

_HELD = 512  # pages
_BROKEN = (ClientError, TimeoutError, OSError)
_ENDLESS = ClientTimeout(total=None, sock_connect=30, sock_read=60)  # beats come sooner


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
    media: str = "application/json"  # of the body; bytes of another kind go as they are


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
        self,
        session: ClientSession,
        url: str,
        token: Token,
        patience: Patience,
        reason: str | None = None,
    ) -> None:
        self.position = 0
        self._always = {} if reason is None else {"Access-Reason": reason}
        self._session = session
        self._url = url.rstrip("/")
        self._fetch = token
        self._known: str | None = None
        self._fetching = asyncio.Lock()
        self._patience = patience
        self._timeout = ClientTimeout(total=patience.seconds)
        self._chance = SystemRandom()
        self._held: OrderedDict[str, Got] = OrderedDict()

    async def read(self, ask: Ask, view: type[T]) -> T:
        """What a read gives, with everything this client wrote before taken account of.

        A page with a tag of all its bytes is held and not sent again while it is the
        same. One whose tag is a version is not: it says where the record stood when.
        """
        name = f"{ask.path}?{urlencode(ask.query)}"
        held = self._held.get(name)
        if held is not None:
            headers = {**ask.headers, "If-None-Match": held.headers["ETag"]}
            got = await self.get(msgspec.structs.replace(ask, headers=headers))
        else:
            got = await self.get(ask)
        if held is not None and got.status == HTTPStatus.NOT_MODIFIED:
            got = held
        if not got.headers.get("ETag", '"1"')[1:-1].isdecimal():
            self._held[name] = got
            self._held.move_to_end(name)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return msgspec.json.decode(got.content, type=view)

    async def get(self, ask: Ask) -> Got:
        """A page as it comes, with everything this client wrote before in it."""
        if self.position and "as_of" not in ask.query:
            query = {**ask.query, "min_position": str(self.position)}
            ask = msgspec.structs.replace(ask, query=query)
        return await self.send(ask)

    async def write(self, ask: Ask, view: type[T]) -> T:
        """Have something recorded, once however often it is sent."""
        got = await self.carry_out(ask)
        return msgspec.json.decode(got.content, type=view)

    async def carry_out(self, ask: Ask) -> Got:
        """As `write`, for an answer that is no JSON."""
        if ask.key is None:
            ask = msgspec.structs.replace(ask, key=new_key())
        got = await self.send(ask)
        position = got.headers.get("Record-Position", "")
        if position.isdecimal():
            self.position = max(self.position, int(position))
        return got

    async def send(self, ask: Ask) -> Got:
        """A good answer; raises Refusal or Unreachable."""
        tries = 0
        while True:
            tries += 1
            try:
                async with await self._signed(ask, self._timeout) as response:
                    got = await _whole(response)
            except _BROKEN as error:
                failure: Refusal | Unreachable = self._unreachable(error)
            else:
                if got.status < HTTPStatus.BAD_REQUEST:
                    return got
                failure = _refused(got)
            await self.wait(tries, failure)

    @asynccontextmanager
    async def listen(self, ask: Ask) -> AsyncIterator[ClientResponse]:
        """An answer that goes on, asked for once; raises Refusal or Unreachable."""
        try:
            async with await self._signed(ask, _ENDLESS) as response:
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise _refused(await _whole(response))
                yield response
        except _BROKEN as error:
            raise self._unreachable(error) from error

    async def wait(self, tries: int, failure: Refusal | Unreachable) -> None:
        """Let time pass before it is tried again; where that makes no sense, raise it.

        Drawn at random, so that clients cut off together do not come back together.
        """
        patience = self._patience
        most = min(patience.first_wait * 2 ** (tries - 1), patience.longest_wait)
        seconds = self._chance.uniform(0, most)
        match failure:
            case Later(after=after) if after is not None:
                seconds = after
            case Later() | Unreachable():
                pass
            case _:
                raise failure
        if tries >= patience.tries or seconds > patience.longest_wait:
            raise failure
        await asyncio.sleep(seconds)

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(
            f"no whole answer from `{self._url}` ({type(error).__name__})"
        )

    async def _signed(self, ask: Ask, within: ClientTimeout) -> ClientResponse:
        """The answer to a token that is good, if one can be had."""
        token = await self._token()
        response = await self._try(ask, token, within)
        if response.status != HTTPStatus.UNAUTHORIZED or isinstance(self._fetch, str):
            return response
        response.release()
        if self._known == token:  # else somebody renewed it meanwhile
            self._known = None
        return await self._try(ask, await self._token(), within)

    async def _token(self) -> str:
        if isinstance(self._fetch, str):
            return self._fetch
        async with self._fetching:  # those that wait take what the first one fetched
            if self._known is None:
                self._known = await self._fetch()
            return self._known

    async def _try(self, ask: Ask, token: str, within: ClientTimeout) -> ClientResponse:
        headers = {"Authorization": f"Bearer {token}", **self._always, **ask.headers}
        data = None
        if ask.key is not None:
            headers["Idempotency-Key"] = ask.key
        if ask.body is not None:
            headers["Content-Type"] = ask.media
            is_file = isinstance(ask.body, bytes)
            data = ask.body if is_file else msgspec.json.encode(ask.body)
        query = f"?{urlencode(ask.query)}" if ask.query else ""
        return await self._session.request(
            ask.method,
            f"{self._url}{ask.path}{query}",
            data=data,
            headers=headers,
            timeout=within,
            allow_redirects=False,
        )


async def _whole(response: ClientResponse) -> Got:
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


def _refused(got: Got) -> Refusal:
    after = got.headers.get("Retry-After", "")
    return refusal(_problem(got), float(after) if after.isdecimal() else None)
