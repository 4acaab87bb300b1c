"""Folding a ledger on every core: each process takes a share of the streams.

The processes read what they fold themselves, so only rows travel. They work ahead of
whoever writes the rows, by a few ranges and no more. A short ledger is folded in this
process, since a new one takes as long to start as some ten thousand events.
"""

import asyncio
import gc
import os
import signal
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple, Protocol

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.sql.pages import SqlPages
from events.store import Row, Rows, StoreError
from projections.fold import Fold, Folded, Share

_SHORT = 100_000  # events that one process folds sooner than several can be started
_MOST = 4  # processes: the one that writes cannot follow more
_AHEAD = 3  # ranges asked for and not yet written
_NICE = 5  # less pressing than an answer somebody waits for


class Range(NamedTuple):
    """The rows of the events up to a position."""

    until: int
    rows: Rows


class Folding(Protocol):
    """Moves on from where it is, range by range."""

    position: int

    def up_to(self, end: int) -> AsyncGenerator[Range]:
        """The rows of all events up to a position, which must be in the ledger."""
        ...


@asynccontextmanager
async def folding(
    engine: AsyncEngine, position: int, *, page: int, processes: int
) -> AsyncIterator[Folding]:
    """Fold the ledger from a position on; `processes` 1 is this one alone."""
    if processes == 1:
        with _seldom_collected():
            yield _Here(Fold(SqlPages(engine), position, Share()), position, page)
        return
    url = engine.url.render_as_string(hide_password=False)
    shares = [Share(number, processes) for number in range(processes)]
    started = [_Process(url, position, share) for share in shares]
    try:
        yield _Processes(started, position, page)
    finally:
        for process in started:
            process.end()


def fitting(events: int) -> int:
    """How many processes fold so many events soonest."""
    cores = len(os.sched_getaffinity(0))
    return min(cores, _MOST) if events >= _SHORT else 1


class _Here:
    """Folded in this process."""

    def __init__(self, fold: Fold, position: int, page: int) -> None:
        self._fold = fold
        self._page = page
        self.position = position

    async def up_to(self, end: int) -> AsyncGenerator[Range]:
        ahead: asyncio.Task[Folded] | None = None
        try:
            while self.position < end:
                until = self._next(self.position, end)
                folded = await (ahead or self._fold.range(self.position, until))
                after, ahead = until, None
                if after < end:  # while this range is written the next one is folded
                    coming = self._fold.range(after, self._next(after, end))
                    ahead = asyncio.create_task(coming)
                yield _joined([folded], self.position, until)
                self.position = until
        finally:
            if ahead is not None:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    def _next(self, after: int, end: int) -> int:
        return min(after + self._page, end)


class _Processes:
    """Folded by several others."""

    def __init__(
        self, processes: Sequence["_Process"], position: int, page: int
    ) -> None:
        self._processes = processes
        self._page = page
        self.position = position

    async def up_to(self, end: int) -> AsyncGenerator[Range]:
        asked: deque[int] = deque()
        ahead = self.position
        while self.position < end:
            while ahead < end and len(asked) < _AHEAD:
                until = min(ahead + self._page, end)
                for process in self._processes:
                    process.ask(ahead, until)
                asked.append(until)
                ahead = until
            until = asked.popleft()
            told = [await process.told() for process in self._processes]
            yield _joined(told, self.position, until)
            self.position = until


class _Process:
    """Another process, and the way to it."""

    def __init__(self, url: str, begun_at: int, share: Share) -> None:
        spawning = get_context("spawn")  # a fork would take our threads' locks along
        self._way, theirs = spawning.Pipe()
        self._process = spawning.Process(
            target=_fold_for, args=(theirs, url, begun_at, share), daemon=True
        )
        self._process.start()
        theirs.close()

    def ask(self, after: int, until: int) -> None:
        try:
            self._way.send((after, until))
        except OSError as error:
            raise _ended() from error

    async def told(self) -> Folded:
        try:
            told: Folded | Exception = await asyncio.to_thread(self._way.recv)
        except (EOFError, OSError) as error:
            raise _ended() from error
        if isinstance(told, Exception):
            raise told
        return told

    def end(self) -> None:
        self._way.close()
        self._process.terminate()
        self._process.join()


def _fold_for(way: Connection, url: str, begun_at: int, share: Share) -> None:
    """What the other process does until nobody is at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that is for whoever started it
    os.nice(_NICE)
    with _seldom_collected():
        asyncio.run(_answer(way, url, begun_at, share))


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for garbage in cycles seldom: folding makes none, and books grow large.

    Looking as often as Python does costs a quarter of the time.
    """
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


async def _answer(way: Connection, url: str, begun_at: int, share: Share) -> None:
    engine = create_async_engine(make_url(url))
    fold = Fold(SqlPages(engine), begun_at, share)
    try:
        while True:
            after, until = way.recv()
            try:
                way.send(await fold.range(after, until))
            except Exception as error:  # noqa: BLE001  it is raised where it was asked
                way.send(error)
    except (EOFError, OSError):
        return
    finally:
        await engine.dispose()


def _joined(folded: Sequence[Folded], after: int, until: int) -> Range:
    if sum(each.events for each in folded) != until - after:
        raise StoreError(f"the ledger has a hole after position {after}")
    rows: dict[str, Sequence[Row]] = {}
    for each in folded:
        for name, written in each.rows.items():
            rows[name] = (*rows.get(name, ()), *written)
    return Range(until, rows)


def _ended() -> StoreError:
    return StoreError("a process that folds events came to an end; start it again")
