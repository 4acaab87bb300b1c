"""Who assesses which case: shown, given, given to somebody else."""

from aiohttp import web
from msgspec import Struct

from projections import RatingBook
from service.api.wire.bodies import AllocationBody, AllocationsBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.fieldwork.commands import AllocateCases, Allocation
from service.permission import Action

routes = Routes("allocations")

_ALLOCATIONS = "/v1/inspections/{inspection}/allocations"


class AllocationView(Struct, frozen=True, kw_only=True):
    """A case, who is to assess it, and how far it has come."""

    case: str
    sample: str
    status: str  # "included" or "excluded"
    to: str | None
    state: str  # "open", "submitted", "returned", "accepted", "reopened"


class AllocationsView(Struct, frozen=True, kw_only=True):
    """Every case of an inspection with the person it is allocated to."""

    inspection: str
    as_of: int
    allocations: tuple[AllocationView, ...]


@routes.get(
    _ALLOCATIONS,
    Contract(may=Action.READ_SAMPLES, gives={200: AllocationsView}, asks=(AS_OF,)),
)
async def list_allocations(request: web.Request) -> web.Response:
    """List every case with who is to assess it and how far it has come."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> AllocationsView:
        work = book.casework
        return AllocationsView(
            inspection=inspection,
            as_of=book.position,
            allocations=tuple(
                AllocationView(
                    case=case,
                    sample=sample,
                    status=status_of(book, case),
                    to=work.allocated.get(case),
                    state=work.checking.review(case).state.value,
                )
                for case, sample in book.samples.items()
            ),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.post(
    _ALLOCATIONS,
    Contract(
        may=Action.ALLOCATE,
        takes=AllocationsBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "allocated-twice",
            "not-an-assessor",
            "reason-needed",
            "case-excluded",
            "erased",
        ),
    ),
)
async def allocate_cases(request: web.Request) -> web.Response:
    """Allocate up to 200 cases, all or none; a reason moves one to somebody else."""
    inspection = path(request, "inspection")
    body = await read(request, AllocationsBody)
    command = AllocateCases(
        allocations=tuple(
            [await _allocation(request, inspection, each) for each in body.allocations]
        )
    )
    here = location("inspections", inspection, "allocations")
    return await carry_out(
        request, Task(inspection=inspection, command=command), body, location=here
    )


async def _allocation(
    request: web.Request, inspection: str, body: AllocationBody
) -> Allocation:
    reason = None
    if body.reason is not None:
        reason = await seal(
            request,
            body.reason,
            inspection=inspection,
            thing=about.allocation(body.case),
            case=body.case,
        )
    return Allocation(case=body.case, to=body.to, reason=reason)
