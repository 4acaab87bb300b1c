"""What a handler finds at hand: the keys under which the application keeps things."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from events.store import EventStore
from projections import Shelf
from service.api.route import Contract
from service.desk import Desk
from service.identity import Identities, Identity
from service.retention import Periods

DESK = web.AppKey("desk", Desk)
STORE: web.AppKey[EventStore] = web.AppKey("store")
ENGINE = web.AppKey("engine", AsyncEngine)  # of the read models
SHELF = web.AppKey("shelf", Shelf)
IDENTITIES: web.AppKey[Identities] = web.AppKey("identities")
LOGGER: web.AppKey[FilteringBoundLogger] = web.AppKey("logger")
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")  # aware UTC
NEW_ID: web.AppKey[Callable[[], str]] = web.AppKey("new_id")

PERIODS = web.AppKey("periods", Periods)

REQUEST_ID = web.RequestKey("request_id", str)
IDENTITY = web.RequestKey("identity", Identity)
CONTRACT = web.RequestKey("contract", Contract)
PROBLEM = web.RequestKey("problem", str)  # slug of the problem it was answered with


class Drain:
    """Whether the process is being stopped: it finishes what comes, and says so."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        """From here on the process is not ready, and connections are let go."""
        self.begun = True


DRAIN = web.AppKey("drain", Drain)


class Build(Struct, frozen=True):
    """Which program this is."""

    version: str
    revision: str | None = None


BUILD = web.AppKey("build", Build)
DOCUMENT = web.AppKey("document", bytes)  # OpenAPI, as JSON
