"""Samples drawn from the frozen caseload, and reserves called up."""

import asyncio

import msgspec
from aiohttp import web
from msgspec import Struct

from dsl.sampling.draw import Draw, draw
from dsl.sampling.eligibility import Case
from dsl.sampling.method import METHOD
from events.inspection import CATEGORY
from events.recorded import StreamName
from projections import Drawn, Frozen, RatingBook, instant
from service.api.wire.bodies import DoneBody, SamplesBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import DESK, NEW_ID
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import VAULT
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.fieldwork.commands import CallUpReserve, DrawSamples
from service.permission import Action
from service.refusal import Refused

routes = Routes("samples")

_INSPECTION = "/v1/inspections/{inspection}"
_SAMPLES = f"{_INSPECTION}/samples"
_ROWS = msgspec.json.Decoder(tuple[Case, ...])


class SampleView(Struct, frozen=True, kw_only=True):
    """A sample with all it takes to draw it again, and who is in it now."""

    sample: str
    method: str
    seed: str
    caseload: int  # version
    population: int
    size: int
    cases: tuple[str, ...]  # that are in it now, excluded ones too
    reserves: tuple[str, ...]  # that were not called up, in their order
    stands_in: dict[str, str]  # excluded case → the reserve in its place
    shortfalls: dict[str, str]
    version: int
    position: int
    drawn_by: str
    drawn_at: str


class SamplesView(Struct, frozen=True, kw_only=True):
    """Every sample that was drawn."""

    inspection: str
    as_of: int
    samples: tuple[SampleView, ...]


class RedrawnView(Struct, frozen=True, kw_only=True):
    """Whether a sample comes out again, case by case and reserve by reserve."""

    sample: str
    seed: str
    method: str
    digest: str  # of the caseload's file
    same: bool


class RedrawingView(Struct, frozen=True, kw_only=True):
    """Every sample drawn again from the caseload as it was frozen."""

    inspection: str
    as_of: int
    samples: tuple[RedrawnView, ...]


@routes.get(
    _SAMPLES,
    Contract(may=Action.READ_SAMPLES, gives={200: SamplesView}, asks=(AS_OF,)),
)
async def list_samples(request: web.Request) -> web.Response:
    """List the samples with seed, method, reserves and what fell short."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> SamplesView:
        samples = tuple(
            _sample_view(drawn, book) for drawn in book.casework.samples.values()
        )
        return SamplesView(inspection=inspection, as_of=book.position, samples=samples)

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.get(
    f"{_SAMPLES}/redrawing",
    Contract(
        may=Action.READ_SAMPLES,
        gives={200: RedrawingView},
        asks=(AS_OF,),
        refuses=("no-caseload", "erased"),
    ),
)
async def redraw_samples(request: web.Request) -> web.Response:
    """Draw every sample again by its seed and say whether it comes out the same."""
    inspection = path(request, "inspection")
    recorded, at = await look(
        request, lambda book: ({**book.casework.samples}, book.position)
    )
    again: dict[str, Draw] = {}
    digest = ""
    if recorded:
        digest = (await look(request, _frozen)).fact.digest
        _, cases = await _opened(request)
        again = await _redrawn(request, next(iter(recorded.values())), cases)
    view = RedrawingView(
        inspection=inspection,
        as_of=at,
        samples=tuple(
            RedrawnView(
                sample=name,
                seed=drawn.fact.seed,
                method=drawn.fact.method,
                digest=digest,
                same=_is_same(drawn, again.get(name)),
            )
            for name, drawn in recorded.items()
        ),
    )
    return shown(view, at=at)


@routes.post(
    _SAMPLES,
    Contract(
        may=Action.DRAW_SAMPLES,
        takes=SamplesBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "no-caseload",
            "not-drawable",
            "samples-drawn",
            "case-exists",
            "stale-answer",
            "erased",
        ),
    ),
)
async def draw_samples(request: web.Request) -> web.Response:
    """Draw every sample of the framework from the frozen caseload, with its reserves.

    The same seed, method and caseload draw the same cases. A target that cannot be met
    is recorded as a shortfall and refuses nothing.
    """
    inspection = path(request, "inspection")
    body = await read(request, SamplesBody)
    version, cases = await _opened(request)
    command = DrawSamples(
        caseload=version, cases=cases, seed=body.seed or request.app[NEW_ID]()
    )
    here = location("inspections", inspection, "samples")
    return await carry_out(
        request, Task(inspection=inspection, command=command), body, location=here
    )


@routes.post(
    f"{_INSPECTION}/cases/{{case}}/replacements",
    Contract(
        may=Action.DRAW_SAMPLES,
        takes=DoneBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "no-caseload",
            "not-excluded",
            "case-replaced",
            "no-reserves",
            "stale-answer",
            "erased",
        ),
    ),
)
async def call_up_reserve(request: web.Request) -> web.Response:
    """Put the next reserve in the place of an excluded case, with what is known of it.

    It is the first of the case's own stratum, or the first of all where that has none.
    """
    inspection, case = path(request, "inspection"), path(request, "case")
    body = await read(request, DoneBody)
    version, cases = await _opened(request)
    task = Task(
        inspection=inspection,
        command=CallUpReserve(case=case, caseload=version, cases=cases),
    )
    here = location("inspections", inspection, "samples")
    return await carry_out(request, task, body, location=here)


async def _redrawn(
    request: web.Request, drawn: Drawn, cases: tuple[Case, ...]
) -> dict[str, Draw]:
    """Under the rules of the moment the samples were drawn: they may have moved on."""
    framework, fieldwork = await request.app[DESK].read(
        path(request, "inspection"),
        lambda book: (book.framework, book.announced.fieldwork_starts_on),
        as_of=drawn.done.position,
    )
    drawing = await asyncio.to_thread(
        draw, framework, cases, fieldwork=fieldwork, seed=drawn.fact.seed
    )
    return {each.sample.name: each for each in drawing.draws}


def _is_same(drawn: Drawn, again: Draw | None) -> bool:
    """All that were not drawn are reserves, so equal reserves leave equal samples."""
    return (
        again is not None
        and drawn.fact.method == METHOD
        and drawn.fact.size == len(again.cases)
        and drawn.fact.population == again.population
        and drawn.fact.reserves == tuple(each.case for each in again.reserves)
    )


async def _opened(request: web.Request) -> tuple[int, tuple[Case, ...]]:
    """The frozen caseload's version and its cases."""
    frozen = await look(request, _frozen)
    stream = StreamName(CATEGORY, path(request, "inspection"))
    context = keys.context(stream, about.CASELOAD)
    rows = await request.app[VAULT].open(frozen.fact.rows, context)
    if rows is None:
        raise Refused("erased", "the caseload was erased; nothing can be drawn from it")
    return frozen.done.version, await asyncio.to_thread(_ROWS.decode, rows)


def _frozen(book: RatingBook) -> Frozen:
    if book.casework.caseload is None:
        raise Refused("no-caseload", "no caseload is frozen to draw samples from")
    return book.casework.caseload


def _sample_view(drawn: Drawn, book: RatingBook) -> SampleView:
    fact = drawn.fact
    cases = tuple(
        case for case, sample in book.samples.items() if sample == fact.sample
    )
    stands_in = book.casework.stands_in
    return SampleView(
        sample=fact.sample,
        method=fact.method,
        seed=fact.seed,
        caseload=fact.caseload,
        population=fact.population,
        size=fact.size,
        cases=cases,
        reserves=tuple(case for case in fact.reserves if case not in book.samples),
        stands_in={case: stands_in[case] for case in cases if case in stands_in},
        shortfalls=fact.shortfalls,
        version=drawn.done.version,
        position=drawn.done.position,
        drawn_by=drawn.done.by,
        drawn_at=instant(drawn.done.at),
    )
