"""Requests, facts and a projection to try a ledger with."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, Integer, MetaData, Table, Text

from events.inspection import AnswerGiven
from events.recorded import NewEvent, Origin, RecordedEvent, StreamName
from events.store import Append, Appended, CommandKey, Folded

BRENT = StreamName("inspection", "brent-2019")
TRAFFORD = StreamName("inspection", "trafford-2021")
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)

TALLY = Table(
    "tally",
    MetaData(),
    Column("stream", Text, primary_key=True),
    Column("answers", Integer, nullable=False),
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Tally:
    """Counts the answers of each stream, and refuses to fold a poisonous one."""

    def __init__(self) -> None:
        self.answers: dict[StreamName, int] = {}
        self.forgotten: list[StreamName] = []
        self.followed: list[int] = []  # positions that other processes wrote

    def load(self, stream: StreamName, past: Sequence[RecordedEvent]) -> None:
        assert stream not in self.answers
        self.answers[stream] = len(past)

    def fold(self, recorded: RecordedEvent) -> Folded:
        assert isinstance(recorded.data, AnswerGiven)
        self.answers[recorded.stream] += 1
        if recorded.data.answer == "poison":
            raise ArithmeticError("cannot be folded")
        counted = self.answers[recorded.stream]
        assert counted == recorded.version
        rows = {"tally": [(str(recorded.stream), counted)]}
        return Folded((f"{recorded.stream}: {counted}",), rows)

    def follows(self, stream: StreamName) -> bool:  # noqa: ARG002  the protocol's
        return True

    def follow(self, recorded: RecordedEvent) -> None:
        self.followed.append(recorded.position)

    def forget(self, stream: StreamName) -> None:
        self.answers.pop(stream, None)
        self.forgotten.append(stream)


def answer(question: str = "2.1.1", said: str = "Yes") -> NewEvent:
    """One answer to one question of one case."""
    return NewEvent(
        AnswerGiven(case="C-1", question=question, answer=said),
        about=f"answers/C-1/{question}",
    )


def ask(
    *events: NewEvent,
    stream: StreamName = BRENT,
    command: str | None = None,
    expected_version: int | None = None,
    expects: Mapping[str, int] | None = None,
) -> Append:
    """A request for these events that keeps `done at <position>` as its reply."""
    return Append(
        stream=stream,
        origin=Origin(
            actor="p-17", observed_at=NOON - timedelta(hours=1), command_id=command
        ),
        decide=lambda: events,
        command=None if command is None else key(command),
        expected_version=expected_version,
        expects=expects or {},
        reply=done_at,
    )


def key(command: str, request: str = "") -> CommandKey:
    """A command id with the fingerprint of what was asked under it."""
    return CommandKey(command, sha256(request.encode()).digest())


def done_at(appended: Appended) -> bytes:
    return b"done at %d" % appended.position
