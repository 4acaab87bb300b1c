"""Cases submitted, accepted, returned and reopened; the fieldwork as a whole too."""

from service.api.wire.bodies import DoneBody, ReasonBody, ReopeningBody
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Routes
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


def _fieldwork() -> str:
    return about.FIELDWORK


@recording(
    routes,
    "POST",
    f"{_CASE}/submission",
    Recording(
        may=Action.SUBMIT_CASES,
        takes=DoneBody,
        thing=about.review,
        refuses=("incomplete-case", "case-submitted", "case-excluded"),
        lies_at=_CASE,
    ),
)
def submit_case(said: Said[DoneBody]) -> SubmitCase:
    """Finish with a case; from here on its answers change by corrections only.

    Every key question that is asked of it and relevant must have its answer, and every
    query too; `gaps` lists what has not.
    """
    (case,) = said.steps
    return SubmitCase(case=case)


@recording(
    routes,
    "POST",
    f"{_CASE}/acceptance",
    Recording(
        may=Action.CHECK_CASES,
        takes=DoneBody,
        thing=about.review,
        refuses=("incomplete-case", "not-submitted", "four-eyes"),
        lies_at=_CASE,
    ),
)
def accept_case(said: Said[DoneBody]) -> AcceptCase:
    """Agree with a colleague's case once nothing in it is queried or contested."""
    (case,) = said.steps
    return AcceptCase(case=case)


@recording(
    routes,
    "POST",
    f"{_CASE}/returns",
    Recording(
        may=Action.CHECK_CASES,
        takes=ReasonBody,
        thing=about.review,
        refuses=("not-submitted", "case-accepted", "four-eyes", "erased"),
        lies_at=_CASE,
    ),
)
def return_case(said: Said[ReasonBody]) -> ReturnCase:
    """Give a submitted case back to its inspector, who may then change its answers."""
    (case,) = said.steps
    return ReturnCase(case=case, reason=said.sealed["reason"])


@recording(
    routes,
    "POST",
    f"{_CASE}/reopenings",
    Recording(
        may=Action.REOPEN_CASES,
        takes=ReopeningBody,
        thing=about.review,
        refuses=("not-submitted", "four-eyes", "erased"),
        lies_at=_CASE,
    ),
)
def reopen_case(said: Said[ReopeningBody]) -> ReopenCase:
    """Take up a finished case again; it is submitted and checked anew.

    Whoever reopens it does not answer it: no submitted answer is changed by one person.
    """
    (case,) = said.steps
    return ReopenCase(
        case=case, occasion=said.body.occasion, reason=said.sealed["reason"]
    )


@recording(
    routes,
    "POST",
    f"{_INSPECTION}/submissions",
    Recording(
        may=Action.SUBMIT_FIELDWORK,
        takes=DoneBody,
        thing=_fieldwork,
        refuses=("incomplete-inspection",),
        lies_at=_INSPECTION,
    ),
)
def submit_inspection(_: Said[DoneBody]) -> SubmitInspection:
    """Finish with the fieldwork; from here on nothing that a rating rests on moves.

    Refused with all `gaps` while anything is missing, queried or contested.
    """
    return SubmitInspection()


@recording(
    routes,
    "POST",
    f"{_INSPECTION}/reopenings",
    Recording(
        may=Action.REOPEN_CASES,
        takes=ReopeningBody,
        thing=_fieldwork,
        refuses=("not-submitted", "erased"),
        lies_at=_INSPECTION,
    ),
)
def reopen_inspection(said: Said[ReopeningBody]) -> ReopenInspection:
    """Take up finished fieldwork again; its cases stay as they are until reopened."""
    return ReopenInspection(occasion=said.body.occasion, reason=said.sealed["reason"])
