"""What has been done to make the ratings final and to report them."""

from events.recorded import RecordedEvent


class Proceedings:
    """The panel and the report after the events applied so far."""

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by an event of the inspection."""


PROCEEDINGS_EVENTS: frozenset[type] = frozenset()
"""The facts that `Proceedings` follows."""
