"""How a view becomes a response."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct

from service.api.wire.parameter import PAGE_DEFAULT, PAGE_LIMIT
from service.api.wire.problems import etag
from service.api.wire.reading import number
from service.api.wire.route import JSON

Item = TypeVar("Item")


def shown(
    view: Struct,
    *,
    at: int | None = None,
    version: int | None = None,
    beside: Sequence[object] = (),
) -> web.Response:
    """A view as JSON; `at` is the position it takes account of, `version` its tag.

    `beside` is what it shows that changes without a new version. While there is any of
    it, it is in the tag too: what is held is then never taken for what is shown now.
    """
    headers = {}
    if at is not None:
        headers["Record-Position"] = str(at)
    if version is not None:
        headers["ETag"] = etag(version, _digest(beside) if any(beside) else None)
    following = getattr(view, "next", None)
    if following is not None:
        headers["Link"] = link_to(following)
    return web.Response(body=_ENCODER.encode(view), content_type=JSON, headers=headers)


def limit_of(request: web.Request) -> int:
    """How many a page may hold."""
    return number(request, "limit", default=PAGE_DEFAULT, highest=PAGE_LIMIT, lowest=1)


def paged(
    request: web.Request,
    found: Sequence[Item],
    cursor: Callable[[Item], str | int],
    *,
    as_of: int | None = None,
) -> tuple[tuple[Item, ...], str | None]:
    """A page of what was found, and the address of the following one if there is more.

    The cursor is that of the last entry, which keeps its place while events arrive;
    with `as_of` all pages show the same moment.
    """
    limit = limit_of(request)
    page = tuple(found[:limit])
    if len(found) <= limit:
        return page, None
    return page, next_page(request, after=cursor(page[-1]), as_of=as_of)


def next_page(
    request: web.Request, *, after: str | int, as_of: int | None = None
) -> str:
    """The address of the page after an entry."""
    query = {"after": str(after)}
    if as_of is not None:
        query["as_of"] = str(as_of)
    return str(request.rel_url.update_query(query))


def link_to(following: str) -> str:
    """The header that names the following page."""
    return f'<{following}>; rel="next"'


def _digest(beside: Sequence[object]) -> str:
    return blake2b(_ENCODER.encode(beside), digest_size=12).hexdigest()


_ENCODER = msgspec.json.Encoder()
