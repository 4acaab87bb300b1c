"""The rows of the read models as the ledger makes them, one range of events at a time.

Inspections do not know of each other, so a fold may take a share of the streams only:
several of them, each with another share, together make the rows of the whole ledger.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from events import framework, inspection
from events.codec import CODEC
from events.recorded import RecordedEvent
from events.store import Row, Rows
from events.stored import StoredEvent
from projections.inline import RatingModels
from projections.shelf import Shelf
from projections.tables import TABLES


class Share(NamedTuple):
    """Which streams: every `of`th, and the frameworks besides."""

    number: int = 0
    of: int = 1


_NO_OTHER = Share(2, 2)  # no number has the remainder 2


class SharedPages(Protocol):
    """Where the events are read."""

    async def share(
        self, share: tuple[int, int], category: str, *, after: int, until: int
    ) -> Sequence[StoredEvent]: ...

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredEvent]: ...


class Folded(NamedTuple):
    """What became of a range: its events, but for others' frameworks, and the rows."""

    events: int
    rows: Rows


class Fold:
    """Rating books of a share of the streams, moved on range by range."""

    def __init__(self, pages: SharedPages, begun_at: int, share: Share) -> None:
        """`begun_at`: the position at which an earlier run was interrupted, or 0."""
        self._pages = pages
        self._begun_at = begun_at
        self._share = share
        self._shelf = Shelf()
        self._models = RatingModels(self._shelf)
        self._ready = not begun_at

    async def range(self, after: int, until: int) -> Folded:
        """The rows of the events after a position and up to another, by their keys."""
        if not self._ready:
            await self._read_shelf()
        rows: dict[str, dict[Row, Row]] = {name: {} for name in _WIDTHS}
        taken = 0
        for recorded in await self._events(after, until):
            if recorded.stream.category == framework.CATEGORY:
                self._shelf.place(recorded)
                taken += self._share.number == 0
                continue
            taken += 1
            if self._begun_at:
                await self._prepare(recorded)
            for name, written in self._models.fold(recorded).rows.items():
                width = _WIDTHS[name]
                rows[name].update((row[:width], row) for row in written)
        kept = {name: tuple(each.values()) for name, each in rows.items() if each}
        return Folded(taken, kept)

    async def _events(self, after: int, until: int) -> Sequence[RecordedEvent]:
        found = await self._pages.share(
            self._share, framework.CATEGORY, after=after, until=until
        )
        return tuple(map(CODEC.recorded, found))

    async def _read_shelf(self) -> None:
        """Have at hand the rules that were adopted before an interrupted run ended."""
        for stored in await self._pages.share(
            _NO_OTHER, framework.CATEGORY, after=0, until=self._begun_at
        ):
            self._shelf.place(CODEC.recorded(stored))
        self._ready = True

    async def _prepare(self, recorded: RecordedEvent) -> None:
        """Have at hand what an interrupted run had folded of this event's stream."""
        stream = recorded.stream
        if stream.category != inspection.CATEGORY or self._models.book(stream):
            return
        past = await self._pages.stream(str(stream), after=0, until=self._begun_at)
        self._models.load(stream, tuple(map(CODEC.recorded, past)))


_WIDTHS = {table.name: len(table.primary_key) for table in TABLES}
