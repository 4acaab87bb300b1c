"""Spans as a collector gets them: what took how long, and nothing about whom."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.app import open_application
from service.config import Settings
from service.identity import token_hash
from service.open_telemetry import OpenTelemetry

TRACE = "0af7651916cd43dd8448eb211c80319c"
ASKER = f"00-{TRACE}-b7ad6b7169203331-01"
WORDS = "The plan of March is missing."


@dataclass
class Collector:
    """What was sent to be collected, as it came."""

    sent: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.sent.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    @property
    def spans(self) -> list[Span]:
        """Every span, decoded."""
        return [
            span
            for body in self.sent
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@asynccontextmanager
async def collected(
    folder: Path,
) -> AsyncIterator[tuple[Collector, TestClient[web.Request, web.Application]]]:
    """A service that sends its spans; they have all come when the block has ended."""
    collector, app = Collector(), web.Application()
    app.router.add_post("/v1/traces", collector.take)
    people = folder / "people.json"
    lena = {
        "person": "lena-lead",
        "roles": ["lead-inspector"],
        "token_hash": token_hash("token-of-lena"),
    }
    people.write_text(json.dumps([lena]))
    ids = count()
    async with TestServer(app) as server:
        settings = Settings(
            environment="development",
            database=f"sqlite+aiosqlite:///{folder / 'ledger.db'}",
            vault=str(folder / "keys.db"),
            master_key=str(folder / "master.key"),
            signing_key=str(folder / "signing.key"),
            identities=str(people),
            traces_endpoint=str(server.make_url("/v1/traces")),
        )
        async with (
            open_application(
                settings,
                now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC),
                new_id=lambda: f"id-{next(ids)}",
            ) as service,
            TestClient(
                TestServer(service),
                headers={"Authorization": "Bearer token-of-lena"},
            ) as client,
        ):
            yield collector, client


async def test_a_request_and_its_steps_are_spans_without_identifiers(
    tmp_path: Path,
) -> None:
    announced = {
        "inspection": "secret-place",
        "service": "Secret Youth Offending Service",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        "framework": "youth-2020",
    }
    here = "/v1/inspections/secret-place"
    case = {"sample": "court disposals", "case": "C-SECRET"}
    answer = f"{here}/cases/C-SECRET/answers/2.1.1"
    async with collected(tmp_path) as (collector, client):
        for path, body in (("/v1/inspections", announced), (f"{here}/cases", case)):
            key = {"Idempotency-Key": path, "traceparent": ASKER}
            async with client.post(path, json=body, headers=key) as reply:
                assert reply.status == 201
        said = {"answer": "Yes", "evidence": WORDS}
        first = {"If-None-Match": "*", "tracestate": "vendor=lena-lead"}
        for status in (201, 412):
            async with client.put(answer, json=said, headers=first) as reply:
                assert reply.status == status
        async with client.request("PROPFIND", "/nowhere/C-SECRET") as reply:
            assert reply.status == 404
        async with client.get(answer) as reply:
            assert reply.status == 200

    whole = b"".join(collector.sent)
    for identifier in (b"secret", b"Secret", b"SECRET", b"lena", WORDS.encode()):
        assert identifier not in whole
    names = [span.name for span in collector.spans]
    route = "/v1/inspections/{inspection}/cases/{case}/answers/{question}"
    assert names.count(f"PUT {route}") == 2
    assert f"GET {route}" in names
    assert "other other" in names
    assert {"append", "decide", "read"} <= {*names}
    assert names.count("append") >= names.count("decide") > 0
    by_id = {span.span_id: span for span in collector.spans}
    for span in collector.spans:
        if span.name == "decide":
            assert by_id[span.parent_span_id].name == "append"
    taken_over = [span for span in collector.spans if span.trace_id.hex() == TRACE]
    assert {span.name for span in taken_over} >= {"POST /v1/inspections", "decide"}
    said_of = {each.key for span in collector.spans for each in span.attributes}
    assert said_of == {
        "http.request.method",
        "http.route",
        "http.response.status_code",
    }
    assert not any(span.events or span.links for span in collector.spans)


def test_what_an_error_says_is_not_told() -> None:
    exporter = InMemorySpanExporter()
    spans = OpenTelemetry(SimpleSpanProcessor(exporter))

    with pytest.raises(ValueError, match="missing"), spans.step("decide"):
        raise ValueError(WORDS)
    spans.close()

    (span,) = exporter.get_finished_spans()
    assert span.name == "decide"
    assert WORDS not in span.to_json()
    assert span.status.description is None
