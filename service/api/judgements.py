"""Judged standards and departures from guidance."""

from aiohttp import web
from msgspec import Struct

from events.inspection import GuidanceDeparted
from projections import Entry, RatingBook, instant
from service.api.bodies import JudgementBody, ReasonBody
from service.api.carrying_out import Task, carry_out
from service.api.looking import event_of, look, present
from service.api.parameter import (
    AS_OF,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_NONE_MATCH_READ,
    KEY,
    KEY_REQUIRED,
)
from service.api.reading import path, read
from service.api.route import Contract, Routes
from service.api.showing import shown_unless_held
from service.api.words import ReasonView, reason_of, seal, words_of
from service.desk import Accepted
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
_VERSIONED = ("stale-answer", "precondition-required", "idempotency-key-reused")


class JudgementView(Struct, frozen=True, kw_only=True):
    """The proposed rating of a judged standard, with its rationale."""

    inspection: str
    as_of: int
    standard: str
    rating: str
    version: int
    position: int
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


@routes.put(
    _JUDGEMENT,
    Contract(
        may=Action.JUDGE,
        takes=JudgementBody,
        gives={200: Accepted, 201: Accepted},
        asks=(IF_MATCH, IF_NONE_MATCH, KEY),
        refuses=(*_VERSIONED, "unknown-standard", "unknown-rating", "not-judged"),
    ),
)
async def propose_judgement(request: web.Request) -> web.Response:
    """Propose the rating of a judged standard; it holds until the panel agrees."""
    inspection, standard = path(request, "inspection"), path(request, "standard")
    thing = about.judgement(standard)
    body = await read(request, JudgementBody)
    rationale = None
    if body.rationale is not None:
        rationale = await seal(
            request, body.rationale, inspection=inspection, thing=thing
        )
    task = Task(
        inspection=inspection,
        command=ProposeJudgement(
            standard=standard, rating=body.rating, rationale=rationale
        ),
        thing=thing,
    )
    return await carry_out(request, task, body)


@routes.delete(
    _JUDGEMENT,
    Contract(
        may=Action.JUDGE,
        gives={200: Accepted},
        asks=(IF_MATCH, KEY),
        refuses=_VERSIONED,
    ),
)
async def withdraw_judgement(request: web.Request) -> web.Response:
    """Leave a judged standard unrated again."""
    standard = path(request, "standard")
    task = Task(
        inspection=path(request, "inspection"),
        command=WithdrawJudgement(standard=standard),
        thing=about.judgement(standard),
        withdraws=True,
    )
    return await carry_out(request, task, None)


@routes.get(
    _JUDGEMENT,
    Contract(
        may=Action.READ_CASES,
        gives={200: JudgementView, 304: None},
        asks=(AS_OF, IF_NONE_MATCH_READ),
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
        rationale=words.text,
        erased=words.erased,
        unreadable=words.unreadable,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
    )
    return shown_unless_held(request, view, at=at, version=entry.version)


@routes.post(
    _DEPARTURES,
    Contract(
        may=Action.DEPART,
        takes=ReasonBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("unknown-standard", "no-guidance", "no-departure"),
    ),
)
async def depart_from_guidance(request: web.Request) -> web.Response:
    """Give the reason why a standard's rating is not the one guidance expects."""
    inspection, standard = path(request, "inspection"), path(request, "standard")
    thing = about.departure(standard)
    body = await read(request, ReasonBody)
    reason = await seal(request, body.reason, inspection=inspection, thing=thing)
    task = Task(
        inspection=inspection,
        command=DepartFromGuidance(standard=standard, reason=reason),
        thing=thing,
    )
    return await carry_out(request, task, body)


@routes.get(
    _DEPARTURES,
    Contract(
        may=Action.READ_CASES,
        gives={200: DepartureView, 304: None},
        asks=(AS_OF, IF_NONE_MATCH_READ),
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
    return shown_unless_held(request, shown_departure, at=at, version=entry.version)
