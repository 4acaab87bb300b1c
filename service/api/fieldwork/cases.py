"""Cases: put into a sample, shown, excluded and restored."""

from collections.abc import Sequence
from itertools import islice
from random import Random

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from projections import Entry, RatingBook
from service.api.fieldwork.case_work import CaseWorkView, case_work, with_words
from service.api.fieldwork.second_look import WarningView, warnings_of
from service.api.wire.bodies import CaseBody, ReasonBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.looking import look
from service.api.wire.parameter import (
    AFTER_COUNT,
    AS_OF,
    KEY_REQUIRED,
    LIMIT,
    MOST_ENTRIES,
)
from service.api.wire.reading import command_id, number, path, read
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.words import ReasonView, reason_of
from service.desk import Accepted
from service.inspection import about, case_reference
from service.inspection.belonging import outside_sample
from service.inspection.commands import AddCase, ExcludeCase, RestoreCase
from service.permission import Action
from service.refusal import Refused

routes = Routes("cases")

_CASES = "/v1/inspections/{inspection}/cases"
_CASE = f"{_CASES}/{{case}}"


class EntryView(Struct, frozen=True, kw_only=True):
    """What is on record about one thing, and at which version."""

    value: str
    version: int
    position: int


class StandingView(Struct, frozen=True, kw_only=True):
    """An answer on record, and whether it counts."""

    answer: str
    version: int
    position: int
    counted: bool | None
    not_counted_because: str | None


class CaseSummary(Struct, frozen=True, kw_only=True):
    """A case, its sample, and whether it counts."""

    case: str
    sample: str
    status: str  # "included" or "excluded"


class CasesView(Struct, frozen=True, kw_only=True):
    """A page of an inspection's cases, in the order in which they joined it."""

    inspection: str
    as_of: int
    cases: tuple[CaseSummary, ...]
    next: str | None


class CaseView(Struct, frozen=True, kw_only=True):
    """A case with its facts and answers."""

    inspection: str
    as_of: int
    case: str
    sample: str
    status: str
    because: ReasonView | None  # it is excluded, or was restored
    outside_sample: str | None  # why it does not belong there; it counts all the same
    work: CaseWorkView
    questions: tuple[str, ...]  # that are asked of it
    facts: dict[str, EntryView]
    answers: dict[str, StandingView]
    warnings: tuple[WarningView, ...] = ()  # reasons for a second look


@routes.get(
    _CASES,
    Contract(
        may=Action.READ_CASES,
        gives={200: CasesView},
        asks=(AS_OF, AFTER_COUNT, LIMIT),
    ),
)
async def list_cases(request: web.Request) -> web.Response:
    """List the cases of an inspection with their samples."""
    after = number(request, "after", default=0, highest=MOST_ENTRIES)
    most = limit_of(request) + 1

    def view(book: RatingBook) -> tuple[Sequence[CaseSummary], int]:
        cases = islice(book.samples, after, after + most)
        return [_summary(book, case) for case in cases], book.position

    found, at = await look(request, view)
    ends = after + limit_of(request)  # none ever leaves, and they keep their order
    page, following = paged(request, found, lambda _: ends, as_of=at)
    cases = CasesView(
        inspection=path(request, "inspection"), as_of=at, cases=page, next=following
    )
    return shown(cases, at=at)


@routes.post(
    _CASES,
    Contract(
        may=Action.CHOOSE_CASES,
        takes=CaseBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "case-exists",
            "outside-sample",
            "unknown-sample",
            "unknown-fact",
            "unknown-value",
            "inspection-locked",
        ),
    ),
)
async def add_case(request: web.Request) -> web.Response:
    """Put a case into a sample, with what is known of it; we make its reference."""
    inspection = path(request, "inspection")
    body = await read(request, CaseBody)
    case = body.case or _made(request)
    task = Task(
        inspection=inspection,
        command=AddCase(case=case, sample=body.sample, facts=body.facts),
        thing=about.case(case),
    )
    here = location("inspections", inspection, "cases", case)
    return await carry_out(request, task, body, location=here)


@routes.get(
    _CASE, Contract(may=Action.READ_CASES, gives={200: CaseView}, asks=(AS_OF,))
)
async def show_case(request: web.Request) -> web.Response:
    """Show a case with its facts, its answers, and the questions asked of it."""
    inspection, case = path(request, "inspection"), path(request, "case")
    shown_case, entry, moved = await look(
        request,
        lambda book: (
            _case_view(book, inspection, case),
            book.entry(about.case(case)),
            book.casework.checking.review(case).moved,
        ),
    )
    seen = replace(
        shown_case,
        because=await reason_of(request, entry),
        work=await with_words(request, shown_case.work, moved),
        warnings=await warnings_of(request, case),
    )
    return shown(seen, at=seen.as_of)


_BECAUSE = Recording(
    may=Action.EXCLUDE_CASES,
    takes=ReasonBody,
    thing=about.case,
    lies_at=_CASE,
    refuses=("case-replaced",),
)


@recording(routes, "POST", f"{_CASE}/exclusions", _BECAUSE)
def exclude_case(said: Said[ReasonBody]) -> ExcludeCase:
    """Take a case out of every count; its answers stay on record."""
    (case,) = said.steps
    return ExcludeCase(case=case, reason=said.sealed["reason"])


@recording(routes, "POST", f"{_CASE}/restorations", _BECAUSE)
def restore_case(said: Said[ReasonBody]) -> RestoreCase:
    """Count an excluded case again."""
    (case,) = said.steps
    return RestoreCase(case=case, reason=said.sealed["reason"])


def _made(request: web.Request) -> str:
    """A reference that the same request, sent again, gets again."""
    seed = f"{path(request, 'inspection')}\n{command_id(request)}"
    return case_reference.draw(Random(seed))  # noqa: S311 - says nothing, hides nothing


def _summary(book: RatingBook, case: str) -> CaseSummary:
    entry = book.entry(about.case(case))
    return CaseSummary(
        case=case,
        sample=book.samples[case],
        status="included" if entry is None else entry.value,
    )


def _case_view(book: RatingBook, inspection: str, case: str) -> CaseView:
    if case not in book.samples:
        raise Refused("not-found", f"there is no case `{case}` in this inspection")
    summary = _summary(book, case)
    facts, answers = about.fact(case, ""), about.answer(case, "")
    return CaseView(
        inspection=inspection,
        as_of=book.position,
        case=case,
        sample=summary.sample,
        status=summary.status,
        because=None,
        outside_sample=outside_sample(book, case),
        work=case_work(book, case),
        questions=tuple(
            question
            for question in book.framework.questions
            if book.ratings.asks(case, question)
        ),
        facts={
            thing.removeprefix(facts): EntryView(
                value=entry.value, version=entry.version, position=entry.position
            )
            for thing, entry in book.entries.items()
            if thing.startswith(facts)
        },
        answers={
            thing.removeprefix(answers): _standing(book, case, thing, entry)
            for thing, entry in book.entries.items()
            if thing.startswith(answers)
        },
    )


def _standing(book: RatingBook, case: str, thing: str, entry: Entry) -> StandingView:
    standing = book.ratings.standing(case, thing.removeprefix(about.answer(case, "")))
    return StandingView(
        answer=entry.value,
        version=entry.version,
        position=entry.position,
        counted=standing.counted,
        not_counted_because=None if standing.counted else standing.reason,
    )
