"""The service, as one person meets it over HTTP.

async with Client("https://adjudge.example", token) as client:
    case = client.inspection("brent-2019").case("C-7F3K-Q2M")
    accepted = await case.answer("2.1.1", "Yes", evidence="Seen in the plan.")
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from msgspec.json import Decoder

from service.client.case import ACCEPTED, NOW, When, following, posting, reading, told
from service.client.inspection import Inspection
from service.client.transport import Ask, Patience, Token, Transport
from service.client.views import (
    Accepted,
    IdentityView,
    InspectionSummary,
    InspectionsView,
)

_IDENTITY = Decoder(IdentityView)
_REGISTER = Decoder(InspectionsView)

_INSPECTIONS = "/v1/inspections"


class Client:
    """One person's way in; used with `async with`, or over a session of the caller's.

    Clients of several people may share a session, which none of them then closes.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        session: ClientSession | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._own = None
        if session is None:
            session = self._own = open_session()
        self._transport = Transport(session, url, token, patience or Patience())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections, unless they are the caller's."""
        if self._own is not None:
            await self._own.close()

    @property
    def position(self) -> int:
        """The last position this client wrote at; its reads take account of it."""
        return self._transport.position

    def inspection(self, id_: str) -> Inspection:
        """One inspection; nothing is sent yet."""
        return Inspection(self._transport, id_)

    async def me(self) -> IdentityView:
        """Who the token belongs to."""
        return await self._transport.read(reading("/v1/me", None), _IDENTITY)

    async def inspections(self) -> AsyncIterator[InspectionSummary]:
        """The register, by id, page after page."""
        ask: Ask | None = reading(_INSPECTIONS, None)
        while ask is not None:
            page = await self._transport.read(ask, _REGISTER)
            for each in page.inspections:
                yield each
            ask = following(ask, page.next)

    async def announce(  # noqa: PLR0913 - all that an announcement says
        self,
        id_: str,
        *,
        service: str,
        programme: str,
        fieldwork_starts_on: date,
        framework: str | None = None,
        team: Mapping[str, str] | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Open an inspection; without `framework`, under the one in force that day.

        `team` names who has which part, by person; a lead can assign more people later.
        """
        body = told(
            inspection=id_,
            service=service,
            programme=programme,
            fieldwork_starts_on=fieldwork_starts_on,
            framework=framework,
            team=None if team is None else dict(team),
        )
        return await self._transport.write(posting(_INSPECTIONS, body, when), ACCEPTED)


def open_session() -> ClientSession:
    """Connections for as many requests at a time as are made; no cookies."""
    return ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar())
