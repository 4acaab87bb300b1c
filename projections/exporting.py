"""Words that somebody wants to take away: who asked, who agreed, what came of it."""

from dataclasses import dataclass
from typing import Any

from events.exporting import (
    ExportApproved,
    ExportMade,
    ExportRejected,
    ExportRequested,
)
from events.recorded import RecordedEvent
from projections.proceedings import Filed

EXPORT_EVENTS = frozenset({ExportApproved, ExportMade, ExportRejected, ExportRequested})


@dataclass(slots=True)
class Export:
    """One request, by its position, and what came of it."""

    asked: Filed[ExportRequested]
    settled: Filed[ExportApproved] | Filed[ExportRejected] | None = None
    made: Filed[ExportMade] | None = None


class Exports(dict[int, Export]):
    """Every request of one inspection, by its position."""

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by one event."""
        filed: Filed[Any] = Filed(
            fact=recorded.data,
            by=recorded.origin.actor,
            at=recorded.recorded_at,
            version=recorded.version,
            position=recorded.position,
        )
        fact = recorded.data
        if isinstance(fact, ExportRequested):
            self[recorded.position] = Export(filed)
        elif isinstance(fact, ExportApproved | ExportRejected):
            self[fact.request].settled = filed
        elif isinstance(fact, ExportMade):
            self[fact.request].made = filed
