"""The events written last, kept in memory for whoever follows close behind.

They are handed out as they were folded, or as the first of those who follow read them,
so that following costs the others no reading and no decoding. Whoever is further behind
reads what is stored.
"""

from collections.abc import Sequence

from events.recorded import RecordedEvent


class Recent:
    """The end of the ledger, without a hole; at most twice `limit` events of it."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._events: list[RecordedEvent] = []

    def add(self, events: Sequence[RecordedEvent]) -> None:
        """Take in events that are on disk, each at the position after the one before.

        Where there is a hole between them and what is kept, the later ones are kept.
        """
        kept = self._events
        if not events:
            return
        if not kept or events[0].position > kept[-1].position + 1:
            kept[:] = events
        elif events[-1].position >= kept[0].position - 1:
            before = max(kept[0].position - events[0].position, 0)
            after = max(kept[-1].position + 1 - events[0].position, 0)
            kept[:0] = events[:before]
            kept.extend(events[after:])
        if len(kept) > 2 * self._limit:
            del kept[: -self._limit]

    def after(self, position: int, *, limit: int) -> Sequence[RecordedEvent]:
        """The next events after a position; none if they are not kept."""
        kept = self._events
        begin = position + 1 - kept[0].position if kept else -1
        return tuple(kept[begin : begin + limit]) if begin >= 0 else ()
