"""Spans: how long a request and its steps took, for whoever collects them; or none.

A span says the route's template, the method and the status. No path, person, case or
word is ever handed over here, so none can be told on.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from importlib import import_module
from typing import Protocol

Answered = Callable[[int], None]
"""Tells the span of a request its status."""


class Spans(Protocol):
    """Whoever keeps the time."""

    def request(
        self, method: str, route: str, traceparent: str | None
    ) -> AbstractContextManager[Answered]:
        """The span of a request, within that of the asker if they name one."""
        ...

    def step(self, name: str, within: object = None) -> AbstractContextManager[object]:
        """The span of one step, within that of the request or of another step."""
        ...


class NoSpans:
    """Nobody collects."""

    def request(
        self, method: str, route: str, traceparent: str | None
    ) -> AbstractContextManager[Answered]:
        del method, route, traceparent
        return nullcontext(_unheard)

    def step(self, name: str, within: object = None) -> AbstractContextManager[object]:
        del name, within
        return nullcontext()


NO_SPANS = NoSpans()


def _unheard(status: int) -> None:
    del status


@asynccontextmanager
async def collected(endpoint: str | None) -> AsyncIterator[Spans]:
    """Spans that go to a collector (OTLP over HTTP) while the block runs.

    What they are made with is an extra, and is imported only where it is asked for.
    """
    if endpoint is None:
        yield NO_SPANS
        return
    async with import_module("service.open_telemetry").collecting(endpoint) as spans:
        yield spans
