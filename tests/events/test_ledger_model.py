"""Any run of requests leaves what a plain list would hold."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import make_url

from events.appender import Limits
from events.ledger import Ledger
from events.memory_store import MemoryStorage, memory_store
from events.postgres.store import open_postgres
from events.recorded import StreamName
from events.sqlite.store import open_sqlite
from events.store import Append, Conflict, WrongVersion
from events.stored import Storage
from tests.events.asking import TALLY, Clock, Tally, answer, ask
from tests.postgres import Postgres

T = TypeVar("T")

STREAMS = st.sampled_from([StreamName("inspection", id_) for id_ in "abc"])
QUESTIONS = st.sampled_from(["2.1.1", "2.1.2"])
COMMANDS = st.sampled_from([None, "c-1", "c-2", "c-3"])
VERSIONS = st.one_of(st.none(), st.integers(0, 6))


class LedgerIsAList(RuleBasedStateMachine):
    """The model: one list of (stream, question), and a reply for each command."""

    def open(self) -> Coroutine[Any, Any, Ledger[Storage]]:
        raise NotImplementedError

    @initialize()
    def start(self) -> None:
        self.runner = asyncio.Runner()
        self.model: list[tuple[StreamName, str]] = []
        self.replies: dict[tuple[StreamName, str], int] = {}
        self.begin()
        self.ledger = self.run(self.open())

    def begin(self) -> None:
        """Make a place for the storage."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @rule(
        stream=STREAMS,
        questions=st.lists(QUESTIONS, max_size=3),
        command=COMMANDS,
        expected=VERSIONS,
        seen=VERSIONS,
    )
    def append(
        self,
        stream: StreamName,
        questions: Sequence[str],
        command: str | None,
        expected: int | None,
        seen: int | None,
    ) -> None:
        about = "answers/C-1/2.1.1"
        asked = ask(
            *map(answer, questions),
            stream=stream,
            command=command,
            expected_version=expected,
            expects={} if seen is None else {about: seen},
        )
        own = [question for where, question in self.model if where == stream]
        last = max((n for n, q in enumerate(own, 1) if q == "2.1.1"), default=0)
        if command is not None and (stream, command) in self.replies:
            appended = self.run(self.ledger.append(asked))
            assert appended.replayed
            assert appended.reply == b"done at %d" % self.replies[stream, command]
        elif expected is not None and expected != len(own):
            self.refused(asked, WrongVersion, actual=len(own))
        elif seen is not None and seen != last:
            self.refused(asked, Conflict, actual=last)
        else:
            appended = self.run(self.ledger.append(asked))
            assert not appended.replayed
            self.model.extend((stream, question) for question in questions)
            assert appended.position == len(self.model)
            if command is not None:
                self.replies[stream, command] = appended.position

    @rule(stream=STREAMS, many=st.integers(2, 9))
    def append_at_once(self, stream: StreamName, many: int) -> None:
        async def together() -> None:
            asked = [ask(answer("2.1.2"), stream=stream) for _ in range(many)]
            await asyncio.gather(*map(self.ledger.append, asked))

        self.run(together())
        self.model.extend([(stream, "2.1.2")] * many)

    @precondition(lambda self: self.model)
    @rule()
    def close_and_open_again(self) -> None:
        self.run(self.ledger.close())
        self.ledger = self.run(self.open())

    @invariant()
    def holds_what_the_list_holds(self) -> None:
        if not hasattr(self, "ledger"):
            return
        events = self.run(self.ledger.read_all())
        assert [(e.stream, (e.about or "")[12:]) for e in events] == self.model
        assert [event.position for event in events] == list(range(1, len(events) + 1))
        for stream in {event.stream for event in events}:
            own = self.run(self.ledger.read(stream))
            assert list(own) == [event for event in events if event.stream == stream]
            assert [event.version for event in own] == list(range(1, len(own) + 1))
        assert self.run(self.ledger.verify()).position == len(self.model)

    def refused(
        self, asked: Append, error: type[WrongVersion] | type[Conflict], *, actual: int
    ) -> None:
        refused: tuple[type[WrongVersion], type[Conflict]] = (WrongVersion, Conflict)
        with pytest.raises(refused) as refusal:
            self.run(self.ledger.append(asked))
        assert isinstance(refusal.value, error)
        assert refusal.value.actual == actual

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.run(self.ledger.close())
        if hasattr(self, "runner"):
            self.runner.close()


class MemoryIsAList(LedgerIsAList):
    def begin(self) -> None:
        self.storage = MemoryStorage()

    async def open(self) -> Ledger[Storage]:
        limits = Limits(requests=4, streams=4)
        return memory_store(Clock(), Tally(), storage=self.storage, limits=limits)


class SqliteIsAList(LedgerIsAList):
    def begin(self) -> None:
        self.folder = TemporaryDirectory()

    async def open(self) -> Ledger[Storage]:
        path = str(Path(self.folder.name) / "ledger.db")
        limits = Limits(requests=4, streams=4)
        return await open_sqlite(path, Clock(), Tally(), tables=[TALLY], limits=limits)

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def test_postgres_is_a_list(postgres: Postgres) -> None:
    class PostgresIsAList(LedgerIsAList):
        def begin(self) -> None:
            self.url = make_url(self.run(postgres.new_database()))

        async def open(self) -> Ledger[Storage]:
            limits = Limits(requests=4, streams=4)
            return await open_postgres(
                self.url, Clock(), Tally(), tables=[TALLY], limits=limits
            )

    run_state_machine_as_test(
        PostgresIsAList,
        settings=settings(max_examples=8, stateful_step_count=15, deadline=None),
    )


TestMemory = MemoryIsAList.TestCase
TestMemory.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestSqlite = SqliteIsAList.TestCase
TestSqlite.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
