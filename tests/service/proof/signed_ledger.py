"""A real ledger with its checkpoints, and ways to change it behind its back."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dsl import packaged
from events.inspection import (
    AnswerGiven,
    CaseAdded,
    FactRecorded,
    RatingsAgreed,
    ReportPublished,
)
from events.proof.tables import CHECKPOINTS, TILES, TREE_HEAD
from events.recorded import NewEvent, Origin, StreamName
from events.sql.tables import EVENTS, LOG_HEAD, STREAMS
from events.store import Append
from events.stored import StoredEvent
from projections import Changes, Follower, snapshot
from projections.ratings_check import claim_of
from service.adoption import adopt
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.inspection import about
from service.logs import logger_to
from service.proof.checkpoints import open_checkpoints
from service.records.records import Records, open_records
from tests.projections.recording import announced

FRAMEWORK, SAMPLE = "youth-2020", "court disposals"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = Origin(actor="rosa", observed_at=NOON)
BRENT = StreamName("inspection", "brent")
_KNOWN = {"safety is a factor": "yes", "risk of serious harm, judged": "medium"}

Change = Callable[[Sequence[StoredEvent]], list[StoredEvent]]


@dataclass(frozen=True)
class SignedLedger:
    """A ledger at an address, its key and the witness's file in a folder."""

    url: str
    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(
            database=self.url,
            signing_key=str(self.folder / "signing.key"),
            ledger_name="adjudge.example/ledger",
            witness_path=str(self.folder / "witness.txt"),
        )

    def call(self, *arguments: str) -> int:
        """Run a command on it; gives the exit code."""
        numbers = count()
        surroundings = Surroundings(
            now=lambda: datetime.now(UTC),
            new_id=lambda: f"id-{next(numbers)}",
            environment={
                "ADJUDGE_DATABASE": self.url,
                "ADJUDGE_SIGNING_KEY": self.settings.signing_key,
                "ADJUDGE_VAULT": str(self.folder / "keys.db"),
                "ADJUDGE_MASTER_KEY": str(self.folder / "master.key"),
            },
        )
        return run(arguments, surroundings)

    def fill(self) -> None:
        """Adopt rules, record two inspections, publish one; sign after each."""
        asyncio.run(self._fill())

    def sign(self) -> None:
        """Sign what there is."""

        async def signed() -> None:
            async with open_records(self.url, lambda: NOON) as records:
                await _sign(records, self.settings)

        asyncio.run(signed())

    def follow(self) -> None:
        """Have the index of changes catch up."""

        async def followed() -> None:
            async with open_records(self.url, lambda: NOON) as records:
                head = (await records.store.head()).position
                index = Follower(
                    Changes(),
                    engine=records.writing,
                    clock=lambda: NOON,
                    owner="the test",
                )
                following = asyncio.create_task(index.run(records.store))
                while not following.done() and await index.position() < head:  # noqa: ASYNC110  its end is waited for
                    await asyncio.sleep(0.01)
                await records.store.close()
                await following

        asyncio.run(followed())

    def add(self, inspection: str) -> None:
        """Record another inspection; nothing is signed."""

        async def recorded() -> None:
            async with open_records(self.url, lambda: NOON) as records:
                await _record(records, StreamName("inspection", inspection), ("Yes",))

        asyncio.run(recorded())

    def tamper(self, change: Change, *, head: bool = False) -> None:
        """Put other events into the database; with the head where the owner would."""
        asyncio.run(self._on_database(partial(_exchange, change=change, head=head)))

    def forget_proofs(self) -> None:
        """Drop tree and checkpoints, as the owner of the database can."""

        async def forget(connection: AsyncConnection) -> None:
            for table in (TREE_HEAD, TILES, CHECKPOINTS):
                await connection.execute(delete(table))

        asyncio.run(self._on_database(forget))

    def execute(self, statement: str) -> None:
        """Run one statement of SQL."""

        async def executed(connection: AsyncConnection) -> None:
            await connection.exec_driver_sql(statement)

        asyncio.run(self._on_database(executed))

    def ask(self, question: str) -> Any:
        """The one value that a query gives."""
        given: list[Any] = []

        async def asked(connection: AsyncConnection) -> None:
            given.append((await connection.exec_driver_sql(question)).scalar_one())

        asyncio.run(self._on_database(asked))
        return given[0]

    async def _fill(self) -> None:
        async with open_records(self.url, lambda: NOON) as records:
            rules = packaged(FRAMEWORK)
            await adopt(records.store, records.shelf, rules, ORIGIN, reviewer="ruth")
            await _record(records, BRENT, ("Yes", "Yes", "No"))
            await _sign(records, self.settings)
            await _publish(records, self.settings)
            await _record(records, StreamName("inspection", "trafford"), ("Yes", "No"))
            await _sign(records, self.settings)

    async def _on_database(
        self, work: Callable[[AsyncConnection], Awaitable[None]]
    ) -> None:
        engine = create_async_engine(self.url)
        try:
            async with engine.begin() as connection:
                await work(connection)
        finally:
            await engine.dispose()


async def _sign(records: Records, settings: Settings) -> None:
    logger = logger_to(io.BytesIO(), level="error", now=lambda: NOON)
    checkpoints = await open_checkpoints(
        settings, records, now=lambda: NOON, logger=logger
    )
    assert await checkpoints.sign() is not None


async def _append(records: Records, stream: StreamName, *facts: NewEvent) -> None:
    await records.store.append(
        Append(stream=stream, origin=ORIGIN, decide=lambda: facts)
    )


async def _record(records: Records, stream: StreamName, answers: Sequence[str]) -> None:
    await _append(records, stream, NewEvent(announced(FRAMEWORK)))
    facts = []
    for number in range(8):
        case = f"C-{number}"
        facts.append(NewEvent(CaseAdded(case=case, sample=SAMPLE), about.case(case)))
        for fact, value in _KNOWN.items():
            known = FactRecorded(case=case, fact=fact, value=value)
            facts.append(NewEvent(known, about.fact(case, fact)))
        for which, question in enumerate(("2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2")):
            said = answers[(number + which) % len(answers)]
            given = AnswerGiven(case=case, question=question, answer=said)
            facts.append(NewEvent(given, about.answer(case, question)))
    await _append(records, stream, *facts)


async def _publish(records: Records, settings: Settings) -> None:
    """The panel agrees, a checkpoint is signed, and the report is out."""
    claim = await records.desk.read(BRENT.id, lambda book: claim_of(str(BRENT), book))
    figures = await records.desk.read(
        BRENT.id, lambda book: snapshot(book).figures_hash
    )
    ratings = {part: rating for part, rating in claim.ratings.items() if rating}
    agreed = RatingsAgreed(
        ratings=ratings,
        score=claim.score,
        maximum=claim.maximum,
        overall=claim.overall,
        figures_hash=figures,
        agreed_by=("pavel",),
    )
    await _append(records, BRENT, NewEvent(agreed))
    await _sign(records, settings)
    published = ReportPublished(
        number=1,
        ratings=ratings,
        score=claim.score,
        maximum=claim.maximum,
        overall=claim.overall,
        figures_hash=figures,
        framework_hash=claim.framework_hash,
        as_of=claim.as_of,
    )
    await _append(records, BRENT, NewEvent(published))


async def _exchange(connection: AsyncConnection, change: Change, *, head: bool) -> None:
    known = await connection.execute(select(STREAMS.c.key, STREAMS.c.name))
    names: dict[int, str] = dict(known.all())
    keys = {name: key for key, name in names.items()}
    rows = await connection.execute(select(EVENTS).order_by(EVENTS.c.position))
    events = [StoredEvent(position, names[key], *rest) for position, key, *rest in rows]
    changed = change(events)
    await connection.execute(delete(EVENTS))
    names_of = EVENTS.columns.keys()
    await connection.execute(
        insert(EVENTS),
        [
            dict(zip(names_of, (e.position, keys[e.stream], *e[2:]), strict=True))
            for e in changed
        ],
    )
    if head:
        end = changed[-1]
        values = {"position": end.position, "hash": end.hash}
        await connection.execute(update(LOG_HEAD).values(values))
