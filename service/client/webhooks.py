"""Webhooks: other systems that are told, for those who look after them."""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct

from service.client.address import Address, When, told


class NewWebhookView(Struct, frozen=True, kw_only=True):
    """A webhook as it is made; nobody is shown its secret again."""

    webhook: str
    url: str
    events: tuple[str, ...]
    secret: str


class Webhook(Struct, frozen=True, kw_only=True):
    """Somebody who is told, of what, and how it goes."""

    webhook: str
    url: str
    events: tuple[str, ...]
    made_by: str
    waiting: int = 0
    parked: int = 0
    trouble: str | None = None


class WebhooksView(Struct, frozen=True, kw_only=True):
    """Every webhook, and how its deliveries go."""

    webhooks: tuple[Webhook, ...]


class GivenUp(Struct, frozen=True, kw_only=True):
    """A delivery that was tried in vain."""

    position: int
    event: str
    inspection: str
    attempts: int
    trouble: str | None


class GivenUpView(Struct, frozen=True, kw_only=True):
    """A page of deliveries that were given up."""

    webhook: str
    given_up: tuple[GivenUp, ...]
    next: str | None


class RetriedView(Struct, frozen=True, kw_only=True):
    """How many deliveries are tried again."""

    webhook: str
    retried: int


class Webhooks:
    """Every webhook of the service."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def list(self) -> WebhooksView:
        """Who is told, of what, and how it goes."""
        return await self._here.read(WebhooksView)

    async def make(
        self, url: str, events: Sequence[str], *, key: str | None = None
    ) -> NewWebhookView:
        """Have somebody told; the secret that signs deliveries is shown once."""
        body = {"url": url, "events": [*events]}
        ask = self._here.asking("POST", body, When(key=key))
        return await self._here.send(ask, NewWebhookView)

    async def remove(self, webhook: str) -> Webhook:
        """Tell them no more, nor what still waited for them."""
        return await (self._here / webhook).remove(Webhook)

    async def given_up(self, webhook: str) -> AsyncIterator[GivenUp]:
        """What was tried in vain, by position, page after page."""
        async for page in (self._here / webhook / "given-up").pages(GivenUpView):
            for each in page.given_up:
                yield each

    async def retry(self, webhook: str, position: int | None = None) -> RetriedView:
        """Have it delivered after all: of one event, or everything given up."""
        ask = (self._here / webhook / "retries").asking("POST", told(position=position))
        return await self._here.send(ask, RetriedView)
