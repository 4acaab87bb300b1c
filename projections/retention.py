"""What stands between an inspection's words and their erasure: requests and holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.inspection import EvidenceErased
from events.recorded import RecordedEvent
from events.retention import (
    ErasureRequested,
    HoldPlaced,
    HoldReleased,
    HoldReleaseRequested,
)

RETENTION_EVENTS = frozenset(
    {ErasureRequested, EvidenceErased, HoldPlaced, HoldReleased, HoldReleaseRequested}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Who did it, and when it was recorded."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A request that words be erased; `approved` once they were."""

    position: int
    keys: tuple[str, ...]
    reason_code: str
    requested: Agreed
    approved: Agreed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing of a case, or of the inspection (`case` None), may be erased."""

    position: int
    case: str | None
    placed: Agreed
    release_requested: Agreed | None = None
    released: Agreed | None = None

    def covers(self, case: str | None) -> bool:
        """Whether it keeps this case, or the inspection as a whole, from erasure."""
        if self.released is not None:
            return False
        return None in {self.case, case} or self.case == case


@dataclass(slots=True)
class Retention:
    """Every request and every hold of one inspection, by its position."""

    erasures: dict[int, Erasure] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)  # key → position

    def hold_on(self, case: str | None) -> Hold | None:
        """A hold that keeps this case, or the inspection as a whole, from erasure."""
        return next((hold for hold in self.holds.values() if hold.covers(case)), None)

    def apply(self, recorded: RecordedEvent) -> Sequence[Erasure | Hold]:
        """Move on by one event; what it changed."""
        here = Agreed(by=recorded.origin.actor, at=recorded.recorded_at)
        position = recorded.position
        match recorded.data:
            case ErasureRequested(keys=keys, reason_code=code):
                erasure = Erasure(
                    position=position, keys=keys, reason_code=code, requested=here
                )
                return self._keep_erasures((erasure,))
            case EvidenceErased(key=key):
                self.erased[key] = position
                return self._keep_erasures(
                    replace(erasure, approved=here)
                    for erasure in tuple(self.erasures.values())
                    if erasure.approved is None and erasure.keys[-1] == key
                )
            case HoldPlaced(case=case):
                return self._keep(Hold(position=position, case=case, placed=here))
            case HoldReleaseRequested(hold=hold):
                return self._keep(replace(self.holds[hold], release_requested=here))
            case HoldReleased(hold=hold):
                return self._keep(replace(self.holds[hold], released=here))
            case _:
                return ()

    def _keep_erasures(self, changed: Iterable[Erasure]) -> Sequence[Erasure]:
        kept = tuple(changed)
        self.erasures.update((erasure.position, erasure) for erasure in kept)
        return kept

    def _keep(self, hold: Hold) -> Sequence[Hold]:
        self.holds[hold.position] = hold
        return (hold,)
