"""What is missing, queried or contested, and which answers changed late."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec
from aiohttp import web
from msgspec import Struct

from events.codec import CODEC
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseSubmitted,
    CorrectionApproved,
    CorrectionProposed,
    InspectionSubmitted,
)
from events.recorded import RecordedEvent
from projections import RatingBook, instant, rating_changes
from service.api.fieldwork.case_work import GapView, gap_view
from service.api.rating.rating_view import ChangeView
from service.api.wire.context import DESK, ENGINE
from service.api.wire.looking import events_until, look, position_of
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection.fieldwork import gaps
from service.permission import Action

routes = Routes("outstanding")

_INSPECTION = "/v1/inspections/{inspection}"


class OutstandingView(Struct, frozen=True, kw_only=True):
    """Everything that stands between an inspection and the end of its fieldwork."""

    inspection: str
    as_of: int
    submitted: bool
    states: dict[str, int]  # of cases that count → how many
    counts: dict[str, int]  # kind of gap → how many
    gaps: tuple[GapView, ...]


class LateChangeView(Struct, frozen=True, kw_only=True):
    """An answer that changed after its case was first submitted."""

    position: int
    case: str
    question: str
    before: str | None
    after: str | None
    event_type: str  # "correction-approved", or a change in a reopened case
    proposed_by: str | None  # of a correction; `actor` is who approved it
    actor: str
    recorded_at: str
    after_fieldwork: bool  # the fieldwork had been submitted by then
    changes: tuple[ChangeView, ...]  # ratings that it moved


class LateChangesView(Struct, frozen=True, kw_only=True):
    """Every answer that changed late, oldest first."""

    inspection: str
    as_of: int
    late_changes: tuple[LateChangeView, ...]


@routes.get(
    f"{_INSPECTION}/outstanding",
    Contract(may=Action.READ_CASES, gives={200: OutstandingView}, asks=(AS_OF,)),
)
async def show_outstanding(request: web.Request) -> web.Response:
    """Show what is missing, queried or contested, case by case."""
    inspection = path(request, "inspection")
    checked = request.app[DESK].choices.every_case_checked

    def view(book: RatingBook) -> OutstandingView:
        found = tuple(gaps.of_inspection(book, every_case_checked=checked))
        checking = book.casework.checking
        states = (checking.review(case).state.value for case in gaps.included(book))
        return OutstandingView(
            inspection=inspection,
            as_of=book.position,
            submitted=checking.submitted is not None,
            states=dict(Counter(states)),
            counts=dict(Counter(gap.kind for gap in found)),
            gaps=tuple(map(gap_view, found)),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.get(
    f"{_INSPECTION}/late-changes",
    Contract(may=Action.READ_CASES, gives={200: LateChangesView}, asks=(AS_OF,)),
)
async def list_late_changes(request: web.Request) -> web.Response:
    """List answers that changed after their case was submitted, and what they moved."""
    inspection = path(request, "inspection")
    at = await position_of(request)
    late = tuple(_late(await events_until(request, at)))
    changes: defaultdict[int, list[ChangeView]] = defaultdict(list)
    if late:
        for change in await rating_changes(
            request.app[ENGINE], inspection, after=late[0].position - 1, until=at
        ):
            changes[change.position].append(change)
    view = LateChangesView(
        inspection=inspection,
        as_of=at,
        late_changes=tuple(
            msgspec.structs.replace(each, changes=tuple(changes[each.position]))
            for each in late
        ),
    )
    return shown(view, at=at)


def _late(events: Sequence[RecordedEvent]) -> Iterator[LateChangeView]:
    answers: dict[tuple[str, str], str] = {}
    proposed: dict[tuple[str, str], str] = {}
    submitted: set[str] = set()
    fieldwork = False
    for event in events:
        match event.data:
            case CaseSubmitted(case=case):
                submitted.add(case)
            case InspectionSubmitted():
                fieldwork = True
            case CorrectionProposed(case=case, question=question):
                proposed[case, question] = event.origin.actor
            case (
                AnswerGiven(case=case, question=question)
                | AnswerWithdrawn(case=case, question=question)
                | CorrectionApproved(case=case, question=question)
            ) as fact:
                before = answers.get((case, question))
                after = None if isinstance(fact, AnswerWithdrawn) else fact.answer
                if case in submitted and before != after:
                    correction = isinstance(fact, CorrectionApproved)
                    yield LateChangeView(
                        position=event.position,
                        case=case,
                        question=question,
                        before=before,
                        after=after,
                        event_type=CODEC.name(fact),
                        proposed_by=proposed[case, question] if correction else None,
                        actor=event.origin.actor,
                        recorded_at=instant(event.recorded_at),
                        after_fieldwork=fieldwork,
                        changes=(),
                    )
                if after is None:
                    answers.pop((case, question), None)
                else:
                    answers[case, question] = after
            case _:
                pass
