"""A batch being put together: each request decided alone, on those before it.

A request that is refused leaves no trace in the draft. One that fails after its events
began to be folded has spoilt what is in memory of its stream: the stream is forgotten
and the draft ends there, so that the next one loads it from what is stored.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from events.chain import link
from events.codec import microseconds
from events.recorded import NewEvent, RecordedEvent, StreamName
from events.store import Append, Appended, CommandReused, Conflict, Row, WrongVersion
from events.stored import Batch, StoredEvent, StoredRequest, Tail
from events.stream_heads import StreamHead, StreamHeads


class Draft:
    """What the next transaction will write."""

    def __init__(self, before: Tail, heads: StreamHeads) -> None:
        self.touched: set[StreamName] = set()
        self.spoilt = False
        self.size = 0  # bytes of payload
        self.recorded: list[RecordedEvent] = []
        self._before = before
        self._end = before
        self._heads = heads
        self._streams: list[str] = []
        self._events: list[StoredEvent] = []
        self._requests: dict[tuple[str, str], StoredRequest] = {}
        self._rows: dict[str, list[Row]] = {}

    @property
    def batch(self) -> Batch:
        """The draft as one transaction; `writes` moves only if there is any."""
        wrote = bool(self._events or self._requests)
        return Batch(
            before=self._before,
            after=replace(self._end, writes=self._before.writes + wrote),
            streams=self._streams,
            events=self._events,
            requests=tuple(self._requests.values()),
            rows=self._rows,
        )

    def answered(self, stream: str, command_id: str) -> StoredRequest | None:
        """What this draft itself answered to a command."""
        return self._requests.get((stream, command_id))

    def add(self, request: Append, head: StreamHead, now: datetime) -> Appended:
        """Decide one request and take in what follows from it, or raise its refusal."""
        _check(request, head)
        new = request.decide()
        recorded_at = max(microseconds(now), self._end.recorded_at)
        events = self._stored(request, head.version, new, recorded_at)
        recorded = tuple(map(self._heads.codec.recorded, events))
        position = events[-1].position if events else self._end.position
        try:
            effects, rows = self._fold(recorded)
            appended = Appended(
                events=recorded,
                effects=effects,
                position=position,
                reply=None,
                replayed=False,
            )
            if request.reply is not None:
                appended = replace(appended, reply=request.reply(appended))
        except Exception:
            self._heads.forget(request.stream)
            self.spoilt = True
            raise
        self._take(request, head, events, rows)
        self.recorded.extend(recorded)
        self._remember(request, head, appended, recorded_at)
        return appended

    def _stored(
        self,
        request: Append,
        version: int,
        new: Sequence[NewEvent],
        recorded_at: int,
    ) -> Sequence[StoredEvent]:
        """Number, stamp and hash; the draft itself does not move yet."""
        name, origin = str(request.stream), request.origin
        observed_at = microseconds(origin.observed_at)
        position, hash_ = self._end.position, self._end.hash
        events = []
        for number, event in enumerate(new, 1):
            type_, schema, payload = self._heads.codec.encode(event.data)
            unlinked = StoredEvent(
                position + number,
                name,
                version + number,
                type_,
                schema,
                recorded_at,
                observed_at,
                origin.actor,
                origin.command_id,
                origin.correlation_id,
                origin.causation_id,
                event.about,
                payload,
                b"",
            )
            hash_ = link(hash_, unlinked)
            events.append(StoredEvent(*unlinked[:-1], hash_))
        return events

    def _fold(
        self, recorded: Sequence[RecordedEvent]
    ) -> tuple[tuple[object, ...], Mapping[str, Sequence[Row]]]:
        effects: list[object] = []
        rows: dict[str, list[Row]] = {}
        for event in recorded:
            folded = self._heads.projection.fold(event)
            effects.extend(folded.effects)
            for table, moved in folded.rows.items():
                rows.setdefault(table, []).extend(moved)
        return tuple(effects), rows

    def _take(
        self,
        request: Append,
        head: StreamHead,
        events: Sequence[StoredEvent],
        rows: Mapping[str, Sequence[Row]],
    ) -> None:
        if not head.exists and (events or request.command is not None):
            self._streams.append(str(request.stream))
            self.touched.add(request.stream)
            head.exists = True
        if not events:
            return
        last = events[-1]
        self.touched.add(request.stream)
        self._events.extend(events)
        for table, moved in rows.items():
            self._rows.setdefault(table, []).extend(moved)
        self.size += sum(len(event.payload) for event in events)
        self._end = replace(
            self._end,
            position=last.position,
            hash=last.hash,
            recorded_at=last.recorded_at,
        )
        head.version = last.version
        for event in events:
            if event.about is not None:
                head.about[event.about] = event.version

    def _remember(
        self, request: Append, head: StreamHead, appended: Appended, recorded_at: int
    ) -> None:
        command = request.command
        if command is None:
            return
        name = str(request.stream)
        self.touched.add(request.stream)
        head.commands[command.id] = command.fingerprint
        self._requests[name, command.id] = StoredRequest(
            name,
            command.id,
            command.fingerprint,
            appended.position,
            appended.reply,
            recorded_at,
        )


def is_repeated(request: Append, head: StreamHead) -> bool:
    """This very command was answered before; another one under its id is refused."""
    if request.command is None:
        return False
    known = head.commands.get(request.command.id)
    if known is None:
        return False
    if known != request.command.fingerprint:
        raise CommandReused(request.stream, request.command.id)
    return True


def _check(request: Append, head: StreamHead) -> None:
    expected = request.expected_version
    if expected is not None and expected != head.version:
        raise WrongVersion(request.stream, expected=expected, actual=head.version)
    for about, seen in request.expects.items():
        actual = head.about.get(about, 0)
        if seen != actual:
            raise Conflict(request.stream, about, expected=seen, actual=actual)
