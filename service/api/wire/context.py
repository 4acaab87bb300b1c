"""What a handler finds at hand: the keys under which the application keeps things."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from events.pack.export import StoredStreams
from events.proof.store import ProofStore
from events.store import EventStore
from projections import Shelf
from service.api.wire.route import Contract
from service.desk import Desk
from service.identity import Identities, Identity
from service.metrics import Metrics
from service.proof.checkpointing import Checkpointing
from service.retention import Periods
from service.sign_in.openid import SignIn
from service.sign_in.sessions import Sessions
from service.spans import Spans

DESK = web.AppKey("desk", Desk)
STORE: web.AppKey[EventStore] = web.AppKey("store")
ENGINE = web.AppKey("engine", AsyncEngine)  # of the read models
PAGES: web.AppKey[StoredStreams] = web.AppKey("pages")
PROOFS: web.AppKey[ProofStore] = web.AppKey("proofs")
CHECKPOINTS = web.AppKey("checkpoints", Checkpointing)
SHELF = web.AppKey("shelf", Shelf)
METRICS = web.AppKey("metrics", Metrics)
SPANS: web.AppKey[Spans] = web.AppKey("spans")
IDENTITIES: web.AppKey[Identities] = web.AppKey("identities")
SIGN_IN: web.AppKey[SignIn | None] = web.AppKey("sign_in")  # None: with tokens only
SESSIONS: web.AppKey[Sessions | None] = web.AppKey("sessions")
LOGGER: web.AppKey[FilteringBoundLogger] = web.AppKey("logger")
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")  # aware UTC
NEW_ID: web.AppKey[Callable[[], str]] = web.AppKey("new_id")

PERIODS = web.AppKey("periods", Periods)

REQUEST_ID = web.RequestKey("request_id", str)
IDENTITY = web.RequestKey("identity", Identity)
SESSION = web.RequestKey("session", str)  # its id, where a session tells who asks
CONTRACT = web.RequestKey("contract", Contract)
BODY_SECONDS = web.AppKey("body_seconds", float)
PROBLEM = web.RequestKey("problem", str)  # slug of the problem it was answered with

_SECONDS_LEFT = 1.0  # for the rest of a body once the process is being stopped


class Drain:
    """Whether the process is being stopped: it finishes what comes, and says so."""

    def __init__(self) -> None:
        self.begun = False
        self._receiving: set[asyncio.Timeout] = set()

    def begin(self) -> None:
        """From here on the process is not ready, and connections are let go."""
        self.begun = True
        soon = asyncio.get_running_loop().time() + _SECONDS_LEFT
        for limit in self._receiving:
            if not limit.expired():
                limit.reschedule(soon)

    @asynccontextmanager
    async def receiving(self, seconds: float) -> AsyncIterator[None]:
        """Raise TimeoutError after so long, or soon after the stop: that comes first.

        Nobody who leaves a request half sent holds up the stop.
        """
        limited = asyncio.timeout(_SECONDS_LEFT if self.begun else seconds)
        async with limited as limit:
            self._receiving.add(limit)
            try:
                yield
            finally:
                self._receiving.discard(limit)


DRAIN = web.AppKey("drain", Drain)


class Build(Struct, frozen=True):
    """Which program this is."""

    version: str
    revision: str | None = None


BUILD = web.AppKey("build", Build)
