"""What is measured of a process, as Prometheus takes it.

No label names anybody or anything of a case: routes are told as their templates, and
whatever is not one of ours as `other`.
"""

from collections.abc import Callable
from types import MappingProxyType

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
OTHER = "other"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_GAUGES = MappingProxyType(
    {
        "adjudge_ledger_events": "Events in the ledger.",
        "adjudge_unsigned_events": "Events that no signed checkpoint covers yet.",
        "adjudge_parked_events": "Events that a follower could not take.",
    }
)


class Metrics:
    """The measurements of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Histogram(
            "adjudge_request_seconds",
            "How long requests took, by the template of their route.",
            ("method", "route", "status"),
            registry=registry,
            buckets=_SECONDS,
        )
        # by labels that are ours, so there are few: looking each up is not for free
        self._observed: dict[tuple[str, str, int], Histogram] = {}
        self._refusals = Counter(
            "adjudge_refusals",
            "Requests refused, by the kind of problem.",
            ("problem",),
            registry=registry,
        )
        self._conflicts = Counter(
            "adjudge_conflicts",
            "Commands that came too late: what they change was changed since.",
            registry=registry,
        )
        self._appends = Histogram(
            "adjudge_append_seconds",
            "From asking for an append to its commit, waiting included.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._gauges = {
            name: Gauge(name, says, registry=registry) for name, says in _GAUGES.items()
        }
        self._lag = Gauge(
            "adjudge_follower_lag_events",
            "Events that a follower has yet to take.",
            ("follower",),
            registry=registry,
        )

    def answered(
        self, method: str, route: str | None, status: int, seconds: float
    ) -> None:
        """A request was answered after so long."""
        request = (method if method in METHODS else OTHER, route or OTHER, status)
        observed = self._observed.get(request)
        if observed is None:
            observed = self._observed[request] = self._requests.labels(*request)
        observed.observe(seconds)

    def refused(self, problem: str) -> None:
        """A request was answered with a problem."""
        self._refusals.labels(problem).inc()
        if problem == "stale-answer":
            self._conflicts.inc()

    def appended(self, seconds: float) -> None:
        """An append reached the disk after so long."""
        self._appends.observe(seconds)

    def watch(self, name: str, says: str, value: Callable[[], float]) -> None:
        """Show a value as it is whenever somebody looks."""
        Gauge(name, says, registry=self._registry).set_function(value)

    def stands(self, name: str, value: float) -> None:
        """What was looked up for whoever looks now."""
        self._gauges[name].set(value)

    def lags(self, follower: str, events: int) -> None:
        """How far a follower is behind."""
        self._lag.labels(follower).set(events)

    def text(self) -> bytes:
        """Everything, in the text format 0.0.4."""
        return generate_latest(self._registry)
