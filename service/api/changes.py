"""What moved across all inspections, and how far the index of it has come."""

from collections.abc import Sequence
from functools import partial

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from projections import Following, IndexedChange, Parked, Wanted, changes
from projections import following as all_followers
from projections import parked as all_parked
from service.api.context import ENGINE
from service.api.every_read import reached
from service.api.parameter import AFTER_POSITION, LIMIT, SINCE, UNTIL
from service.api.reading import moment, number
from service.api.route import Contract, Parameter, Routes
from service.api.showing import limit_of, next_page, shown
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


def _filter(name: str, says: str) -> Parameter:
    return Parameter(name=name, place="query", says=says)


@routes.get(
    "/v1/changes",
    Contract(
        may=Action.READ_LEDGER,
        gives={200: IndexedChangesView},
        asks=(
            _filter("inspection", "Only changes of this inspection."),
            _filter("actor", "Only what this person caused."),
            _filter("part", "Only this part, and what is below it: 2.1 and 2.1.3."),
            SINCE,
            UNTIL,
            AFTER_POSITION,
            LIMIT,
        ),
    ),
)
async def list_all_changes(request: web.Request) -> web.Response:
    """List every rating that moved, in all inspections: from what, by whom and why."""
    limit = limit_of(request)
    engine, query = request.app[ENGINE], request.query
    await reached(request, partial(_come_to, engine))  # later than the ledger
    at = await _come_to(engine)
    wanted = Wanted(
        inspection=query.get("inspection"),
        actor=query.get("actor"),
        part=query.get("part"),
        since=moment(request, "since"),
        until=moment(request, "until"),
    )
    after = number(request, "after", default=0)
    found = await changes(engine, wanted, after=after, limit=limit)
    view = IndexedChangesView(
        as_of=at,
        changes=tuple(found),
        next=next_page(request, after=found[-1].position)
        if len(found) >= limit
        else None,
    )
    return shown(view, at=view.as_of)


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
