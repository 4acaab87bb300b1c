"""The service about itself: who you are, its problems, its health, its version."""

from html import escape

import msgspec
from aiohttp import web
from msgspec import Struct

from service.api.description.made import DESCRIPTION
from service.api.wire.catalogue import KINDS, Kind
from service.api.wire.context import (
    BUILD,
    CHECKPOINTS,
    DRAIN,
    ENGINE,
    IDENTITY,
    SESSION,
    STORE,
)
from service.api.wire.page import page
from service.api.wire.problems import problem_example
from service.api.wire.reading import path
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import shown
from service.permission import Action, may
from service.records.layout import Unready, current_layout
from service.refusal import Refused
from service.sign_in.sessions import form_token

routes = Routes("service")

_HTML = "text/html"


class IdentityView(Struct, frozen=True, kw_only=True):
    """Who the token belongs to, and what they may do."""

    person: str
    kind: str
    name: str | None
    roles: tuple[str, ...]
    may: tuple[str, ...]
    form_token: str | None  # with a session: what a request that changes must carry


class ProblemKindView(Struct, frozen=True, kw_only=True):
    """A kind of problem; `type` is the address of its page."""

    type: str
    status: int
    title: str
    why: str
    way_out: str


class ProblemsView(Struct, frozen=True, kw_only=True):
    """Every kind of problem this API answers with."""

    problems: tuple[ProblemKindView, ...]


class HealthView(Struct, frozen=True, kw_only=True):
    """The process is alive."""

    alive: bool = True


class ReadinessView(Struct, frozen=True, kw_only=True):
    """The process can take requests.

    `position` is the end of the ledger, `head` the hash of its last event and so of
    all before it, `layout` that of the database.
    """

    ready: bool
    position: int
    head: str
    layout: str


class VersionView(Struct, frozen=True, kw_only=True):
    """Which program this is."""

    version: str
    revision: str | None


@routes.get("/v1/me", Contract(may=Action.READ_OWN_IDENTITY, gives={200: IdentityView}))
async def show_identity(request: web.Request) -> web.Response:
    """Show who the token belongs to, and what they may do."""
    identity = request[IDENTITY]
    view = IdentityView(
        person=identity.person,
        kind=identity.kind,
        name=identity.name_hint,
        roles=tuple(sorted(identity.roles)),
        may=tuple(action for action in Action if may(identity, action)),
        form_token=form_token(request[SESSION]) if SESSION in request else None,
    )
    return shown(view)


@routes.get("/v1/problems", Contract(may=None, gives={200: ProblemsView}))
async def list_problems(_: web.Request) -> web.Response:
    """List every kind of problem this API answers with."""
    return shown(ProblemsView(problems=tuple(map(_kind_view, KINDS.values()))))


@routes.get("/problems", Contract(may=None, gives={200: None}, media=(_HTML,)))
async def show_problems(_: web.Request) -> web.Response:
    """List every kind of problem, on a page for people."""
    return web.Response(text=_index(), content_type=_HTML)


@routes.get("/problems/{slug}", Contract(may=None, gives={200: None}, media=(_HTML,)))
async def show_problem(request: web.Request) -> web.Response:
    """Explain one kind of problem, on a page for people."""
    kind = KINDS.get(path(request, "slug"))
    if kind is None:
        raise Refused("not-found", "there is no such kind of problem")
    return web.Response(text=_page(kind), content_type=_HTML)


@routes.get("/v1/openapi.json", Contract(may=None, gives={200: None}, media=(JSON,)))
async def show_document(request: web.Request) -> web.Response:
    """Describe this API as an OpenAPI 3.1 document."""
    return web.Response(
        body=await request.app[DESCRIPTION].document(), content_type=JSON
    )


@routes.get("/v1/reference", Contract(may=None, gives={200: None}, media=(_HTML,)))
async def show_reference(request: web.Request) -> web.Response:
    """Describe this API on a page for people."""
    return web.Response(
        body=await request.app[DESCRIPTION].reference(), content_type=_HTML
    )


@routes.get("/healthz", Contract(may=None, gives={200: HealthView}))
async def show_health(_: web.Request) -> web.Response:
    """Say that the process is alive."""
    return shown(HealthView())


@routes.get(
    "/readyz",
    Contract(
        may=None,
        gives={200: ReadinessView},
        refuses=("draining", "store-unavailable", "integrity-alarm"),
    ),
)
async def show_readiness(request: web.Request) -> web.Response:
    """Say whether requests may be sent here: the store takes them, its layout is the
    one needed, the ledger is what was signed, no stop has begun.

    A store that could not be written to last time is tried again.
    """
    if request.app[DRAIN].begun:
        raise Refused("draining", "this process is being stopped; use another")
    request.app[CHECKPOINTS].require_sound()
    store = request.app[STORE]
    if not store.writable:
        await store.caught_up()
    if not store.writable:
        raise Refused("store-unavailable", "nothing can be written at this moment")
    try:
        layout = await current_layout(request.app[ENGINE])
    except Unready as error:
        raise Refused("store-unavailable", str(error)) from error
    head = await store.head()
    view = ReadinessView(
        ready=True, position=head.position, head=head.hash.hex(), layout=layout
    )
    return shown(view, at=head.position)


@routes.get("/version", Contract(may=None, gives={200: VersionView}))
async def show_version(request: web.Request) -> web.Response:
    """Say which program this is."""
    build = request.app[BUILD]
    return shown(VersionView(version=build.version, revision=build.revision))


def _kind_view(kind: Kind) -> ProblemKindView:
    return ProblemKindView(
        type=f"/problems/{kind.slug}",
        status=kind.status,
        title=kind.title,
        why=kind.why,
        way_out=kind.way_out,
    )


def _page(kind: Kind) -> str:
    example = msgspec.json.format(msgspec.json.encode(problem_example(kind)), indent=2)
    content = f"""<p>Status {kind.status}, type <code>/problems/{kind.slug}</code></p>
<h2>Why</h2>
<p>{escape(kind.why)}</p>
<h2>What to do</h2>
<p>{escape(kind.way_out)}</p>
<h2>How it looks</h2>
<pre>{escape(example.decode())}</pre>
<p><a href="/problems">All problems</a></p>"""
    return page(kind.title, content)


def _index() -> str:
    rows = "\n".join(
        f'<tr><td>{kind.status}</td><td><a href="/problems/{kind.slug}">'
        f"<code>{kind.slug}</code></a></td><td>{escape(kind.title)}</td></tr>"
        for kind in sorted(KINDS.values(), key=lambda kind: (kind.status, kind.slug))
    )
    content = f"""<p>Every refusal names one of these in <code>type</code>.</p>
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Type</th>
<th scope="col">Says</th></tr></thead>
<tbody>
{rows}
</tbody></table>"""
    return page("Problems this API answers with", content)
