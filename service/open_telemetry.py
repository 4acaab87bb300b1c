"""Spans as OpenTelemetry has them, sent to a collector in the background.

What an exception says is never recorded: it may repeat somebody's words. Of the asker's
trace its id alone is taken over.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.spans import Answered
from service.version import VERSION

_ITSELF = Resource({"service.name": "adjudge", "service.version": VERSION})
_ASKERS = TraceContextTextMapPropagator()
_SECONDS = 5  # that one try to reach the collector may take


class OpenTelemetry:
    """Spans that a processor takes when they end."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(resource=_ITSELF, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("adjudge")

    @contextmanager
    def request(
        self, method: str, route: str, traceparent: str | None
    ) -> Iterator[Answered]:
        """The span of a request, within that of the asker if they name one."""
        asker = {} if traceparent is None else {"traceparent": traceparent}
        with self._tracer.start_as_current_span(
            f"{method} {route}",
            context=_ASKERS.extract(asker),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method, "http.route": route},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def answered(status: int) -> None:
                span.set_attribute("http.response.status_code", status)

            yield answered

    def step(self, name: str, within: object = None) -> AbstractContextManager[object]:
        """The span of one step, within that of the request or of another step."""
        return self._tracer.start_as_current_span(
            name,
            context=set_span_in_context(within) if isinstance(within, Span) else None,
            record_exception=False,
            set_status_on_exception=False,
        )

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


@asynccontextmanager
async def collecting(endpoint: str) -> AsyncIterator[OpenTelemetry]:
    """Spans that go to this address while the block runs."""
    exporter = OTLPSpanExporter(endpoint, timeout=_SECONDS)
    spans = OpenTelemetry(BatchSpanProcessor(exporter))
    try:
        yield spans
    finally:
        await asyncio.to_thread(spans.close)
