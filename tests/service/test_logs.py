"""The log is JSON lines, and a fault leaves its places without its words."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.logs import logger_to, places

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_line_is_one_json_object_with_its_time() -> None:
    stream = io.BytesIO()

    logger_to(stream, level="info", now=lambda: NOON).info("thing_happened", count=3)

    assert json.loads(stream.getvalue()) == {
        "at": "2026-03-01T12:00:00Z",
        "event": "thing_happened",
        "level": "info",
        "count": 3,
    }


def test_what_is_below_the_level_is_not_written() -> None:
    stream = io.BytesIO()

    logger_to(stream, level="warning", now=lambda: NOON).info("thing_happened")

    assert stream.getvalue() == b""


def test_a_fault_leaves_where_it_passed_and_not_what_it_said() -> None:
    def fail() -> None:
        raise ValueError("a child's words")

    with pytest.raises(ValueError) as caught:  # noqa: PT011 - what it says is the point
        fail()
    found = places(caught.value)

    assert found[-1].startswith("test_logs.py:")
    assert found[-1].endswith(" fail")
    assert "child" not in str(found)


def test_a_line_that_cannot_be_written_fails_nothing() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        logger = logger_to(full, level="info", now=lambda: NOON)
        logger.info("request_answered", status=200)
