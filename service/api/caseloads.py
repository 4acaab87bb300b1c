"""Caseloads frozen, samples drawn from them, reserves called up."""

import asyncio
from hashlib import sha256

import msgspec
from aiohttp import web
from msgspec import Struct

from dsl.framework import Framework
from dsl.sampling.eligibility import Case
from events.inspection import CATEGORY, CaseloadFrozen
from events.recorded import StreamName
from projections import Done, Drawn, Frozen, RatingBook, instant
from service.api.bodies import DoneBody, SamplesBody, Uploaded
from service.api.carrying_out import Task, carry_out, location
from service.api.context import NEW_ID
from service.api.looking import look
from service.api.parameter import AS_OF, KEY_REQUIRED
from service.api.reading import path, read, read_file
from service.api.route import Contract, Routes
from service.api.showing import shown
from service.api.words import VAULT, seal_under
from service.caseload import REFERENCE, BadCells, Caseload, read_caseload
from service.caseload_table import MOST_BYTES, FaultyCaseload
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.fieldwork.commands import (
    CallUpReserve,
    DrawSamples,
    FreezeCaseload,
)
from service.permission import Action
from service.refusal import Refused

routes = Routes("samples")

_INSPECTION = "/v1/inspections/{inspection}"
_CASELOADS, _SAMPLES = f"{_INSPECTION}/caseloads", f"{_INSPECTION}/samples"

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ROWS = msgspec.json.Decoder(tuple[Case, ...])


class CaseloadView(Struct, frozen=True, kw_only=True):
    """What samples are drawn from, counted; the cases themselves stay sealed."""

    digest: str
    cases: int
    samples: dict[str, int]  # cases that may be drawn for each
    strata: dict[str, dict[str, dict[str, int]]]
    version: int
    position: int
    frozen_by: str
    frozen_at: str


class CaseloadsView(Struct, frozen=True, kw_only=True):
    """The caseload that is frozen, if there is one."""

    inspection: str
    as_of: int
    caseload: CaseloadView | None


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


@routes.get(
    _CASELOADS,
    Contract(may=Action.READ_SAMPLES, gives={200: CaseloadsView}, asks=(AS_OF,)),
)
async def show_caseload(request: web.Request) -> web.Response:
    """Show the frozen caseload by its counts and the digest of its file."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> CaseloadsView:
        frozen = book.casework.caseload
        caseload = None if frozen is None else _caseload_view(frozen.fact, frozen.done)
        return CaseloadsView(
            inspection=inspection, as_of=book.position, caseload=caseload
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.post(
    _CASELOADS,
    Contract(
        may=Action.DRAW_SAMPLES,
        uploads=(CSV, XLSX),
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "faulty-caseload",
            "not-drawable",
            "samples-drawn",
            "erased",
        ),
    ),
)
async def freeze_caseload(request: web.Request) -> web.Response:
    """Freeze the cases of a file, CSV or XLSX, under the service's own pseudonyms.

    Only the columns that the framework's samples look at are read, and they are sealed.
    Every mistake in the file is reported at once.
    """
    inspection = path(request, "inspection")
    file = await read_file(request, (CSV, XLSX), most=MOST_BYTES)
    framework = await look(request, lambda book: book.framework)
    caseload = await asyncio.to_thread(_read, file, framework)
    rows = await seal_under(
        request,
        keys.of_caseload(inspection),
        msgspec.json.encode(caseload.cases).decode(),
        inspection=inspection,
        thing=about.CASELOAD,
    )
    task = Task(
        inspection=inspection,
        command=FreezeCaseload(digest=caseload.digest, cases=caseload.cases, rows=rows),
        thing=about.CASELOAD,
    )
    sent = Uploaded(digest=f"sha256:{sha256(file).hexdigest()}")
    here = location("inspections", inspection, "caseloads")
    return await carry_out(request, task, sent, location=here)


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


def _read(file: bytes, framework: Framework) -> Caseload:
    try:
        caseload = read_caseload(file, framework)
        _refuse_names(caseload)
    except FaultyCaseload as fault:
        raise Refused(
            "faulty-caseload", f"{fault.sentence}; {fault.way_out}"
        ) from fault
    except BadCells as bad:
        more = f" (and {len(bad.faults) - 1} more)" if len(bad.faults) > 1 else ""
        raise Refused(
            "faulty-caseload", f"{bad.faults[0]}{more}", mistakes=bad.faults
        ) from bad
    return caseload


def _refuse_names(caseload: Caseload) -> None:
    """References of drawn cases stay in the ledger for good, so none may be a name."""
    names = [
        f"row {case.row} (`{REFERENCE}`): a pseudonym has a digit in it, a name has not"
        for case in caseload.cases
        if not any(character.isdigit() for character in case.reference)
    ]
    if names:
        raise BadCells(names)


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


def _caseload_view(fact: CaseloadFrozen, done: Done) -> CaseloadView:
    return CaseloadView(
        digest=fact.digest,
        cases=fact.cases,
        samples=fact.samples,
        strata=fact.strata,
        version=done.version,
        position=done.position,
        frozen_by=done.by,
        frozen_at=instant(done.at),
    )


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
