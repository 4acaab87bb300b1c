"""The events written last, kept in memory for whoever follows close behind.

They are handed out as they were folded, so that following costs no reading and no
decoding; whoever is further behind reads what is stored.
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

        Where they do not follow what is kept, they take its place.
        """
        kept = self._events
        if not events:
            return
        if kept and kept[-1].position != events[0].position - 1:
            kept.clear()
        kept.extend(events)
        if len(kept) > 2 * self._limit:
            del kept[: -self._limit]

    def after(self, position: int, *, limit: int) -> Sequence[RecordedEvent]:
        """The next events after a position; none if they are not kept."""
        kept = self._events
        begin = position + 1 - kept[0].position if kept else -1
        return tuple(kept[begin : begin + limit]) if begin >= 0 else ()
