"""Who opened an inspection's evidence in an emergency, until when, and who looked."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from events.break_glass import BreakGlassOpened, BreakGlassReviewed
from events.recorded import RecordedEvent
from projections.retention import Agreed

BREAK_GLASS_EVENTS = frozenset({BreakGlassOpened, BreakGlassReviewed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening; it ends by itself."""

    position: int
    opened: Agreed
    until: datetime
    reviewed: Agreed | None = None


@dataclass(slots=True)
class BreakGlass:
    """Every opening of one inspection, by its position."""

    openings: dict[int, Opening] = field(default_factory=dict)

    def opening_of(self, person: str, at: datetime) -> Opening | None:
        """What lets this person read the evidence at this time."""
        for opening in reversed(self.openings.values()):
            if opening.opened.by == person and at < opening.until:
                return opening
        return None

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by one event."""
        here = Agreed(by=recorded.origin.actor, at=recorded.recorded_at)
        fact, position = recorded.data, recorded.position
        if isinstance(fact, BreakGlassOpened):
            until = recorded.recorded_at + timedelta(minutes=fact.minutes)
            self.openings[position] = Opening(
                position=position, opened=here, until=until
            )
        if isinstance(fact, BreakGlassReviewed):
            reviewed = replace(self.openings[fact.opening], reviewed=here)
            self.openings[fact.opening] = reviewed
