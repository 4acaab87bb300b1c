"""Reading a ledger's rows over an engine, without the writer and without believing it.

The notary and the auditors read this way: nothing is laid out, checked or decoded, and
the statements are the same in every database. Columns have no types here, so a value
that somebody damaged comes as it lies on disk, and shows in the chain.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, column, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.store import StoreError
from events.stored import StoredEvent, Tail

_STREAMS = table("streams", column("key"), column("name"))
_EVENTS = table(
    "events",
    column("position"),
    column("stream_key"),
    *(column(name) for name in StoredEvent._fields[2:]),
)
_HEAD = table(
    "log_head",
    column("position"),
    column("hash"),
    column("recorded_at"),
    column("writes"),
)
_PAST = select(
    _EVENTS.c.position,
    _STREAMS.c.name,
    *(_EVENTS.c[name] for name in StoredEvent._fields[2:]),
).select_from(_EVENTS.join(_STREAMS, _STREAMS.c.key == _EVENTS.c.stream_key))


class SqlPages:
    """What `events.proof.notary` and `events.pack.export` ask of a ledger's storage."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tail(self) -> Tail:
        for row in await self._rows(select(_HEAD)):
            return Tail(*row)
        raise StoreError("the ledger has no head")

    async def page(self, *, after: int, limit: int) -> Sequence[StoredEvent]:
        position = _EVENTS.c.position
        return await self._events(
            _PAST.where(position > after).order_by(position).limit(limit)
        )

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredEvent]:
        version = _EVENTS.c.version
        query = _PAST.where(_STREAMS.c.name == stream, version > after)
        if until is not None:
            query = query.where(_EVENTS.c.position <= until)
        return await self._events(query.order_by(version))

    async def share(
        self, share: tuple[int, int], category: str, *, after: int, until: int
    ) -> Sequence[StoredEvent]:
        """Events of each `of`th stream, and of one category's streams, in order."""
        number, of = share
        position, name = _EVENTS.c.position, _STREAMS.c.name
        every = name.between(f"{category}-", f"{category}.")  # `.` comes after `-`
        query = _PAST.where(position > after, position <= until)
        if of > 1:
            query = query.where((_EVENTS.c.stream_key % of == number) | every)
        return await self._events(query.order_by(position))

    async def _events(self, query: Select[Any]) -> Sequence[StoredEvent]:
        return tuple(map(StoredEvent._make, await self._rows(query)))

    async def _rows(self, query: Select[Any]) -> Sequence[Sequence[Any]]:
        with _plain_errors():
            async with self._engine.connect() as connection:
                rows: Sequence[Sequence[Any]] = (await connection.execute(query)).all()
                return rows


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the ledger cannot be read: {error.orig}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the ledger cannot be read: {error}") from error
