"""Words that have been kept long enough, and keys that are still to be destroyed."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from events.vault.vault import Vault
from projections import RatingBook, erased_keys, register
from service.desk import Desk
from service.inspection import keys

_PAGE = 500


class Periods(Struct, frozen=True, kw_only=True):
    """How many days words are kept, counted from the first day of fieldwork."""

    cases: int = 1_096  # three years
    inspections: int = 2_557  # seven years


class Due(Struct, frozen=True, kw_only=True):
    """Words whose time is over: of a case, or of a whole inspection."""

    inspection: str
    case: str | None  # None: the inspection and every case of it
    since: date
    hold: int | None  # one that keeps them all the same
    request: int | None  # an erasure that was asked for already


class Place(Struct, frozen=True):
    """Where a list of what is due is read on: after this entry."""

    inspection: str
    case: str | None  # None: after all of the inspection


async def due(
    sources: tuple[AsyncEngine, Desk],
    periods: Periods,
    today: date,
    *,
    after: Place | None = None,
    limit: int | None = None,
) -> Sequence[Due]:
    """What is due by a day, by inspection and case; of a whole one no case is named."""
    engine, desk = sources
    found: list[Due] = []
    # everything before the last letter of an id comes before the id, in any order
    seen = "" if after is None else after.inspection[:-1]
    while page := await register(engine, after=seen, limit=_PAGE):
        for entry in page:
            place = after if after and entry.inspection == after.inspection else None
            after = None if place else after
            if after is not None:
                continue  # what is read on after is still to come
            began = date.fromisoformat(entry.fieldwork_starts_on)
            ends = _ends(began, periods)
            if min(ends) <= today:
                view = partial(_of, entry.inspection, ends, today)
                here = await desk.read(entry.inspection, view)
                found += [
                    each for each in here if place is None or _follows(each, place)
                ]
            if limit is not None and len(found) >= limit:
                return found[:limit]
        seen = page[-1].inspection
    return found


def _follows(each: Due, place: Place) -> bool:
    """Whether an entry of the same inspection comes after a place."""
    if place.case is None:
        return False
    return each.case is None or each.case > place.case


async def destroy_erased(engine: AsyncEngine, vault: Vault) -> frozenset[str]:
    """Destroy every key that the ledger says is erased and the vault still has.

    What a crash between the two leaves undone is done at the next start, and what an
    old copy of the vault brings back is taken away again.
    """
    missed = await erased_keys(engine) - await vault.destroyed()
    if missed:
        await vault.destroy(*sorted(missed))
    return missed


def _ends(began: date, periods: Periods) -> tuple[date, date]:
    return (
        began + timedelta(days=periods.cases),
        began + timedelta(days=periods.inspections),
    )


def _of(
    inspection: str, ends: tuple[date, date], today: date, book: RatingBook
) -> Sequence[Due]:
    case_ends, inspection_ends = ends
    if inspection_ends <= today:
        wanted: Sequence[str | None] = (None,)
        since = inspection_ends
    else:
        wanted, since = sorted(book.samples), case_ends
    return [
        _due(book, inspection, case, since)
        for case in wanted
        if _key(inspection, case) not in book.retention.erased
    ]


def _due(book: RatingBook, inspection: str, case: str | None, since: date) -> Due:
    hold = book.retention.hold_on(case)
    key = _key(inspection, case)
    request = [
        erasure.position
        for erasure in book.retention.erasures.values()
        if erasure.approved is None and key in erasure.keys
    ]
    return Due(
        inspection=inspection,
        case=case,
        since=since,
        hold=None if hold is None else hold.position,
        request=request[-1] if request else None,
    )


def _key(inspection: str, case: str | None) -> str:
    if case is None:
        return keys.of_inspection(inspection)
    return keys.of_case(inspection, case)
