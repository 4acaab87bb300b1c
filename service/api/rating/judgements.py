"""Judged standards and departures from guidance."""

from aiohttp import web
from msgspec import Struct

from events.inspection import GuidanceDeparted
from projections import Entry, RatingBook, instant
from service.api.wire.bodies import JudgementBody, ReasonBody
from service.api.wire.looking import event_of, look, present
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import ReasonView, reason_of, words_of
from service.inspection import about
from service.inspection.commands import (
    DepartFromGuidance,
    ProposeJudgement,
    WithdrawJudgement,
)
from service.inspection.departure import stands
from service.permission import Action

routes = Routes("judgements")

_JUDGEMENT = "/v1/inspections/{inspection}/judgements/{standard}"
_DEPARTURES = "/v1/inspections/{inspection}/departures/{standard}"


class JudgementView(Struct, frozen=True, kw_only=True):
    """The proposed rating of a judged standard, with its rationale."""

    inspection: str
    as_of: int
    standard: str
    rating: str
    version: int
    position: int
    rests_on: tuple[str, ...]  # ids of evidence
    rationale: str | None
    erased: bool
    unreadable: bool
    actor: str
    recorded_at: str


class DepartureView(Struct, frozen=True, kw_only=True):
    """Why a standard was rated otherwise than guidance expected.

    It `stands` while guidance expects the same and the rating given is the same.
    """

    inspection: str
    as_of: int
    standard: str
    expected: str
    given: str
    stands: bool
    because: ReasonView | None


@recording(
    routes,
    "PUT",
    _JUDGEMENT,
    Recording(
        may=Action.JUDGE,
        takes=JudgementBody,
        thing=about.judgement,
        refuses=(
            "unknown-standard",
            "unknown-rating",
            "not-judged",
            "unknown-evidence",
        ),
    ),
)
def propose_judgement(said: Said[JudgementBody]) -> ProposeJudgement:
    """Propose the rating of a judged standard; it holds until the panel agrees."""
    (standard,) = said.steps
    return ProposeJudgement(
        standard=standard,
        rating=said.body.rating,
        evidence=said.body.rests_on,
        rationale=said.sealed["rationale"],
    )


@recording(
    routes, "DELETE", _JUDGEMENT, Recording(may=Action.JUDGE, thing=about.judgement)
)
def withdraw_judgement(said: Said[None]) -> WithdrawJudgement:
    """Leave a judged standard unrated again."""
    (standard,) = said.steps
    return WithdrawJudgement(standard=standard)


@routes.get(
    _JUDGEMENT,
    Contract(
        may=Action.READ_CASES,
        gives={200: JudgementView},
        asks=(AS_OF,),
    ),
)
async def show_judgement(request: web.Request) -> web.Response:
    """Show the proposed rating of a judged standard with its rationale."""
    standard = path(request, "standard")
    thing = about.judgement(standard)
    entry, at = await look(request, lambda book: (book.entry(thing), book.position))
    entry = present(entry, thing)
    event = await event_of(request, entry)
    words = await words_of(request, event, "rationale")
    view = JudgementView(
        inspection=path(request, "inspection"),
        as_of=at,
        standard=standard,
        rating=entry.value,
        version=entry.version,
        position=entry.position,
        rests_on=getattr(event.data, "evidence", ()),
        rationale=words.text,
        erased=words.erased,
        unreadable=words.unreadable,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
    )
    beside = (view.erased, view.unreadable)
    return shown(view, at=at, version=entry.version, beside=beside)


@recording(
    routes,
    "POST",
    _DEPARTURES,
    Recording(
        may=Action.DEPART,
        takes=ReasonBody,
        thing=about.departure,
        refuses=("unknown-standard", "no-guidance", "no-departure"),
    ),
)
def depart_from_guidance(said: Said[ReasonBody]) -> DepartFromGuidance:
    """Give the reason why a standard's rating is not the one guidance expects."""
    (standard,) = said.steps
    return DepartFromGuidance(standard=standard, reason=said.sealed["reason"])


@routes.get(
    _DEPARTURES,
    Contract(
        may=Action.READ_CASES,
        gives={200: DepartureView},
        asks=(AS_OF,),
    ),
)
async def show_departure(request: web.Request) -> web.Response:
    """Show the reason for departing from guidance, and whether it still stands."""
    inspection, standard = path(request, "inspection"), path(request, "standard")
    thing = about.departure(standard)

    def view(book: RatingBook) -> tuple[Entry, GuidanceDeparted, bool, int]:
        entry, departure = present(book.entry(thing), thing), book.departures[standard]
        assessment = book.ratings.assessment()
        guidance = assessment.guidance[standard]
        rating = assessment.standards[standard].rating
        return entry, departure, stands(departure, guidance, rating), book.position

    entry, departure, still, at = await look(request, view)
    because = await reason_of(request, entry)
    shown_departure = DepartureView(
        inspection=inspection,
        as_of=at,
        standard=standard,
        expected=departure.expected,
        given=departure.given,
        stands=still,
        because=because,
    )
    beside = (
        (not still, because.erased, because.unreadable) if because else (not still,)
    )
    return shown(shown_departure, at=at, version=entry.version, beside=beside)
