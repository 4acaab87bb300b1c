"""Moving an inspection to another revision of its framework, impact shown first."""

from aiohttp import web
from msgspec import Struct

from projections import RatingBook
from service.api.panel.bodies import RepinBody
from service.api.wire.context import SHELF
from service.api.wire.looking import look
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import RepinFramework
from service.inspection.panel.repinning import RepinImpact, impact_of
from service.permission import Action

routes = Routes("repins")

_INSPECTION = "/v1/inspections/{inspection}"
_REPINS = f"{_INSPECTION}/repins"


class RepinChangeView(Struct, frozen=True, kw_only=True):
    """A rating that the other revision gives differently, with both reasons."""

    part: str
    before: str | None
    after: str | None
    because_before: str
    because_after: str
    provisional: bool


class RepinImpactView(Struct, frozen=True, kw_only=True):
    """What a revision would change; `impact_hash` names exactly this to move to it."""

    inspection: str
    as_of: int
    framework: str
    revision: int
    framework_hash: str
    changed: tuple[RepinChangeView, ...]
    not_admitted: tuple[str, ...]  # standards whose decision on discretion would fall
    unknown: tuple[str, ...]  # what is on record and the revision does not know
    impact_hash: str


@routes.get(
    f"{_REPINS}/{{revision}}",
    Contract(
        may=Action.READ_RATINGS,
        gives={200: RepinImpactView},
        refuses=("already-pinned", "framework-not-in-force"),
    ),
)
async def show_repin_impact(request: web.Request) -> web.Response:
    """Show what another revision of its framework would make of an inspection."""
    revision, shelf = int(path(request, "revision")), request.app[SHELF]

    def view(book: RatingBook) -> tuple[RepinImpact, str, int]:
        return impact_of(revision, book, shelf), book.edition.id, book.position

    impact, framework, at = await look(request, view)
    changed = tuple(
        RepinChangeView(
            part=each.part,
            before=each.before,
            after=each.after,
            because_before=each.because_before,
            because_after=each.because_after,
            provisional=each.provisional,
        )
        for each in impact.changed
    )
    shown_impact = RepinImpactView(
        inspection=path(request, "inspection"),
        as_of=at,
        framework=framework,
        revision=impact.revision,
        framework_hash=impact.framework_hash,
        changed=changed,
        not_admitted=impact.not_admitted,
        unknown=impact.unknown,
        impact_hash=impact.impact_hash,
    )
    return shown(shown_impact, at=at)


@recording(
    routes,
    "POST",
    _REPINS,
    Recording(
        may=Action.REPIN,
        takes=RepinBody,
        thing=about.framework,
        refuses=(
            "already-pinned",
            "framework-not-in-force",
            "impact-moved",
        ),
        lies_at=_INSPECTION,
    ),
)
def repin_framework(said: Said[RepinBody]) -> RepinFramework:
    """Hold an inspection to another revision of its framework."""
    return RepinFramework(
        revision=said.body.revision,
        impact_hash=said.body.impact_hash,
        reason=said.sealed["reason"],
    )
