"""How a view becomes a response."""

import msgspec
from aiohttp import web
from msgspec import Struct

from service.api.problems import etag
from service.api.reading import has_seen
from service.api.route import JSON


def shown(
    view: Struct, *, at: int | None = None, version: int | None = None
) -> web.Response:
    """A view as JSON; `at` is the position it takes account of, `version` its tag."""
    headers = {}
    if at is not None:
        headers["Record-Position"] = str(at)
    if version is not None:
        headers["ETag"] = etag(version)
    return web.Response(body=_ENCODER.encode(view), content_type=JSON, headers=headers)


def shown_unless_held(
    request: web.Request, view: Struct, *, at: int, version: int
) -> web.Response:
    """A view as JSON, or 304 to those who hold this version already."""
    if has_seen(request, version):
        headers = {"ETag": etag(version), "Record-Position": str(at)}
        return web.Response(status=304, headers=headers)
    return shown(view, at=at, version=version)


def next_page(request: web.Request, **query: str | int) -> str:
    """The address of the following page."""
    return str(request.rel_url.update_query({k: str(v) for k, v in query.items()}))


_ENCODER = msgspec.json.Encoder()
