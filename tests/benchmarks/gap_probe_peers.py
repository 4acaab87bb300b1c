"""Two libraries for the gap probe, through what their documents tell users to call."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID, uuid4

from eventsource.adapters.postgresql.store import PostgreSQLEventStore
from eventsource.domain.event_registry import EventRegistry
from eventsource.domain.stream_id import StreamId
from eventsource.ports.envelopes import FeedReadOptions
from eventsource.ports.positions import ExpectedVersion, Position
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from tests.benchmarks.gap_probe import Probed
from tests.benchmarks.libraries import AnswerGivenThere

_WRITERS, _PAGE = 4, 500
_STATE = b'{"case":"C-1","question":"2.1.1","answer":"Yes"}'


def datastore(url: URL, *, functions: bool, connections: int) -> PostgresDatastore:
    """The peer's own way in; each place of ours is a schema."""
    return PostgresDatastore(
        str(url.database),
        str(url.query.get("host") or url.host),
        url.port or 5432,
        str(url.username),
        str(url.password),
        schema=str(url.username),
        pool_size=connections,
        enable_db_functions=functions,
    )


class Eventsourcing:
    """`eventsourcing`: its recorder, which locks the table for each append."""

    functions = False

    async def open(self, url: str, *, new: bool) -> None:
        self._datastore = datastore(
            make_url(url), functions=self.functions, connections=_WRITERS + 1
        )
        self._recorder = PostgresApplicationRecorder(self._datastore)
        if new:
            await asyncio.to_thread(self._recorder.create_table)
        self._streams: dict[int, tuple[UUID, int]] = {}

    async def append(self, writer: int) -> int:
        many = 1 + writer % 3
        stream, version = self._streams.get(writer, (uuid4(), 0))
        new = [
            StoredEvent(stream, version + number, "answer", _STATE)
            for number in range(1, many + 1)
        ]
        self._streams[writer] = stream, version + many
        await asyncio.to_thread(self._recorder.insert_events, new)
        return many

    async def page(self, after: int) -> Sequence[int]:
        page = await asyncio.to_thread(
            self._recorder.select_notifications, after + 1, _PAGE
        )
        return [notification.id for notification in page]

    async def close(self) -> None:
        await asyncio.to_thread(self._datastore.close)


class EventsourcingFunctions(Eventsourcing):
    """The same with `enable_db_functions`, which it offers as the faster way."""

    functions = True


class EventsourcePy:
    """`eventsource-py`: its PostgreSQL store and the feed over all streams."""

    async def open(self, url: str, *, new: bool) -> None:
        self._engine = create_async_engine(url, pool_size=_WRITERS + 1)
        registry = EventRegistry()
        registry.register(AnswerGivenThere)
        self._store = PostgreSQLEventStore(self._engine, registry, create_schema=new)
        self._streams: dict[int, tuple[StreamId, int]] = {}
        self._after: dict[int, Position | None] = {}
        if new:
            await self.page(0)  # lays out

    async def append(self, writer: int) -> int:
        many = 1 + writer % 3
        start = StreamId(uuid4(), "Inspection"), 0
        stream, version = self._streams.get(writer, start)
        new = [
            AnswerGivenThere(
                aggregate_id=stream.aggregate_id,
                aggregate_version=version + number,
                actor_id="p-17",
                case="C-1",
                question="2.1.1",
                answer="Yes",
                evidence="",
            )
            for number in range(1, many + 1)
        ]
        await self._store.append(stream, new, ExpectedVersion.exact(version))
        self._streams[writer] = stream, version + many
        return many

    async def page(self, after: int) -> Sequence[int]:
        seen: list[int] = []
        options = FeedReadOptions(limit=_PAGE)
        async for envelope in self._store.read_all(self._after.get(after), options):
            at = _number(envelope.position)
            self._after[at] = envelope.position
            seen.append(at)
        return seen

    async def close(self) -> None:
        await self._engine.dispose()


def _number(position: Position | None) -> int:
    """The peer keeps it opaque; the probe must know the order."""
    return 0 if position is None else int(position.key[0])


PEERS: Mapping[str, Callable[[], Probed]] = {
    "eventsourcing": Eventsourcing,
    "eventsourcing-functions": EventsourcingFunctions,
    "eventsource-py": EventsourcePy,
}
