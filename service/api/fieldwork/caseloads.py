"""Caseloads: the cases that samples are drawn from, frozen and kept sealed."""

import asyncio
from hashlib import sha256

import msgspec
from aiohttp import web
from msgspec import Struct

from dsl.framework import Framework
from events.inspection import CaseloadFrozen
from projections import Done, RatingBook, instant
from service.api.wire.bodies import Uploaded
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read_file
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import seal_under
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.fieldwork.commands import FreezeCaseload
from service.permission import Action
from service.refusal import Refused
from service.sampling.caseload import REFERENCE, BadCells, Caseload, read_caseload
from service.sampling.caseload_table import MOST_BYTES, FaultyCaseload

routes = Routes("caseloads")

_INSPECTION = "/v1/inspections/{inspection}"
_CASELOADS = f"{_INSPECTION}/caseloads"

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
