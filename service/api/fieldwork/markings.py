"""A case judged twice: the second judgement, the differences, what stands."""

from aiohttp import web
from msgspec import Struct

from projections import Difference, Marking, RatingBook, instant
from service.api.wire.bodies import MarkingBody, SettlementBody
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
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


@recording(
    routes,
    "POST",
    _MARKINGS,
    Recording(
        may=Action.CHECK_CASES,
        takes=MarkingBody,
        thing=about.marking,
        refuses=(
            "unknown-question",
            "unknown-answer",
            "not-asked",
            "not-submitted",
            "marked-already",
            "four-eyes",
        ),
        lies_at=_MARKINGS,
    ),
)
def mark_case_again(said: Said[MarkingBody]) -> MarkCaseAgain:
    """Judge a colleague's submitted case a second time; the first answers stand."""
    (case,) = said.steps
    return MarkCaseAgain(case=case, answers=said.body.answers)


@recording(
    routes,
    "POST",
    f"{_MARKINGS}/{{question}}/settlements",
    Recording(
        may=Action.SETTLE_MARKINGS,
        takes=SettlementBody,
        thing=about.correction,
        refuses=(
            "unknown-question",
            "unknown-answer",
            "not-asked",
            "case-open",
            "already-requested",
            "four-eyes",
            "erased",
        ),
        lies_at=_MARKINGS,
    ),
)
def settle_marking(said: Said[SettlementBody]) -> SettleMarking:
    """Say which of two judgements stands.

    Where it is not the answer on record, it becomes a correction that another person
    approves before any rating moves.
    """
    case, question = said.steps
    return SettleMarking(
        case=case,
        question=question,
        stands=said.body.stands,
        reason=said.sealed["reason"],
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
