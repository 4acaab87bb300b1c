"""JSON lines for the operator: what was asked and how it went, never what was said.

Evidence, tokens, case references and names stay out: routes are logged as their
templates, and faults as the places they passed through, without their messages.
"""

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO

import msgspec
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

_encode = msgspec.json.Encoder().encode


def logger_to(
    stream: BinaryIO, *, level: str, now: Callable[[], datetime]
) -> FilteringBoundLogger:
    """A logger that writes one JSON object a line; nothing global is configured."""

    def stamped(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"at": now(), **event}

    logger: FilteringBoundLogger = structlog.wrap_logger(
        _Lines(stream),
        processors=[structlog.processors.add_log_level, stamped, _line],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        cache_logger_on_first_use=True,
    )
    return logger


class _Lines:
    """Writes lines; one that cannot be written must not fail what it is about."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def msg(self, line: bytes) -> None:
        """A full disk is told of by the answers to requests."""
        with suppress(OSError):
            self._stream.write(line + b"\n")
            self._stream.flush()

    debug = info = warning = error = critical = msg


def places(error: BaseException) -> tuple[str, ...]:
    """Where a fault passed through, innermost last; its message may hold words."""
    return tuple(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )


def wordless(logger: FilteringBoundLogger) -> logging.Logger:
    """For the HTTP library, whose messages quote what a connection sent: our lines."""
    quiet = logging.Logger("http")  # noqa: LOG001 - nothing global is configured
    quiet.addHandler(_Wordless(logger))
    return quiet


class _Wordless(logging.Handler):
    """Keeps of a library's message what kind of fault it tells of, and where."""

    def __init__(self, logger: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._logger.warning(
            "connection_failed",
            fault=None if error is None else type(error).__name__,
            places=() if error is None else places(error),
        )


def _line(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    return _encode(event)
