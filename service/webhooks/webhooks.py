"""Webhooks: other systems that are told that something happened, and where to read it.

What is told is a name, an inspection, a position and a link: no words, no case. The
secret of each is made from the vault, so it lies in no database.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.inspection import CATEGORY
from events.recorded import RecordedEvent
from events.store import Row, Rows
from events.vault.vault import Vault
from projections import rating_kinds
from projections.follower import RowsOf
from service.news import names_of
from service.webhooks.tables import DELIVERIES, WEBHOOKS

MOST = 20  # webhooks


class Webhook(Struct, frozen=True, kw_only=True):
    """Somebody who is told, of what, and how it goes."""

    webhook: str
    url: str
    events: tuple[str, ...]
    made_by: str
    waiting: int = 0  # deliveries to come
    parked: int = 0  # deliveries given up
    trouble: str | None = None  # of the last attempt that failed and is not made good


class GivenUp(Struct, frozen=True, kw_only=True):
    """A delivery that was tried in vain, and is not tried again by itself."""

    position: int
    event: str
    inspection: str
    attempts: int
    trouble: str | None  # of the last attempt


class Webhooks:
    """All of them in one store; `engine` must be able to write."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def make(self, webhook: Webhook, *, after: int) -> bool:
        """Have somebody told of what comes after a position; False: there are enough.

        Made a second time, it stays as it is.
        """
        async with self._engine.begin() as connection:
            known = set(
                (await connection.execute(select(WEBHOOKS.c.webhook))).scalars()
            )
            if webhook.webhook in known:
                return True
            if len(known) >= MOST:
                return False
            row = {
                "webhook": webhook.webhook,
                "url": webhook.url,
                "events": " ".join(webhook.events),
                "made_by": webhook.made_by,
                "made_at": milliseconds(self._now()),
                "after": after,
            }
            await connection.execute(insert(WEBHOOKS).values(row))
        return True

    async def remove(self, webhook: str) -> Webhook | None:
        """Tell them no more, nor what still waited; what it was, if it was there."""
        found = [each for each in await self.all() if each.webhook == webhook]
        async with self._engine.begin() as connection:
            for table in (DELIVERIES, WEBHOOKS):
                await connection.execute(
                    delete(table).where(table.c.webhook == webhook)
                )
        return found[0] if found else None

    async def all(self) -> Sequence[Webhook]:
        """Every webhook, and how its deliveries go."""
        deliveries = DELIVERIES.c
        goes = (
            select(
                deliveries.webhook,
                func.count(deliveries.due_at).label("waiting"),
                func.count().label("all"),
                func.max(deliveries.trouble).label("trouble"),
            )
            .group_by(deliveries.webhook)
            .subquery()
        )
        query = (
            select(WEBHOOKS, goes.c.waiting, goes.c["all"], goes.c.trouble)
            .outerjoin(goes, goes.c.webhook == WEBHOOKS.c.webhook)
            .order_by(WEBHOOKS.c.made_at, WEBHOOKS.c.webhook)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Webhook(
                webhook=row["webhook"],
                url=row["url"],
                events=tuple(row["events"].split()),
                made_by=row["made_by"],
                waiting=row["waiting"] or 0,
                parked=(row["all"] or 0) - (row["waiting"] or 0),
                trouble=row["trouble"],
            )
            for row in rows
        ]

    async def given_up(
        self, webhook: str, *, after: int, limit: int
    ) -> Sequence[GivenUp]:
        """Deliveries that are not tried any more, in order, whole positions.

        At least as many as the limit says, if there are.
        """
        due = DELIVERIES.c
        these = (due.webhook == webhook, due.due_at.is_(None), due.position > after)
        positions = (
            select(due.position)
            .where(*these)
            .order_by(due.position)
            .limit(limit)
            .subquery()
        )
        last = select(func.max(positions.c.position)).scalar_subquery()
        query = (
            select(DELIVERIES)
            .where(*these, due.position <= last)
            .order_by(due.position, due.event)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            GivenUp(**{name: row[name] for name in GivenUp.__struct_fields__})
            for row in rows
        ]

    async def retry(self, webhook: str, position: int | None) -> int:
        """Have what was given up tried again, of one event or all; how many."""
        due = DELIVERIES.c
        these = [due.webhook == webhook, due.due_at.is_(None)]
        if position is not None:
            these.append(due.position == position)
        async with self._engine.begin() as connection:
            moved = await connection.execute(
                update(DELIVERIES)
                .where(*these)
                .values(attempts=0, due_at=milliseconds(self._now()))
            )
        return moved.rowcount


class ToTell:
    """The read model: what each webhook is to be told of an event."""

    name: Final = "webhooks"
    tables: Final[Sequence[Table]] = (DELIVERIES,)

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        rows = (await connection.execute(select(WEBHOOKS))).mappings().all()
        hooks = [(row["webhook"], row["events"].split(), row["after"]) for row in rows]
        moved: Mapping[int, set[str]] = {}
        if hooks:
            moved = await rating_kinds(connection, page[0].position, page[-1].position)

        def rows_of(recorded: RecordedEvent) -> Rows:
            if recorded.stream.category != CATEGORY:
                return {}
            position, inspection = recorded.position, recorded.stream.id
            names = names_of(recorded, moved.get(position, set()))
            due = milliseconds(recorded.recorded_at)
            told: list[Row] = [
                (webhook, position, name, inspection, 0, due, None)
                for webhook, events, after in hooks
                if position > after
                for name in names
                if name in events
            ]
            return {DELIVERIES.name: told} if told else {}

        return rows_of


async def secret_of(vault: Vault, webhook: str) -> str:
    """What deliveries to a webhook are signed with."""
    return (await vault.fingerprint(f"webhook/{webhook}", webhook.encode())).hex()


def unfit(url: str, *, at_home: bool) -> str | None:
    """Why nothing is sent to an address; `at_home` lets it be this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "must be an address like https://example.org/adjudge"
    if parts.username is not None or parts.fragment:
        return "must name nobody and no fragment"
    if not host or parts.scheme not in {"http", "https"}:
        return "must be an address like https://example.org/adjudge"
    if at_home and is_home(host):
        return None
    if parts.scheme != "https":
        return "must begin with https://"
    if is_home(host) or not may_be_public(host):
        return "must lead to the open network"
    return None


def is_home(host: str) -> bool:
    """Whether a host is this machine, by its name or its address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def may_be_public(host: str) -> bool:
    """False for an address inside some network; names are looked at when resolved."""
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return address.is_global and not address.is_multicast


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return round(at.astimezone(UTC).timestamp() * 1000)
