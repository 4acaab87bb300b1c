"""The service, as one person meets it over HTTP.

async with Client("https://adjudge.example", token) as client:
    case = client.inspection("brent-2019").case("C-7F3K-Q2M")
    accepted = await case.answer("2.1.1", "Yes", evidence="Seen in the plan.")
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from service.client.address import NOW, Address, AsOf, Found, When, told
from service.client.governance import Governance
from service.client.inbox import InboxView, TaskView
from service.client.inspection import Inspection
from service.client.panel import OpenView, QueueView
from service.client.rules import Framework, OperationView
from service.client.transport import Patience, Token, Transport
from service.client.views import (
    Accepted,
    IdentityView,
    InspectionSummary,
    InspectionsView,
)
from service.client.webhooks import Webhooks


class Client:
    """One person's way in; used with `async with`, or over a session of the caller's.

    Clients of several people may share a session, which none of them then closes.
    `reason` is why cases are read by somebody who does not work on them.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        session: ClientSession | None = None,
        patience: Patience | None = None,
        reason: str | None = None,
    ) -> None:
        self._own = None
        if session is None:
            session = self._own = open_session()
        self._transport = Transport(session, url, token, patience or Patience(), reason)
        self._v1 = Address(self._transport)
        self.governance = Governance(self._v1)
        self.webhooks = Webhooks(self._v1 / "webhooks")

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
        return Inspection(self._v1 / "inspections" / id_, id_)

    def framework(self, id_: str) -> Framework:
        """One framework; nothing is sent yet."""
        return Framework(self._v1 / "frameworks" / id_)

    async def me(self) -> IdentityView:
        """Who the token belongs to."""
        return await (self._v1 / "me").read(IdentityView)

    async def inspections(
        self, *, as_of: AsOf = None
    ) -> AsyncIterator[InspectionSummary]:
        """The register, by id, page after page."""
        async for page in (self._v1 / "inspections").pages(
            InspectionsView, as_of=as_of
        ):
            for each in page.inspections:
                yield each

    def frameworks(self, *, as_of: AsOf = None) -> AsyncIterator[Found]:
        """The frameworks with their revisions, by id."""
        return (self._v1 / "frameworks").rows("frameworks", as_of=as_of)

    async def inbox(self) -> AsyncIterator[TaskView]:
        """What waits for whoever asks, in all inspections."""
        async for page in (self._v1 / "inbox").pages(InboxView):
            for task in page.tasks:
                yield task

    async def before_panel(self, stage: str | None = None) -> AsyncIterator[OpenView]:
        """Standards before the panel in all inspections, or those at one stage."""
        async for page in (self._v1 / "discretion").pages(QueueView, stage=stage):
            for standard in page.standards:
                yield standard

    async def show_operation(self, operation: str) -> OperationView:
        """How far a long piece of work is."""
        return await (self._v1 / "operations" / operation).read(OperationView)

    async def cancel_operation(self, operation: str) -> OperationView:
        """Have it ended."""
        return await (self._v1 / "operations" / operation).remove(OperationView)

    async def wait_for(self, operation: str, *, every: float = 1.0) -> OperationView:
        """How it ended, looked at every so many seconds until it did."""
        while True:
            shown = await self.show_operation(operation)
            if shown.state != "running":
                return shown
            await asyncio.sleep(every)

    async def announce(  # noqa: PLR0913 - all that an announcement says
        self,
        id_: str,
        *,
        service: str,
        programme: str,
        fieldwork_starts_on: date,
        framework: str | None = None,
        revision: int | None = None,
        follows: str | None = None,
        team: Mapping[str, str] | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Open an inspection; without `framework`, under the one in force that day.

        `team` names who has which part, by person; a lead can assign more people later.
        `follows` is the inspection that this one does again.
        """
        body = told(
            inspection=id_,
            service=service,
            programme=programme,
            fieldwork_starts_on=fieldwork_starts_on,
            framework=framework,
            revision=revision,
            follows=follows,
            team=None if team is None else dict(team),
        )
        return await (self._v1 / "inspections").add(body, when)


def open_session() -> ClientSession:
    """Connections for as many requests at a time as are made; no cookies."""
    return ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar())
