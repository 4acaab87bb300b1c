"""The service with a real provider behind it."""

import io
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from service.app import open_application
from service.config import Settings
from service.serving import serving
from tests.service.running import free_port
from tests.service.sign_in.openid.provider import (
    AUDIENCE,
    SCREENS,
    Browser,
    RunningProvider,
    new_key,
    provider,
    secret_of,
)

PERSON_KEY = "thirty-two characters and a few more"


@dataclass
class Clock:
    """The time of day, moved as far as a test says."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**time)


@dataclass(frozen=True)
class Answer:
    """What the service said."""

    status: int
    headers: Any
    body: Any


@dataclass(frozen=True)
class Service:
    """The service at `url`, its provider, and somebody to ask it."""

    url: str
    provider: RunningProvider
    client: ClientSession
    clock: Clock
    log: io.BytesIO

    def logged(self) -> dict[str, str]:
        """Who was last noted at each route."""
        lines = map(json.loads, self.log.getvalue().splitlines())
        return {line["route"]: line["actor"] for line in lines if "route" in line}

    def browser(self) -> Browser:
        """A browser nobody has used."""
        return Browser(self.client, self.url)

    async def ask(
        self,
        path: str,
        token: str | None = None,
        method: str = "GET",
        *,
        body: object = None,
        **headers: str,
    ) -> Answer:
        """One request; header names are given with underscores."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            said["Authorization"] = f"Bearer {token}"
        async with self.client.request(
            method,
            f"{self.url}{path}",
            headers=said,
            json=body,
            allow_redirects=False,
        ) as reply:
            said_back = await reply.read()
            read = msgspec.json.decode(said_back) if said_back else None
            return Answer(reply.status, reply.headers, read)


@pytest.fixture(scope="module")
def running_provider() -> Iterator[RunningProvider]:
    redirect = f"http://127.0.0.1:{free_port()}"
    with provider(new_key("first"), redirect=redirect) as running:
        yield running


@pytest.fixture
def settings(running_provider: RunningProvider, tmp_path: Path) -> Settings:
    return Settings(
        environment="development",
        database=f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}",
        vault=str(tmp_path / "keys.db"),
        master_key=str(tmp_path / "master.key"),
        signing_key=str(tmp_path / "signing.key"),
        openid_issuer=running_provider.issuer,
        openid_audience=AUDIENCE,
        openid_roles="inspectors=inspector, governance=governance",
        openid_person_key=PERSON_KEY,
        openid_client_id=SCREENS,
        openid_client_secret=secret_of(SCREENS),
        public_url=running_provider.redirect,
    )


@pytest.fixture
async def service(
    settings: Settings,
    running_provider: RunningProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Service]:
    clock, ids, log = Clock(), count(), io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(log, write_through=True))
    port = int(running_provider.redirect.rpartition(":")[2])
    async with (
        open_application(
            settings, now=clock, new_id=lambda: f"request-{next(ids)}"
        ) as app,
        serving(app, host="127.0.0.1", port=port, drain_seconds=1) as url,
        ClientSession(
            cookie_jar=DummyCookieJar(), timeout=ClientTimeout(total=30)
        ) as client,
    ):
        yield Service(url, running_provider, client, clock, log)
    assert b"request_failed" not in log.getvalue(), log.getvalue()
    assert b"eyJ" not in log.getvalue()  # as every token begins
