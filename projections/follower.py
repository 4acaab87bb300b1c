"""A follower: takes every event of the ledger in order, behind whoever writes.

What it makes of a page and how far it has come commit together, so after a crash it
goes on where it was. An event that it cannot take is parked with what went wrong, and
the later ones of its stream queue up behind it; all other streams go on. Of several
processes one runs it at a time, and another takes over when that one is gone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.recorded import RecordedEvent
from events.sqlite.text import upsert as upsert_in_file
from events.store import EventStore, Row, Rows
from projections.follower_tables import DEAD_LETTERS, PROGRESS
from projections.in_file import writing
from projections.instant import instant
from projections.lease import Lease
from projections.parked import WAITS, Parked, letter, parked
from projections.upsert import upsert

_REST = 0.2  # seconds in which events gather, so that many are taken in one go
_BREATH = 0.01  # seconds between pages where more wait: in a file, others may write
_MANY = 1000  # events that wait: a whole page

_AT_ONCE = 32  # events whose rows are made without letting others go on

_INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

RowsOf = Callable[[RecordedEvent], Rows]
"""Makes of an event the rows to write; whatever it raises parks the event."""


class ReadModel(Protocol):
    """Tables, and how events change them."""

    @property
    def name(self) -> str:
        """What its progress is kept under."""
        ...

    @property
    def tables(self) -> Sequence[Table]:
        """Those it writes."""
        ...

    async def looking_at(
        self, connection: AsyncConnection, page: Sequence[RecordedEvent]
    ) -> RowsOf:
        """Read what is needed to make rows of these events; what it raises ends it."""
        ...


class Overtaken(Exception):
    """Another process runs the same follower now."""


class _TriedAgain(Exception):
    """What is parked is no longer what it was."""


class Follower:
    """One read model that catches up behind the appends.

    `engine` must be able to write; `owner` names this process and run, and is never
    used again.
    """

    def __init__(
        self,
        model: ReadModel,
        *,
        engine: AsyncEngine,
        clock: Callable[[], datetime],
        owner: str,
        lease: timedelta = timedelta(seconds=5),
    ) -> None:
        self.name = model.name
        self._model = model
        tables = (*model.tables, DEAD_LETTERS)
        self._statements = {each.name: upsert(engine.dialect, each) for each in tables}
        self._in_file = {each.name: upsert_in_file(each) for each in tables}
        self._widths = {each.name: len(each.primary_key) for each in tables}
        ours = DEAD_LETTERS.c.follower == self.name
        self._stuck = select(DEAD_LETTERS.c.stream).where(ours, WAITS).distinct()
        self._engine = engine
        self._clock = clock
        self._lease = Lease(self.name, owner, engine, clock, lease)
        # only one process at a time gets past a position
        before = PROGRESS.c.position == bindparam("before")
        moving = update(PROGRESS).where(self._lease.is_ours, before)
        self._moving = moving.values(position=bindparam("reached"))
        named = sqlite.dialect(paramstyle="named")  # compiled once, not at each page
        self._move, self._find = (
            each.compile(dialect=named) for each in (self._moving, self._stuck)
        )

    async def run(self, store: EventStore) -> None:
        """Follow until the store is closed, whenever no other process does."""
        while True:
            after = await self.position()
            if await self._lease.claim():
                try:
                    async with self._lease.kept():
                        async for page in store.follow(after=after):
                            await self.take(page)
                            many = len(page) >= _MANY
                            await asyncio.sleep(_BREATH if many else _REST)
                except Overtaken:
                    pass
                else:
                    return
            await asyncio.sleep(self._lease.pause)

    async def position(self) -> int:
        """Everything up to here was taken or is parked."""
        async with self._engine.begin() as connection:
            query = select(PROGRESS.c.position).where(PROGRESS.c.follower == self.name)
            position = (await connection.execute(query)).scalar()
            if position is None:
                insert = _INSERTS[connection.dialect.name]
                new = insert(PROGRESS).values(follower=self.name, position=0)
                await connection.execute(new.on_conflict_do_nothing())
        return position or 0

    async def take(self, page: Sequence[RecordedEvent]) -> None:
        """Take the next page; raises Overtaken where another process runs this.

        The rows are made before anything is locked. What somebody tried again
        meanwhile no longer keeps later events waiting, so the page is made anew.
        """
        while True:
            try:
                await self._take(page)
            except _TriedAgain:
                continue
            return

    async def _take(self, page: Sequence[RecordedEvent]) -> None:
        async with self._engine.connect() as connection:
            rows_of = await self._model.looking_at(connection, page)
            before = frozenset((await connection.execute(self._stuck)).scalars())
        stuck = set(before)
        made: dict[str, dict[Row, Row]] = {name: {} for name in self._statements}
        for number, recorded in enumerate(page, 1):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # whoever is asked for an answer goes first
            stream, error = str(recorded.stream), None
            if stream not in stuck:
                rows, error = _made(rows_of, recorded)
                if error is None:
                    self._gather(made, rows)
                    continue
            stuck.add(stream)
            self._gather(made, {DEAD_LETTERS.name: [self._letter(recorded, error)]})
        written = {name: [*rows.values()] for name, rows in made.items() if rows}
        on_file = self._engine.dialect.name == "sqlite"
        taking = self._take_in_file if on_file else self._take_on_server
        step = {"before": page[0].position - 1, "reached": page[-1].position}
        await taking(step, before, written)

    async def retry(self, store: EventStore, stream: str) -> int:
        """Take the parked events of a stream again, in order; how many still wait."""
        for each in await self._waiting(stream):
            (recorded,) = await store.read_all(after=each.position - 1, limit=1)
            async with self._engine.begin() as connection:
                rows_of = await self._model.looking_at(connection, (recorded,))
                rows, error = _made(rows_of, recorded)
                where = letter(self.name, each.position)
                if error is None:
                    await self._write(connection, rows)
                    await connection.execute(delete(DEAD_LETTERS).where(*where))
                else:
                    again = {"error": error, "attempts": each.attempts + 1}
                    change = update(DEAD_LETTERS).where(*where).values(again)
                    await connection.execute(change)
            if error is not None:
                break
        return len(await self._waiting(stream))

    async def skip(self, position: int, because: str) -> bool:
        """Leave a parked event out for good, for a reason; False if it does not wait.

        Those behind it wait until they are tried again.
        """
        skipped = {"skipped_at": instant(self._clock()), "skipped_because": because}
        where = letter(self.name, position)
        async with self._engine.begin() as connection:
            change = update(DEAD_LETTERS).where(*where, WAITS).values(skipped)
            return (await connection.execute(change)).rowcount == 1

    async def begin_anew(self) -> None:
        """Forget every row, and what is parked: all events will be taken again."""
        async with self._engine.begin() as connection:
            for table in self._model.tables:
                await connection.execute(delete(table))
            of_ours = DEAD_LETTERS.c.follower == self.name
            await connection.execute(delete(DEAD_LETTERS).where(of_ours))
            own = PROGRESS.c.follower == self.name
            await connection.execute(update(PROGRESS).where(own).values(position=0))

    async def _waiting(self, stream: str) -> Sequence[Parked]:
        found = await parked(self._engine, self.name)
        return [each for each in found if each.stream == stream]

    async def _take_on_server(
        self, step: Mapping[str, int], stuck: frozenset[str], written: Rows
    ) -> None:
        async with self._engine.begin() as connection:
            moved = (await connection.execute(self._moving, step)).rowcount
            found = frozenset((await connection.execute(self._stuck)).scalars())
            self._require_alone(moved, stuck, found)
            await self._write(connection, written)

    async def _take_in_file(
        self, step: Mapping[str, int], stuck: frozenset[str], written: Rows
    ) -> None:
        move, find = self._move, self._find

        def take() -> None:
            # not synced: what a power cut takes away is made again
            path = str(self._engine.url.database)
            with writing(path, synced=False) as connection:
                moved = connection.execute(str(move), {**move.params, **step}).rowcount
                waiting = connection.execute(str(find), find.params)
                found = frozenset(stream for (stream,) in waiting)
                self._require_alone(moved, stuck, found)
                for name, rows in written.items():
                    self._in_file[name].write(connection, rows)

        await asyncio.to_thread(take)

    def _require_alone(
        self, moved: int, stuck: frozenset[str], found: frozenset[str]
    ) -> None:
        """Nobody moved on, or tried again what is parked, while rows were made."""
        if not moved:
            raise Overtaken(self.name)
        if found != stuck:
            raise _TriedAgain

    def _letter(self, recorded: RecordedEvent, error: str | None) -> Row:
        """An event that is parked, as a row; None: it waits behind an earlier one."""
        attempts, at = 0 if error is None else 1, instant(self._clock())
        stream = str(recorded.stream)
        return (self.name, recorded.position, stream, error, attempts, at, None, None)

    def _gather(self, made: dict[str, dict[Row, Row]], rows: Rows) -> None:
        """A later row of a key takes the place of an earlier one."""
        for name, some in rows.items():
            width = self._widths[name]
            made[name].update((tuple(row[:width]), tuple(row)) for row in some)

    async def _write(self, connection: AsyncConnection, rows: Rows) -> None:
        for name, written in rows.items():
            if written:
                as_they_are = [tuple(row) for row in written]
                await connection.exec_driver_sql(self._statements[name], as_they_are)


def _made(rows_of: RowsOf, recorded: RecordedEvent) -> tuple[Rows, str | None]:
    """The rows of an event, or what went wrong, without what the event says."""
    try:
        return rows_of(recorded), None
    except Exception as fault:  # noqa: BLE001  it is parked, visibly
        return {}, type(fault).__name__
