"""What moved across all inspections, and how far the index of it has come."""

from collections.abc import Sequence
from functools import partial

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from events.inspection import CATEGORY
from projections import Following, IndexedChange, Parked, Wanted, changes
from projections import following as all_followers
from projections import parked as all_parked
from service.api.rating.change_tables import FILTERS, asked_changes, changes_of_all
from service.api.wire.context import ENGINE, STORE
from service.api.wire.every_read import reached
from service.api.wire.parameter import AFTER_POSITION, LIMIT
from service.api.wire.route import JSON, Contract, Parameter, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.api.wire.table import FORMS, form_asked
from service.change_rows import Asked
from service.permission import Action

routes = Routes("changes")


class IndexedChangesView(Struct, frozen=True, kw_only=True):
    """A page of changes in the order they happened; `next` follows on.

    The index catches up behind the ledger: `as_of` is the event it has come to.
    """

    as_of: int
    changes: tuple[IndexedChange, ...]
    next: str | None


class FollowerView(Struct, frozen=True, kw_only=True):
    """A read model that catches up behind the ledger, and what it could not take."""

    follower: str
    position: int
    owner: str | None  # the process that runs it; null while none does
    leased_until: str | None
    parked: tuple[Parked, ...]  # skipped ones among them


class FollowersView(Struct, frozen=True, kw_only=True):
    """Every such read model."""

    followers: tuple[FollowerView, ...]


_INSPECTION = Parameter(
    name="inspection", place="query", says="Only changes of this inspection."
)


@routes.get(
    "/v1/changes",
    Contract(
        may=Action.READ_LEDGER,
        gives={200: IndexedChangesView},
        asks=(
            _INSPECTION,
            *FILTERS,
            AFTER_POSITION,
            LIMIT,
        ),
        media=FORMS,
    ),
)
async def list_all_changes(request: web.Request) -> web.Response:
    """List every rating that moved, in all inspections: from what, by whom and why.

    As CSV, lines of JSON or a spreadsheet it has every change in full, one inspection
    after the other, also those that moved no rating.
    """
    form, asked = form_asked(request), asked_changes(request)
    if form != JSON:
        return await _table(request, form, asked)
    limit = limit_of(request)
    engine, query = request.app[ENGINE], request.query
    await reached(request, partial(_come_to, engine))  # later than the ledger
    at = await _come_to(engine)
    wanted = Wanted(
        inspection=query.get("inspection"),
        actor=asked.actor,
        part=asked.part,
        since=asked.since,
        until=asked.until,
    )
    found = await changes(engine, wanted, after=asked.after, limit=limit)
    view = IndexedChangesView(
        as_of=at,
        changes=tuple(found),
        next=next_page(request, after=found[-1].position)
        if len(found) >= limit
        else None,
    )
    return shown(view, at=view.as_of)


async def _table(request: web.Request, form: str, asked: Asked) -> web.Response:
    store, inspection = request.app[STORE], request.query.get("inspection")
    streams = await store.streams(CATEGORY)
    if inspection is not None:
        streams = [each for each in streams if each.id == inspection]
    until = (await store.head()).position
    return await changes_of_all(request, streams, form=form, until=until, asked=asked)


@routes.get(
    "/v1/followers", Contract(may=Action.READ_LEDGER, gives={200: FollowersView})
)
async def list_followers(request: web.Request) -> web.Response:
    """List the read models behind the ledger, and the events they could not take."""
    engine = request.app[ENGINE]
    waiting = await all_parked(engine, skipped=True)
    return shown(
        FollowersView(
            followers=tuple(
                _view(each, waiting) for each in await all_followers(engine)
            )
        )
    )


async def _come_to(engine: AsyncEngine) -> int:
    """The last event that the index holds."""
    followers = await all_followers(engine)
    return next((each.position for each in followers if each.follower == "changes"), 0)


def _view(one: Following, waiting: Sequence[Parked]) -> FollowerView:
    return FollowerView(
        follower=one.follower,
        position=one.position,
        owner=one.owner,
        leased_until=one.leased_until,
        parked=tuple(each for each in waiting if each.follower == one.follower),
    )
