"""Work that takes longer than a request: begun, looked at, and fetched when it is done.

Operations live in the process that was asked for them, and end with it: nothing they
make is kept on record. Each person has one at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from structlog.typing import FilteringBoundLogger

from service.logs import places
from service.refusal import Refused

Progress = Callable[[int, int], None]
Work = Callable[[Progress], Awaitable[bytes]]
"""Tells how much is done, of how much, and gives the result as JSON."""

_KEPT_FOR = timedelta(hours=1)  # after their end


class State(StrEnum):
    """How an operation stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Operation:
    """One piece of work; only whoever asked for it is told of it."""

    id: str
    kind: str
    person: str
    began_at: datetime
    state: State = State.RUNNING
    done: int = 0
    of: int = 0
    ended_at: datetime | None = None
    result: bytes | None = None  # once done
    refused: str | None = None  # why it came to nothing, where that can be said


@dataclass
class Operations:
    """Those of this process."""

    clock: Callable[[], datetime]
    logger: FilteringBoundLogger
    _known: dict[str, Operation] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def begin(self, id_: str, kind: str, person: str, work: Work) -> Operation:
        """Begin a piece of work, or find it where it was begun under this id before.

        Raises Refused while the person has another one running.
        """
        self._forget_old()
        known = self._known.get(id_)
        if known is not None:
            return known
        if any(
            each.person == person and each.state is State.RUNNING
            for each in self._known.values()
        ):
            raise Refused(
                "rate-limited",
                "another operation of yours is running; wait for its end, or end it",
                retry_after=5,
            )
        begun = Operation(id_, kind, person, self.clock())
        self._known[id_] = begun
        self._tasks[id_] = asyncio.create_task(self._carry_out(begun, work))
        return begun

    def of(self, person: str, id_: str) -> Operation:
        """An operation of a person; raises Refused where they have none of this id."""
        known = self._known.get(id_)
        if known is None or known.person != person:
            raise Refused(
                "not-found",
                "you have no such operation here; what ended an hour ago is forgotten",
            )
        return known

    def cancel(self, person: str, id_: str) -> Operation:
        """End an operation if it still runs."""
        operation = self.of(person, id_)
        if (task := self._tasks.get(id_)) is not None:
            task.cancel()
            self._end(operation, State.CANCELLED)
        return operation

    async def stop(self) -> None:
        """End all of them."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry_out(self, operation: Operation, work: Work) -> None:
        def progress(done: int, of: int) -> None:
            operation.done, operation.of = done, of

        try:
            operation.result = await work(progress)
            self._end(operation, State.DONE)
        except asyncio.CancelledError:
            self._end(operation, State.CANCELLED)
            raise
        except Refused as refused:
            operation.refused = refused.reason
            self._end(operation, State.FAILED)
        except Exception as error:  # noqa: BLE001 - whoever asks is told that it failed
            self.logger.error(  # noqa: TRY400 - what an error says may quote words
                "operation_failed",
                kind=operation.kind,
                fault=type(error).__name__,
                places=places(error),
            )
            self._end(operation, State.FAILED)

    def _end(self, operation: Operation, state: State) -> None:
        self._tasks.pop(operation.id, None)
        operation.state, operation.ended_at = state, self.clock()

    def _forget_old(self) -> None:
        before = self.clock() - _KEPT_FOR
        for id_, each in tuple(self._known.items()):
            if each.ended_at is not None and each.ended_at < before:
                del self._known[id_]
