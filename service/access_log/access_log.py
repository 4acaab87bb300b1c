"""The access log: every look at a case, at sealed words, and every export.

It lies beside the ledger and apart from it: what people saw is no part of how a rating
came about, and it is kept and deleted by rules of its own. What cannot be noted is not
shown.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Literal

from msgspec import Struct, structs
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.store import StoreError
from projections import instant
from service.access_log.table import ACCESS_LOG

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PAGE = 500  # forgotten in one transaction, so that nobody waits for it long
_IN_ORDER = text("SELECT pg_advisory_xact_lock(1094995286)")

Kind = Literal["case", "words", "export"]


class Access(Struct, frozen=True, kw_only=True):
    """One look or one export."""

    person: str
    roles: tuple[str, ...]
    kind: Kind
    operation: str
    inspection: str | None
    case: str | None
    reason: str | None
    request_id: str


class AccessEvent(Access, frozen=True, kw_only=True):
    """An access as it was noted."""

    number: int
    at: str


class AccessFilter(Struct, frozen=True, kw_only=True):
    """Which accesses are asked for; None: all."""

    person: str | None = None
    kind: str | None = None
    inspection: str | None = None
    case: str | None = None
    since: datetime | None = None  # from here on
    until: datetime | None = None  # before


class AccessLog:
    """The log in one store; `engine` must be able to write."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def note(self, *accesses: Access) -> None:
        """Write accesses down; raises StoreError where that is impossible.

        Numbers become visible in order, so whoever reads on after one misses none.
        """
        at = _microseconds(self._now())
        rows = [
            structs.asdict(access) | {"at": at, "roles": " ".join(access.roles)}
            for access in accesses
        ]
        try:
            async with self._engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    await connection.execute(_IN_ORDER)
                await connection.execute(insert(ACCESS_LOG), rows)
        except DBAPIError as error:
            raise StoreError(f"the access log cannot be written: {error.orig}") from (
                error
            )

    async def forget(self, before: datetime) -> int:
        """Forget accesses from before a time, and say how many those were.

        They lie in the order of their numbers, so no more is looked at than is
        forgotten. Raises StoreError.
        """
        log, until = ACCESS_LOG.c, _microseconds(before)
        first = select(log.number, log.at).order_by(log.number).limit(_PAGE)
        forgotten = 0
        try:
            while True:
                async with self._engine.begin() as connection:
                    page = (await connection.execute(first)).all()
                    old = [*takewhile(lambda row: row.at < until, page)]
                    if not old:
                        return forgotten
                    gone = log.number <= old[-1].number
                    await connection.execute(delete(ACCESS_LOG).where(gone))
                forgotten += len(old)
        except DBAPIError as error:
            raise StoreError(
                f"old accesses cannot be forgotten: {error.orig}"
            ) from error

    async def search(
        self, wanted: AccessFilter, *, after: int, limit: int
    ) -> Sequence[AccessEvent]:
        """Accesses in the order of their numbers, after one of them."""
        log = ACCESS_LOG.c
        query = select(ACCESS_LOG).where(log.number > after)
        for name in ("person", "kind", "inspection", "case"):
            if (value := getattr(wanted, name)) is not None:
                query = query.where(log[name] == value)
        if wanted.since is not None:
            query = query.where(log.at >= _microseconds(wanted.since))
        if wanted.until is not None:
            query = query.where(log.at < _microseconds(wanted.until))
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(log.number).limit(limit))
            return [
                AccessEvent(
                    number=row.number,
                    at=instant(_EPOCH + row.at * _MICROSECOND),
                    person=row.person,
                    roles=tuple(row.roles.split()),
                    kind=row.kind,
                    operation=row.operation,
                    inspection=row.inspection,
                    case=row.case,
                    reason=row.reason,
                    request_id=row.request_id,
                )
                for row in rows
            ]


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
