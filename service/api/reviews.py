"""Cases submitted, accepted, returned and reopened; the fieldwork as a whole too."""

from aiohttp import web

from service.api.bodies import DoneBody, ReasonBody, ReopeningBody
from service.api.carrying_out import Task, carry_out, location
from service.api.parameter import KEY_REQUIRED
from service.api.reading import path, read
from service.api.route import Contract, Routes
from service.api.words import seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.fieldwork.commands import (
    AcceptCase,
    ReopenCase,
    ReopenInspection,
    ReturnCase,
    SubmitCase,
    SubmitInspection,
)
from service.permission import Action

routes = Routes("reviews")

_INSPECTION = "/v1/inspections/{inspection}"
_CASE = f"{_INSPECTION}/cases/{{case}}"


@routes.post(
    f"{_CASE}/submission",
    Contract(
        may=Action.SUBMIT_CASES,
        takes=DoneBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "incomplete-case",
            "case-submitted",
            "case-excluded",
            "inspection-locked",
        ),
    ),
)
async def submit_case(request: web.Request) -> web.Response:
    """Finish with a case; from here on its answers change by corrections only.

    Every key question that is asked of it and relevant must have its answer, and every
    query too; `gaps` lists what has not.
    """
    inspection, case = path(request, "inspection"), path(request, "case")
    body = await read(request, DoneBody)
    task = Task(
        inspection=inspection, command=SubmitCase(case=case), thing=about.review(case)
    )
    return await carry_out(request, task, body, location=_at(inspection, case))


@routes.post(
    f"{_CASE}/acceptance",
    Contract(
        may=Action.CHECK_CASES,
        takes=DoneBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("incomplete-case", "not-submitted", "inspection-locked", "four-eyes"),
    ),
)
async def accept_case(request: web.Request) -> web.Response:
    """Agree with a colleague's case once nothing in it is queried or contested."""
    inspection, case = path(request, "inspection"), path(request, "case")
    body = await read(request, DoneBody)
    task = Task(
        inspection=inspection, command=AcceptCase(case=case), thing=about.review(case)
    )
    return await carry_out(request, task, body, location=_at(inspection, case))


@routes.post(
    f"{_CASE}/returns",
    Contract(
        may=Action.CHECK_CASES,
        takes=ReasonBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "not-submitted",
            "case-accepted",
            "inspection-locked",
            "four-eyes",
            "erased",
        ),
    ),
)
async def return_case(request: web.Request) -> web.Response:
    """Give a submitted case back to its inspector, who may then change its answers."""
    inspection, case = path(request, "inspection"), path(request, "case")
    thing = about.review(case)
    body = await read(request, ReasonBody)
    reason = await seal(
        request, body.reason, inspection=inspection, thing=thing, case=case
    )
    task = Task(
        inspection=inspection,
        command=ReturnCase(case=case, reason=reason),
        thing=thing,
    )
    return await carry_out(request, task, body, location=_at(inspection, case))


@routes.post(
    f"{_CASE}/reopenings",
    Contract(
        may=Action.REOPEN_CASES,
        takes=ReopeningBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-submitted", "inspection-locked", "four-eyes", "erased"),
    ),
)
async def reopen_case(request: web.Request) -> web.Response:
    """Take up a finished case again; it is submitted and checked anew.

    Whoever reopens it does not answer it: no submitted answer is changed by one person.
    """
    inspection, case = path(request, "inspection"), path(request, "case")
    thing = about.review(case)
    body = await read(request, ReopeningBody)
    reason = await seal(
        request, body.reason, inspection=inspection, thing=thing, case=case
    )
    task = Task(
        inspection=inspection,
        command=ReopenCase(case=case, occasion=body.occasion, reason=reason),
        thing=thing,
    )
    return await carry_out(request, task, body, location=_at(inspection, case))


@routes.post(
    f"{_INSPECTION}/submissions",
    Contract(
        may=Action.SUBMIT_FIELDWORK,
        takes=DoneBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("incomplete-inspection", "inspection-locked"),
    ),
)
async def submit_inspection(request: web.Request) -> web.Response:
    """Finish with the fieldwork; from here on nothing that a rating rests on moves.

    Refused with all `gaps` while anything is missing, queried or contested.
    """
    inspection = path(request, "inspection")
    body = await read(request, DoneBody)
    task = Task(
        inspection=inspection, command=SubmitInspection(), thing=about.FIELDWORK
    )
    here = location("inspections", inspection)
    return await carry_out(request, task, body, location=here)


@routes.post(
    f"{_INSPECTION}/reopenings",
    Contract(
        may=Action.REOPEN_CASES,
        takes=ReopeningBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-submitted", "erased"),
    ),
)
async def reopen_inspection(request: web.Request) -> web.Response:
    """Take up finished fieldwork again; its cases stay as they are until reopened."""
    inspection = path(request, "inspection")
    body = await read(request, ReopeningBody)
    thing = about.FIELDWORK
    reason = await seal(request, body.reason, inspection=inspection, thing=thing)
    task = Task(
        inspection=inspection,
        command=ReopenInspection(occasion=body.occasion, reason=reason),
        thing=thing,
    )
    here = location("inspections", inspection)
    return await carry_out(request, task, body, location=here)


def _at(inspection: str, case: str) -> str:
    return location("inspections", inspection, "cases", case)
