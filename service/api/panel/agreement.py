"""The panel's agreement: what stands in its way, who endorsed, and whether it holds."""

from aiohttp import web
from msgspec import Struct

from events.inspection import RatingsAgreed
from projections import Filed, RatingBook, snapshot
from service.api.panel.bodies import SeenFiguresBody
from service.api.panel.filed import FiledView, filed_view
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import EndorseRatings
from service.inspection.panel.finality import gaps, is_agreed, lapsed, unexplained
from service.permission import Action

routes = Routes("agreement")

_AGREEMENT = "/v1/inspections/{inspection}/agreement"


class AgreedView(Struct, frozen=True, kw_only=True):
    """What a panel once agreed."""

    ratings: dict[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    figures_hash: str
    agreed_by: tuple[str, ...]
    filed: FiledView


class EndorsementView(Struct, frozen=True, kw_only=True):
    """Somebody of the panel who agrees with the figures of now."""

    person: str
    filed: FiledView


class AgreementView(Struct, frozen=True, kw_only=True):
    """Whether the ratings are final, and what is missing where they are not.

    `agreed` holds while `figures_hash` is that of `last`; endorsements lapse.
    """

    inspection: str
    as_of: int
    agreed: bool
    figures_hash: str  # of the ratings and figures of now
    fieldwork_submitted: bool
    missing: tuple[str, ...]  # parts that lack answers or a judgement
    lapsed: tuple[str, ...]  # standards decided on figures that moved since
    unexplained: tuple[str, ...]  # departures from guidance without a fitting reason
    endorsements: tuple[EndorsementView, ...]
    last: AgreedView | None


@routes.get(
    _AGREEMENT,
    Contract(may=Action.READ_RATINGS, gives={200: AgreementView}, asks=(AS_OF,)),
)
async def show_agreement(request: web.Request) -> web.Response:
    """Show whether a panel agreed the ratings as they are, and what is missing."""

    def view(book: RatingBook) -> AgreementView:
        assessment = book.ratings.assessment()
        seen, panel = snapshot(book, assessment), book.proceedings
        return AgreementView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            agreed=is_agreed(book, seen),
            figures_hash=seen.figures_hash,
            fieldwork_submitted=book.casework.checking.submitted is not None,
            missing=gaps(assessment),
            lapsed=lapsed(assessment),
            unexplained=unexplained(book, assessment),
            endorsements=tuple(
                EndorsementView(person=person, filed=filed_view(filed))
                for person, filed in panel.endorsed.items()
                if filed.fact.figures_hash == seen.figures_hash
            ),
            last=None if panel.agreed is None else _agreed(panel.agreed),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@recording(
    routes,
    "POST",
    "/v1/inspections/{inspection}/endorsements",
    Recording(
        may=Action.AGREE,
        takes=SeenFiguresBody,
        thing=about.agreement,
        refuses=(
            "figures-moved",
            "fieldwork-open",
            "incomplete-inspection",
            "decision-lapsed",
            "departure-unexplained",
            "already-agreed",
            "four-eyes",
        ),
        lies_at=_AGREEMENT,
    ),
)
def endorse_ratings(said: Said[SeenFiguresBody]) -> EndorseRatings:
    """Agree with the ratings as seen; a quorum of the panel makes them agreed."""
    return EndorseRatings(figures_hash=said.body.figures_hash)


def _agreed(filed: Filed[RatingsAgreed]) -> AgreedView:
    fact = filed.fact
    return AgreedView(
        ratings=fact.ratings,
        score=fact.score,
        maximum=fact.maximum,
        overall=fact.overall,
        figures_hash=fact.figures_hash,
        agreed_by=fact.agreed_by,
        filed=filed_view(filed),
    )
