"""A case judged twice: the second judgement, the differences, what stands."""

from aiohttp import web
from msgspec import Struct

from projections import Difference, Marking, RatingBook, instant
from service.api.bodies import MarkingBody, SettlementBody
from service.api.carrying_out import Task, carry_out, location
from service.api.looking import look
from service.api.parameter import AS_OF, KEY_REQUIRED
from service.api.reading import path, read
from service.api.route import Contract, Routes
from service.api.showing import shown
from service.api.words import seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.answering import answer_to, status_of
from service.inspection.fieldwork.commands import MarkCaseAgain, SettleMarking
from service.permission import Action

routes = Routes("markings")

_MARKINGS = "/v1/inspections/{inspection}/cases/{case}/markings"


class DifferenceView(Struct, frozen=True, kw_only=True):
    """A question that two people judged in two ways, and nobody settled yet."""

    question: str
    stands: str | None
    second: str


class MarkingView(Struct, frozen=True, kw_only=True):
    """A second person's answers beside those that stand."""

    answers: dict[str, str]
    marked_by: str
    marked_at: str
    position: int
    differences: tuple[DifferenceView, ...]
    settled: dict[str, str]  # question → what stands


class MarkingsView(Struct, frozen=True, kw_only=True):
    """The second marking of a case, if there is one."""

    inspection: str
    as_of: int
    case: str
    marking: MarkingView | None


@routes.get(
    _MARKINGS,
    Contract(may=Action.READ_CASES, gives={200: MarkingsView}, asks=(AS_OF,)),
)
async def show_markings(request: web.Request) -> web.Response:
    """Show where two people judged a case in two ways."""
    inspection, case = path(request, "inspection"), path(request, "case")

    def view(book: RatingBook) -> MarkingsView:
        status_of(book, case)
        marking = book.casework.checking.markings.get(case)
        return MarkingsView(
            inspection=inspection,
            as_of=book.position,
            case=case,
            marking=None if marking is None else _view(book, case, marking),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.post(
    _MARKINGS,
    Contract(
        may=Action.CHECK_CASES,
        takes=MarkingBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "unknown-question",
            "unknown-answer",
            "not-asked",
            "not-submitted",
            "marked-already",
            "inspection-locked",
            "four-eyes",
        ),
    ),
)
async def mark_case_again(request: web.Request) -> web.Response:
    """Judge a colleague's submitted case a second time; the first answers stand."""
    inspection, case = path(request, "inspection"), path(request, "case")
    body = await read(request, MarkingBody)
    task = Task(
        inspection=inspection,
        command=MarkCaseAgain(case=case, answers=body.answers),
        thing=about.marking(case),
    )
    here = location("inspections", inspection, "cases", case, "markings")
    return await carry_out(request, task, body, location=here)


@routes.post(
    f"{_MARKINGS}/{{question}}/settlements",
    Contract(
        may=Action.SETTLE_MARKINGS,
        takes=SettlementBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "unknown-question",
            "unknown-answer",
            "not-asked",
            "case-open",
            "already-requested",
            "inspection-locked",
            "four-eyes",
            "erased",
        ),
    ),
)
async def settle_marking(request: web.Request) -> web.Response:
    """Say which of two judgements stands.

    Where it is not the answer on record, it becomes a correction that another person
    approves before any rating moves.
    """
    inspection, case = path(request, "inspection"), path(request, "case")
    question = path(request, "question")
    body = await read(request, SettlementBody)
    reason = await seal(
        request,
        body.reason,
        inspection=inspection,
        thing=about.correction(case, question),
        case=case,
    )
    command = SettleMarking(
        case=case, question=question, stands=body.stands, reason=reason
    )
    here = location("inspections", inspection, "cases", case, "markings")
    return await carry_out(
        request, Task(inspection=inspection, command=command), body, location=here
    )


def _view(book: RatingBook, case: str, marking: Marking) -> MarkingView:
    checking = book.casework.checking
    differences = checking.differences(
        case, lambda question: answer_to(book, case, question)
    )
    return MarkingView(
        answers=dict(marking.answers),
        marked_by=marking.marked.by,
        marked_at=instant(marking.marked.at),
        position=marking.marked.position,
        differences=tuple(map(_difference, differences)),
        settled={
            question: stands
            for (whose, question), stands in checking.settled.items()
            if whose == case
        },
    )


def _difference(each: Difference) -> DifferenceView:
    return DifferenceView(
        question=each.question, stands=each.stands, second=each.second
    )
