"""Asking the API as one of the people it knows."""

import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy

_KEYS = count()


@dataclass(frozen=True)
class Reply:
    """What came back, read to the end."""

    status: int
    headers: CIMultiDictProxy[str]
    body: Any
    text: str

    @property
    def slug(self) -> str:
        """The kind of problem."""
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass
class Clock:
    """Moves a second a look, and further when told to."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def wait(self, *, days: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)


@dataclass(frozen=True)
class Api:
    """A client with a person's token."""

    client: TestClient[web.Request, web.Application]
    app: web.Application
    log: io.BytesIO
    clock: Clock
    person: str | None = None

    def as_(self, person: str | None) -> "Api":
        """The same service, asked by somebody else."""
        return replace(self, person=person)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        **headers: str,
    ) -> Reply:
        """Send one request; header names are given with underscores."""
        async with self.client.request(
            method, path, json=body, headers=self._said(headers)
        ) as response:
            return await _read(response)

    async def put_bytes(self, path: str, data: bytes, **headers: str) -> Reply:
        """Send a body just as it is, called JSON unless it is called something else."""
        said = {"Content-Type": "application/json"} | self._said(headers)
        async with self.client.put(path, data=data, headers=said) as response:
            return await _read(response)

    async def post_bytes(self, path: str, data: bytes, **headers: str) -> Reply:
        """Send a file just as it is, under a new key unless one is given."""
        headers.setdefault("Idempotency_Key", f"key-{next(_KEYS)}")
        said = self._said(headers)
        async with self.client.post(
            path, data=io.BytesIO(data), headers=said
        ) as response:
            return await _read(response)

    async def get(self, path: str, **headers: str) -> Reply:
        """Read something."""
        return await self.ask("GET", path, **headers)

    async def put(self, path: str, body: object, **headers: str) -> Reply:
        """Record or change something."""
        return await self.ask("PUT", path, body, **headers)

    async def post(self, path: str, body: object, **headers: str) -> Reply:
        """Have something happen, under a new key unless one is given."""
        headers.setdefault("Idempotency_Key", f"key-{next(_KEYS)}")
        return await self.ask("POST", path, body, **headers)

    async def delete(self, path: str, **headers: str) -> Reply:
        """Withdraw something."""
        return await self.ask("DELETE", path, **headers)

    def _said(self, headers: dict[str, str]) -> dict[str, str]:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.person is not None:
            said.setdefault("Authorization", f"Bearer token-of-{self.person}")
        return said

    async def announce(self, inspection: str, on: str, **more: str) -> Reply:
        """Open an inspection that is new."""
        body = {
            "inspection": inspection,
            "service": "Brent Youth Offending Service",
            "programme": "single",
            "fieldwork_starts_on": on,
            "team": {"lena": "lead-inspector", "rosa": "inspector"},
            **more,
        }
        reply = await self.post("/v1/inspections", body)
        assert reply.status == 201, (reply.text, self.log.getvalue())
        return reply

    async def add_case(
        self, inspection: str, case: str, sample: str, **facts: str
    ) -> Reply:
        """Put a new case into a sample."""
        body = {"case": case, "sample": sample, "facts": facts}
        reply = await self.post(f"/v1/inspections/{inspection}/cases", body)
        assert reply.status == 201, (reply.text, self.log.getvalue())
        return reply


def answer_path(case: str, question: str, inspection: str = "brent") -> str:
    """The address of an answer."""
    return f"/v1/inspections/{inspection}/cases/{case}/answers/{question}"


async def _read(response: ClientResponse) -> Reply:
    text = await response.text()
    is_json = response.content_type in {"application/json", "application/problem+json"}
    return Reply(
        response.status,
        response.headers,
        await response.json(content_type=None) if is_json and text else None,
        text,
    )
