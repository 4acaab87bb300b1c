"""Webhooks over HTTP: made by governance or an administrator, and looked after."""

from hashlib import sha256
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from service.api.wire.carrying_out import location
from service.api.wire.context import IDENTITY, STORE
from service.api.wire.parameter import AFTER_POSITION, KEY_REQUIRED, LIMIT
from service.api.wire.reading import asked, command_id, number, path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.api.wire.words import VAULT
from service.news import NewsName
from service.permission import Action
from service.refusal import Refused
from service.webhooks.webhooks import (
    MOST,
    GivenUp,
    Webhook,
    Webhooks,
    secret_of,
    unfit,
)

routes = Routes("webhooks")

WEBHOOKS = web.AppKey("webhooks", Webhooks)
AT_HOME = web.AppKey("at_home", bool)  # whether this machine may be told as well

_WEBHOOKS = "/v1/webhooks"


class WebhookBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told, and of what."""

    url: Annotated[str, Meta(pattern=r"^https?://[!-~]+\Z", max_length=500)]
    events: Annotated[tuple[NewsName, ...], Meta(min_length=1, max_length=20)]


class NewWebhookView(Struct, frozen=True, kw_only=True):
    """A webhook as it is made; nobody is shown its secret again."""

    webhook: str
    url: str
    events: tuple[str, ...]
    secret: str  # `Adjudge-Signature` is made with it


class WebhooksView(Struct, frozen=True, kw_only=True):
    """Every webhook, and how its deliveries go."""

    webhooks: tuple[Webhook, ...]


class GivenUpView(Struct, frozen=True, kw_only=True):
    """Deliveries that were given up, by position; `next` leads to those after."""

    webhook: str
    given_up: tuple[GivenUp, ...]
    next: str | None


class RetryBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be delivered after all: of one event, or everything given up."""

    position: Annotated[int, Meta(ge=1, le=10**15)] | None = None


class RetriedView(Struct, frozen=True, kw_only=True):
    """How many deliveries are tried again, from now on, as often as new ones."""

    webhook: str
    retried: int


@routes.post(
    _WEBHOOKS,
    Contract(
        may=Action.MANAGE_WEBHOOKS,
        takes=WebhookBody,
        gives={201: NewWebhookView},
        asks=(KEY_REQUIRED,),
        refuses=("too-many-webhooks", "unfit-address"),
    ),
)
async def make_webhook(request: web.Request) -> web.Response:
    """Have another system told when something happens, from now on.

    It is told what and where, signed, at least once; no words and no case.
    """
    body, app = await read(request, WebhookBody), request.app
    why = unfit(body.url, at_home=app[AT_HOME])
    if why is not None:
        raise Refused("unfit-address", f"`{body.url}` {why}", pointer="/url")
    said = f"{command_id(request)}\n".encode() + asked(request, body)
    webhook = Webhook(
        webhook=f"w-{sha256(said).hexdigest()[:20]}",
        url=body.url,
        events=tuple(sorted(set(body.events))),
        made_by=request[IDENTITY].person,
    )
    after = (await app[STORE].head()).position
    if not await app[WEBHOOKS].make(webhook, after=after):
        raise Refused("too-many-webhooks", f"there are {MOST} webhooks; remove one")
    view = NewWebhookView(
        webhook=webhook.webhook,
        url=webhook.url,
        events=webhook.events,
        secret=await secret_of(app[VAULT], webhook.webhook),
    )
    response = shown(view)
    response.set_status(201)
    response.headers["Location"] = location("webhooks", webhook.webhook)
    return response


@routes.get(_WEBHOOKS, Contract(may=Action.MANAGE_WEBHOOKS, gives={200: WebhooksView}))
async def list_webhooks(request: web.Request) -> web.Response:
    """List webhooks, what still waits for them, and what was given up."""
    return shown(WebhooksView(webhooks=tuple(await request.app[WEBHOOKS].all())))


@routes.delete(
    f"{_WEBHOOKS}/{{webhook}}",
    Contract(may=Action.MANAGE_WEBHOOKS, gives={200: Webhook}),
)
async def remove_webhook(request: web.Request) -> web.Response:
    """Tell somebody no more, nor what still waited for them."""
    removed = await request.app[WEBHOOKS].remove(path(request, "webhook"))
    if removed is None:
        raise Refused("not-found", "there is no such webhook")
    return shown(removed)


@routes.get(
    f"{_WEBHOOKS}/{{webhook}}/given-up",
    Contract(
        may=Action.MANAGE_WEBHOOKS,
        gives={200: GivenUpView},
        asks=(AFTER_POSITION, LIMIT),
    ),
)
async def list_given_up(request: web.Request) -> web.Response:
    """List deliveries that were tried in vain and are not tried any more."""
    webhook, limit = await _webhook(request), limit_of(request)
    after = number(request, "after", default=0)
    found = await request.app[WEBHOOKS].given_up(webhook, after=after, limit=limit)
    following = None
    if len(found) >= limit:
        following = next_page(request, after=found[-1].position)
    return shown(GivenUpView(webhook=webhook, given_up=tuple(found), next=following))


@routes.post(
    f"{_WEBHOOKS}/{{webhook}}/retries",
    Contract(
        may=Action.MANAGE_WEBHOOKS,
        takes=RetryBody,
        gives={200: RetriedView},
    ),
)
async def retry_given_up(request: web.Request) -> web.Response:
    """Have what was given up delivered after all; asked twice, it is tried once."""
    body, webhook = await read(request, RetryBody), await _webhook(request)
    retried = await request.app[WEBHOOKS].retry(webhook, body.position)
    return shown(RetriedView(webhook=webhook, retried=retried))


async def _webhook(request: web.Request) -> str:
    asked_for = path(request, "webhook")
    if asked_for not in {each.webhook for each in await request.app[WEBHOOKS].all()}:
        raise Refused("not-found", "there is no such webhook")
    return asked_for
