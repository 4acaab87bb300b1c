"""Checkpoints handed to a witness over HTTP, behind everything else.

Each is posted as it is (`text/plain`), the newest first if several wait: a checkpoint
extends all before it. A reply may be cosignature lines, as those of C2SP `tlog-witness`
are. What cannot be delivered is tried again, less and less often, and holds nobody up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import ClientError, ClientSession, ClientTimeout
from structlog.typing import FilteringBoundLogger

from events.proof.note import Note, Signature
from events.proof.note_key import NoteError
from events.store import StoreError

_TIMEOUT = ClientTimeout(total=10)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0  # seconds
_LONGEST_REPLY = 16 * 1024  # bytes
_GOOD = range(200, 300)

Cosign = Callable[[Note], Awaitable[None]]
"""Keeps the cosignatures under a note; raises NoteError for a false one."""


class Webhook:
    """A witness that is told in the background; it never says what it has."""

    def __init__(self, url: str, logger: FilteringBoundLogger) -> None:
        self.trouble: str | None = None
        self._url = url
        self._logger = logger
        self._given = ""  # the text of the last one
        self._waiting: Note | None = None
        self._told = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    async def last(self) -> Note | None:
        return None

    async def keep(self, note: Note) -> tuple[Signature, ...]:
        """Have it delivered soon; a cosignature comes later, if one comes."""
        if note.text != self._given:
            self._given = note.text
            self._waiting = note
            self._empty.clear()
            self._told.set()
        return ()

    async def deliver(self, cosign: Cosign) -> None:
        """Deliver what waits, for ever; run it as a task."""
        async with ClientSession(timeout=_TIMEOUT) as session:
            while True:
                await self._told.wait()
                self._told.clear()
                await self._deliver(session, cosign)

    async def drained(self, seconds: float) -> None:
        """Wait until everything is delivered, or not so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    async def _deliver(self, session: ClientSession, cosign: Cosign) -> None:
        pause = _FIRST_PAUSE
        while (note := self._waiting) is not None:
            try:
                lines = await self._posted(session, note)
                self.trouble = None
                if lines:
                    signed = Note.parse(f"{note}{lines}")
                    await cosign(signed)
            except (ClientError, TimeoutError, StoreError) as error:
                self._complain("witness_unreachable", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            except (NoteError, UnicodeDecodeError) as error:
                self._complain("witness_reply_refused", error)
            if self._waiting is note:
                self._waiting = None
        self._empty.set()

    async def _posted(self, session: ClientSession, note: Note) -> str:
        kind = {"Content-Type": "text/plain; charset=utf-8"}
        async with session.post(
            self._url, data=str(note).encode(), headers=kind, allow_redirects=False
        ) as response:
            if response.status not in _GOOD:
                raise StoreError(f"the witness answered with status {response.status}")
            reply = await response.content.read(_LONGEST_REPLY)
            return reply.decode()

    def _complain(self, what: str, error: Exception) -> None:
        """Without the address: it may hold a secret."""
        says = str(error) if isinstance(error, StoreError | NoteError) else ""
        self.trouble = says or "the witness cannot be reached"
        self._logger.error(what, fault=type(error).__name__, says=self.trouble)
