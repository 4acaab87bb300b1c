"""How long something takes, beside how long it may take."""

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns

_NS_A_MS = 1_000_000
_US_A_MS = 1000


@dataclass(frozen=True)
class Took:
    """Repeated measurements of one thing, in milliseconds."""

    each: Sequence[float]

    @property
    def median(self) -> float:
        """What half of them stayed under."""
        return statistics.median(self.each)

    def at(self, share: float) -> float:
        """What this share of them stayed under."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Row:
    """One line of the table; `target` in milliseconds."""

    what: str
    took: Took
    target: float | None = None

    def __str__(self) -> str:
        median, top = self.took.median, self.took.at(0.99)
        line = f"  {self.what:58} {_shown(median)} (p99 {_shown(top)})"
        if self.target is None:
            return line
        return f"{line}  target {_shown(self.target)}: {median / self.target:.2f} x"


def timed(
    act: Callable[[], object],
    rounds: int,
    before: Callable[[], object] | None = None,
) -> Took:
    """Time so many calls, after one to warm up; `before` each is not timed."""
    took: list[float] = []
    for _ in range(rounds + 1):
        if before is not None:
            before()
        gc.collect()
        began = perf_counter_ns()
        act()
        took.append((perf_counter_ns() - began) / _NS_A_MS)
    return Took(took[1:])


def _shown(ms: float) -> str:
    return f"{ms * _US_A_MS:7.2f} us" if ms < 1 else f"{ms:7.2f} ms"
