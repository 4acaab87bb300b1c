"""One client's connection: what is no request gets a problem too, and slowness an end.

The HTTP library answers by itself where no handler is reached: a head that is no HTTP
or too long, an expectation nobody knows. Those answers are made problems here.
"""

import asyncio

import msgspec
from aiohttp import StreamReader, web

from service.api.wire.middleware import HEADERS
from service.api.wire.problems import (
    PROBLEM_TYPE,
    Answered,
    problem_response,
    refused_by,
)

_LATE = b"HTTP/1.1 408 Request Timeout\r\n"


class Connection(web.RequestHandler):
    """Answers like the library, but with problems, and waits so long for a head."""

    __slots__ = ("_begun", "_body", "_head_seconds", "_timer")

    def __init__(
        self,
        server: web.Server,
        *,
        head_seconds: float,
        loop: asyncio.AbstractEventLoop,
        **options: object,
    ) -> None:
        super().__init__(server, loop=loop, **options)  # type: ignore[arg-type]  # the library's own
        self._head_seconds = head_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._begun = False
        self._body: StreamReader | None = None  # of the request answered last

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Begin to wait for the rest of a head, unless all of it is here."""
        of_body = self._body is not None and not self._body.is_eof()
        super().data_received(data)
        if of_body or self._busy():
            return  # what is left of a body begins no request
        self._begun = True
        if self._timer is None:
            self._wait_for_head()

    async def finish_response(
        self,
        request: web.BaseRequest,
        resp: web.StreamResponse,
        start_time: float | None,
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; what the library refused by itself as a problem."""
        self._stop_waiting()
        self._body = request.content
        if isinstance(resp, web.HTTPException):
            resp = _problem(refused_by(resp), keep=True)
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A problem instead of the library's text; it logs as it always does."""
        answer = super().handle_error(request, status, exc, message)
        if status == web.HTTPBadRequest.status_code:
            return _problem(refused_by(web.HTTPBadRequest()), keep=False)
        return answer

    def _busy(self) -> bool:
        """Whether a whole head is here: it is being answered, or waits for that."""
        return self._current_request is not None or bool(self._messages)

    def _wait_for_head(self) -> None:
        self._timer = self._loop.call_later(self._head_seconds, self._late)

    def _stop_waiting(self) -> None:
        self._begun = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        """No whole head in time: say so where one was begun, and close."""
        self._timer = None
        if self._busy():
            return
        if self._begun and self.transport is not None:
            self.transport.write(_too_late())
        self.force_close()


def _problem(answered: Answered, *, keep: bool) -> web.Response:
    response = problem_response(answered)
    response.headers.update(HEADERS)
    if not keep:
        response.force_close()
    return response


def _too_late() -> bytes:
    body = msgspec.json.encode(refused_by(web.HTTPRequestTimeout()).problem)
    lines = {
        **HEADERS,
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return _LATE + head.encode() + b"\r\n" + body
