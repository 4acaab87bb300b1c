"""Delivering to webhooks: signed, tried again less and less often, given up visibly.

Each delivery is made at least once; the receiver knows it by its id. Nothing is sent
into a private network, whatever a name resolves to, and no redirect is followed.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from events.vault.vault import Vault
from service.logs import places
from service.webhooks.tables import DELIVERIES, WEBHOOKS
from service.webhooks.webhooks import (
    is_home,
    may_be_public,
    milliseconds,
    secret_of,
    unfit,
)

_TIMEOUT = ClientTimeout(total=10)
_POLL = 1.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 5_000, 3_600_000  # milliseconds
_CLAIM = 60_000  # milliseconds that one process has for a delivery
_MOST_ATTEMPTS = 12  # some three hours
_AT_ONCE = 100
_GOOD = range(200, 300)


class Deliverer:
    """Delivers what waits; several processes share the work."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        now: Callable[[], datetime],
        *,
        at_home: bool,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now
        self._at_home = at_home

    async def run(self, logger: FilteringBoundLogger) -> None:
        """Deliver for ever."""
        resolver = OpenNetwork(ThreadedResolver(), at_home=self._at_home)
        connector = TCPConnector(resolver=resolver, use_dns_cache=False)
        async with ClientSession(timeout=_TIMEOUT, connector=connector) as session:
            while True:
                try:
                    await self.deliver(session)
                except Exception as error:  # noqa: BLE001 - or nobody would be told any more
                    logger.error(  # noqa: TRY400 - what an error says may be secret
                        "delivering_failed",
                        fault=type(error).__name__,
                        places=places(error),
                    )
                await asyncio.sleep(_POLL)

    async def deliver(self, session: ClientSession) -> None:
        """Deliver all that is due; nobody who is slow holds up the others."""
        due = DELIVERIES.c
        query = (
            select(DELIVERIES, WEBHOOKS.c.url)
            .join(WEBHOOKS, WEBHOOKS.c.webhook == due.webhook)
            .where(due.due_at <= milliseconds(self._now()))
            .order_by(due.webhook, due.position, due.event)
            .limit(_AT_ONCE)
        )
        async with self._engine.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
        waiting = [
            [*each] for _, each in groupby(found, key=lambda row: row["webhook"])
        ]
        await asyncio.gather(*(self._one_by_one(session, each) for each in waiting))

    async def _one_by_one(self, session: ClientSession, rows: Sequence[Any]) -> None:
        """In order, until one fails."""
        for row in rows:
            if not await self._claimed(row):
                return
            trouble = await self._trouble_with(session, row)
            await self._note(row, trouble)
            if trouble is not None:
                return

    async def _claimed(self, row: Any) -> bool:
        async with self._engine.begin() as connection:
            claim = milliseconds(self._now()) + _CLAIM
            moved = await connection.execute(
                update(DELIVERIES)
                .where(*_this(row), DELIVERIES.c.due_at == row["due_at"])
                .values(due_at=claim)
            )
        return moved.rowcount == 1

    async def _trouble_with(self, session: ClientSession, row: Any) -> str | None:
        """Send it; what went wrong, without what was answered."""
        if unfit(row["url"], at_home=self._at_home) is not None:
            return "the address is not on the open network"
        body = msgspec.json.encode(
            {
                "event": row["event"],
                "inspection": row["inspection"],
                "position": row["position"],
                "link": f"/v1/inspections/{row['inspection']}",
            }
        )
        secret = await secret_of(self._vault, row["webhook"])
        at = milliseconds(self._now()) // 1000
        headers = {
            "Content-Type": "application/json",
            "Adjudge-Delivery": f"{row['webhook']}-{row['position']}-{row['event']}",
            "Adjudge-Signature": f"t={at},v1={signature(secret, at, body)}",
        }
        try:
            async with session.post(
                row["url"], data=body, headers=headers, allow_redirects=False
            ) as response:
                if response.status in _GOOD:
                    return None
                return f"it answered with status {response.status}"
        except (ClientError, OSError, TimeoutError) as error:
            return f"it could not be reached: {type(error).__name__}"

    async def _note(self, row: Any, trouble: str | None) -> None:
        async with self._engine.begin() as connection:
            if trouble is None:
                await connection.execute(delete(DELIVERIES).where(*_this(row)))
                return
            attempts = row["attempts"] + 1
            pause = min(_FIRST_PAUSE * 2 ** row["attempts"], _LONGEST_PAUSE)
            due = milliseconds(self._now()) + pause
            await connection.execute(
                update(DELIVERIES)
                .where(*_this(row))
                .values(
                    attempts=attempts,
                    trouble=trouble,
                    due_at=due if attempts < _MOST_ATTEMPTS else None,
                )
            )


class OpenNetwork(AbstractResolver):
    """Finds addresses on the open network, and none besides."""

    def __init__(self, resolver: AbstractResolver, *, at_home: bool) -> None:
        self._resolver = resolver
        self._at_home = at_home

    async def resolve(
        self, host: str, port: int = 0, family: Any = 0
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if self._at_home and is_home(host):
            return found
        if not all(may_be_public(each["host"]) for each in found):
            raise OSError(f"`{host}` is not on the open network")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 of the time and the body, as the receiver makes it to compare."""
    return hmac.new(secret.encode(), b"%d." % at + body, sha256).hexdigest()


@asynccontextmanager
async def delivering(
    deliverer: Deliverer, logger: FilteringBoundLogger
) -> AsyncIterator[None]:
    """Deliver while the block runs."""
    task = asyncio.create_task(deliverer.run(logger))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _this(row: Any) -> tuple[Any, ...]:
    due = DELIVERIES.c
    return (
        due.webhook == row["webhook"],
        due.position == row["position"],
        due.event == row["event"],
    )
