"""Inspections: announced, listed, shown, and their domains set aside and taken up."""

import msgspec
from aiohttp import web
from msgspec import Struct

from projections import Entry, RatingBook, instant, register, snapshot
from service.api.wire.bodies import AnnouncementBody, ReasonBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import DESK, ENGINE, IDENTITY
from service.api.wire.looking import look, point_in_ledger
from service.api.wire.parameter import AFTER_ID, AS_OF, KEY_REQUIRED, LIMIT
from service.api.wire.reading import path, read
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.words import ReasonView, reason_of
from service.desk import Accepted
from service.identity import PER_INSPECTION
from service.inspection import about
from service.inspection.commands import (
    AnnounceInspection,
    SetDomainAside,
    TakeDomainUp,
)
from service.inspection.panel.finality import is_agreed
from service.permission import Action
from service.refusal import Refused

routes = Routes("inspections")

_INSPECTIONS = "/v1/inspections"
_INSPECTION = f"{_INSPECTIONS}/{{inspection}}"
_DOMAIN = f"{_INSPECTION}/domains/{{domain}}"


class InspectionSummary(Struct, frozen=True, kw_only=True):
    """An inspection in the register."""

    inspection: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    announced_at: str
    overall: str | None
    links: dict[str, str]


class InspectionsView(Struct, frozen=True, kw_only=True):
    """A page of the register; `next` is the address of the following one."""

    as_of: int
    inspections: tuple[InspectionSummary, ...]
    next: str | None


class InspectionView(Struct, frozen=True, kw_only=True):
    """One inspection and where it stands."""

    inspection: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    announced_at: str
    as_of: int
    version: int
    not_inspected: tuple[str, ...]  # domains
    set_aside_because: dict[str, ReasonView]  # by domain
    cases: int
    follows: str | None  # the earlier inspection that this one looks again at
    fieldwork_submitted: bool
    overall: str | None
    provisional: bool
    agreed: bool  # by a panel, exactly as the ratings are now
    published: int  # how many times
    links: dict[str, str]


@routes.get(
    _INSPECTIONS,
    Contract(
        may=Action.READ_RATINGS,
        gives={200: InspectionsView},
        asks=(AS_OF, AFTER_ID, LIMIT),
    ),
)
async def list_inspections(request: web.Request) -> web.Response:
    """List inspections by id, each with its overall rating at the time asked for.

    Those in which you have a part; all of them where your role needs none.
    """
    at = await point_in_ledger(request)
    identity = request[IDENTITY]
    found = await register(
        request.app[ENGINE],
        after=request.query.get("after", ""),
        until=at,
        limit=limit_of(request) + 1,
        of=identity.person if identity.roles <= PER_INSPECTION else None,
    )
    page, following = paged(request, found, lambda entry: entry.inspection, as_of=at)
    view = InspectionsView(
        as_of=at,
        inspections=tuple(
            InspectionSummary(
                **msgspec.structs.asdict(entry), links=_links(entry.inspection)
            )
            for entry in page
        ),
        next=following,
    )
    return shown(view, at=at)


@routes.post(
    _INSPECTIONS,
    Contract(
        may=Action.ANNOUNCE,
        takes=AnnouncementBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "inspection-exists",
            "framework-not-chosen",
            "framework-not-in-force",
            "unknown-framework",
            "not-found",
            "not-published",
            "unknown-role",
        ),
    ),
)
async def announce_inspection(request: web.Request) -> web.Response:
    """Open an inspection under the framework in force when fieldwork starts."""
    body = await read(request, AnnouncementBody)
    if body.follows is not None:
        await _require_published(request, body.follows)
    task = Task(
        inspection=body.inspection,
        command=AnnounceInspection(
            service=body.service,
            programme=body.programme,
            fieldwork_starts_on=body.fieldwork_starts_on,
            framework=body.framework,
            revision=body.revision,
            follows=body.follows,
            team=body.team,
        ),
    )
    here = location("inspections", body.inspection)
    return await carry_out(request, task, body, location=here)


async def _require_published(request: web.Request, earlier: str) -> None:
    """An inspection looks again at one whose report is out."""
    try:
        is_out = await request.app[DESK].read(
            earlier, lambda book: bool(book.proceedings.published)
        )
    except Refused:
        is_out = False  # there is no such inspection
    if not is_out:
        raise Refused(
            "not-published",
            f"`{earlier}` is no published inspection; there is nothing to look at "
            f"again",
            pointer="/follows",
        )


@routes.get(
    _INSPECTION,
    Contract(
        may=Action.READ_RATINGS,
        gives={200: InspectionView},
        asks=(AS_OF,),
        refuses=("reason-required",),
    ),
)
async def show_inspection(request: web.Request) -> web.Response:
    """Show an inspection, the rules it is held to, and where it stands."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> tuple[InspectionView, dict[str, Entry]]:
        announced = book.announced
        assessment = book.ratings.assessment()
        overall = assessment.overall
        aside = {
            domain: entry
            for domain in book.framework.domains
            if (entry := book.entry(about.domain(domain))) is not None
        }
        view = InspectionView(
            inspection=inspection,
            service=announced.service,
            programme=announced.programme,
            framework=book.edition.id,
            revision=book.edition.revision,
            framework_hash=book.framework.hash,
            fieldwork_starts_on=announced.fieldwork_starts_on.isoformat(),
            announced_at=instant(book.announced_at),
            as_of=book.position,
            version=book.version,
            not_inspected=tuple(aside),
            set_aside_because={},
            cases=len(book.samples),
            fieldwork_submitted=book.casework.checking.submitted is not None,
            overall=None if overall is None else overall.rating,
            provisional=assessment.provisional,
            agreed=is_agreed(book, snapshot(book, assessment)),
            published=len(book.proceedings.published),
            follows=announced.follows,
            links=_links(inspection),
        )
        return view, aside

    seen, aside = await look(request, view)
    because = {
        domain: reason
        for domain, entry in aside.items()
        if (reason := await reason_of(request, entry)) is not None
    }
    return shown(
        msgspec.structs.replace(seen, set_aside_because=because), at=seen.as_of
    )


@recording(
    routes,
    "POST",
    f"{_DOMAIN}/set-asides",
    Recording(
        may=Action.SCOPE,
        takes=ReasonBody,
        thing=about.domain,
        refuses=("unknown-domain",),
        lies_at=_INSPECTION,
    ),
)
def set_domain_aside(said: Said[ReasonBody]) -> SetDomainAside:
    """Leave a domain uninspected; the scale of what rests on it shrinks."""
    (domain,) = said.steps
    return SetDomainAside(domain=domain, reason=said.sealed["reason"])


@recording(
    routes,
    "POST",
    f"{_DOMAIN}/take-ups",
    Recording(
        may=Action.SCOPE,
        takes=ReasonBody,
        thing=about.domain,
        refuses=("unknown-domain",),
        lies_at=_INSPECTION,
        withdraws=True,
    ),
)
def take_domain_up(said: Said[ReasonBody]) -> TakeDomainUp:
    """Inspect a domain after all that was set aside."""
    (domain,) = said.steps
    return TakeDomainUp(domain=domain, reason=said.sealed["reason"])


def _links(inspection: str) -> dict[str, str]:
    here = location("inspections", inspection)
    return {
        "self": here,
        "assignments": f"{here}/assignments",
        "samples": f"{here}/samples",
        "cases": f"{here}/cases",
        "outstanding": f"{here}/outstanding",
        "ratings": f"{here}/ratings",
        "changes": f"{here}/changes",
        "agreement": f"{here}/agreement",
        "report": f"{here}/report",
        "publications": f"{here}/publications",
    }
