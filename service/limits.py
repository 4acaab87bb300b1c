"""How much one person may ask for: allowances that fill up again as time goes by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from types import MappingProxyType


class Pace(StrEnum):
    """What is counted together."""

    WRITES = "writes"
    READS = "reads"
    SEARCHES = "searches"
    EXPORTS = "exports"
    STRANGERS = "requests without a known token"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds, and at most `burst` at once."""

    requests: int
    seconds: int
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What somebody has of what they may have at once; times in whole seconds."""

    all: int
    filled_in: int  # from nothing
    left: int
    full_in: int  # again


Rates = Mapping[Pace, Rate]
NO_LIMITS: Rates = MappingProxyType({})

_FIFTH = 5
_MOST = 10_000  # allowances kept in memory


class Allowances:
    """What is left to each person at each pace; kept in memory, by each process."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._left: dict[tuple[Pace, str], tuple[float, float]] = {}

    def limit(self, rates: Rates) -> None:
        """Hold everybody to other rates from now on, with everything left to all."""
        self._rates = rates
        self._left.clear()

    def take(self, pace: Pace, who: str, now: float) -> float:
        """Use one of a person's requests, or say in how many seconds there is one."""
        rate = self._rates.get(pace)
        if rate is None:
            return 0.0
        left, at = self._left.get((pace, who), (float(rate.burst), now))
        refill = rate.requests / rate.seconds
        left = min(float(rate.burst), left + (now - at) * refill)
        if left < 1:
            self._left[pace, who] = (left, now)
            return (1 - left) / refill
        if len(self._left) >= _MOST:
            self._forget_the_idle(now)
        self._left[pace, who] = (left - 1, now)
        return 0.0

    def near(self, pace: Pace, who: str) -> Share | None:
        """What is left to somebody once it is less than a fifth; else None."""
        kept = self._left.get((pace, who))
        if kept is None:
            return None
        rate, (left, _) = self._rates[pace], kept
        if left * _FIFTH >= rate.burst:
            return None
        refill = rate.requests / rate.seconds
        return Share(
            all=rate.burst,
            filled_in=ceil(rate.burst / refill),
            left=int(left),
            full_in=ceil((rate.burst - left) / refill),
        )

    def rate(self, pace: Pace) -> Rate:
        """How much is allowed at a pace that is limited."""
        return self._rates[pace]

    def _forget_the_idle(self, now: float) -> None:
        """Drop those who have everything left again: they lose nothing by it."""
        for key, (left, at) in tuple(self._left.items()):
            rate = self._rates[key[0]]
            if left + (now - at) * rate.requests / rate.seconds >= rate.burst:
                del self._left[key]
