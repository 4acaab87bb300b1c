"""The client beside a real service, an inspection `brent`, and people with outboxes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.client import Client, Outbox, Patience, open_outbox
from tests.service.api.asking import Api
from tests.service.api.conftest import api, brent  # noqa: F401 - fixtures

KEY = bytes(range(32))
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Team:
    """Anybody's client and outbox; closed when the test ends."""

    def __init__(self, service: Api, folder: Path, opened: AsyncExitStack) -> None:
        self.api = service
        self.folder = folder
        self._opened = opened

    async def client(self, person: str) -> Client:
        """A client with somebody's token."""
        url = str(self.api.client.make_url("/"))
        patience = Patience(tries=2, first_wait=0.001)
        client = Client(url, f"token-of-{person}", patience=patience)
        return await self._opened.enter_async_context(client)

    async def outbox(self, person: str) -> Outbox:
        """Somebody's outbox."""
        path = self.folder / f"{person}.outbox"
        return await self._opened.enter_async_context(
            open_outbox(path, person, key=KEY)
        )


@pytest.fixture
async def team(brent: Api, tmp_path: Path) -> AsyncIterator[Team]:  # noqa: F811 - the fixture
    async with AsyncExitStack() as opened:
        yield Team(brent, tmp_path, opened)
