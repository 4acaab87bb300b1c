"""Who has which part in an inspection."""

from aiohttp import web
from msgspec import Struct

from projections import RatingBook
from service.api.wire.bodies import AssignmentBody, ReleaseBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.fieldwork.commands import AssignPerson, ReleasePerson
from service.permission import Action

routes = Routes("assignments")

_ASSIGNMENTS = "/v1/inspections/{inspection}/assignments"


class AssignmentView(Struct, frozen=True, kw_only=True):
    """One person's parts."""

    person: str
    roles: tuple[str, ...]


class AssignmentsView(Struct, frozen=True, kw_only=True):
    """Everybody who has a part in an inspection."""

    inspection: str
    as_of: int
    people: tuple[AssignmentView, ...]


@routes.get(
    _ASSIGNMENTS,
    Contract(may=Action.READ_RATINGS, gives={200: AssignmentsView}, asks=(AS_OF,)),
)
async def list_assignments(request: web.Request) -> web.Response:
    """List who has which part."""
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> AssignmentsView:
        return AssignmentsView(
            inspection=inspection,
            as_of=book.position,
            people=tuple(
                AssignmentView(person=person, roles=tuple(sorted(roles)))
                for person, roles in sorted(book.casework.people().items())
            ),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.post(
    _ASSIGNMENTS,
    Contract(
        may=Action.ASSIGN,
        takes=AssignmentBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("unknown-role",),
    ),
)
async def assign_person(request: web.Request) -> web.Response:
    """Give a person a part in the inspection."""
    inspection = path(request, "inspection")
    body = await read(request, AssignmentBody)
    task = Task(
        inspection=inspection,
        command=AssignPerson(person=body.person, role=body.role),
        thing=about.person(body.person, body.role),
    )
    return await carry_out(
        request,
        task,
        body,
        location=location("inspections", inspection, "assignments"),
    )


@routes.post(
    f"{_ASSIGNMENTS}/{{person}}/releases",
    Contract(
        may=Action.ASSIGN,
        takes=ReleaseBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("unknown-role", "last-lead"),
    ),
)
async def release_person(request: web.Request) -> web.Response:
    """End a person's part in the inspection."""
    inspection, person = path(request, "inspection"), path(request, "person")
    body = await read(request, ReleaseBody)
    thing = about.person(person, body.role)
    reason = None
    if body.reason is not None:
        reason = await seal(request, body.reason, inspection=inspection, thing=thing)
    task = Task(
        inspection=inspection,
        command=ReleasePerson(person=person, role=body.role, reason=reason),
        thing=thing,
        withdraws=True,
    )
    return await carry_out(request, task, body)
