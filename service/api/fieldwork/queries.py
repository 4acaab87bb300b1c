"""Queries: what a checker asks about an answer, what its inspector says to it."""

from hashlib import sha256

from aiohttp import web
from msgspec import Struct

from projections import Query, RatingBook
from service.api.wire.bodies import DoneBody, QueryBody, ResponseBody
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import command_id, path, read
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import RemarkView, remark, seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.fieldwork.commands import (
    AnswerQuery,
    RaiseQuery,
    ResolveQuery,
)
from service.inspection.fieldwork.reviewing import query_of
from service.permission import Action

routes = Routes("queries")

_QUERIES = "/v1/inspections/{inspection}/cases/{case}/queries"
_QUERY = f"{_QUERIES}/{{query}}"


def _of_query(_: str, query: str) -> str:
    return about.query(query)


class QueryView(Struct, frozen=True, kw_only=True):
    """A query with its answer."""

    query: str
    question: str
    state: str  # "raised", "answered" or "resolved"
    raised: RemarkView | None
    answered: RemarkView | None
    resolved: RemarkView | None


class QueriesView(Struct, frozen=True, kw_only=True):
    """Every query about a case, oldest first."""

    inspection: str
    as_of: int
    case: str
    queries: tuple[QueryView, ...]


@routes.get(
    _QUERIES, Contract(may=Action.READ_CASES, gives={200: QueriesView}, asks=(AS_OF,))
)
async def list_queries(request: web.Request) -> web.Response:
    """List what was asked about a case, and what was answered."""
    inspection, case = path(request, "inspection"), path(request, "case")

    def view(book: RatingBook) -> tuple[list[Query], int]:
        status_of(book, case)
        queries = book.casework.checking.queries.values()
        return [query for query in queries if query.case == case], book.position

    queries, at = await look(request, view)
    view_ = QueriesView(
        inspection=inspection,
        as_of=at,
        case=case,
        queries=tuple([await _query_view(request, query) for query in queries]),
    )
    return shown(view_, at=at)


@routes.post(
    _QUERIES,
    Contract(
        may=Action.CHECK_CASES,
        takes=QueryBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "unknown-question",
            "not-asked",
            "four-eyes",
            "erased",
        ),
    ),
)
async def raise_query(request: web.Request) -> web.Response:
    """Ask about one answer of a colleague's case, at any time."""
    inspection, case = path(request, "inspection"), path(request, "case")
    body = await read(request, QueryBody)
    query = _made(request)
    thing = about.query(query)
    text = await seal(request, body.text, inspection=inspection, thing=thing, case=case)
    task = Task(
        inspection=inspection,
        command=RaiseQuery(query=query, case=case, question=body.question, text=text),
        thing=thing,
    )
    here = location("inspections", inspection, "cases", case, "queries", query)
    return await carry_out(request, task, body, location=here)


@routes.get(
    _QUERY, Contract(may=Action.READ_CASES, gives={200: QueryView}, asks=(AS_OF,))
)
async def show_query(request: web.Request) -> web.Response:
    """Show one query with its answer."""
    case, id_ = path(request, "case"), path(request, "query")
    query, at = await look(
        request, lambda book: (query_of(book, case, id_), book.position)
    )
    return shown(await _query_view(request, query), at=at)


@recording(
    routes,
    "POST",
    f"{_QUERY}/responses",
    Recording(
        may=Action.ANSWER,
        takes=ResponseBody,
        thing=_of_query,
        refuses=("query-closed", "four-eyes", "erased"),
        lies_at=_QUERY,
    ),
)
def answer_query(said: Said[ResponseBody]) -> AnswerQuery:
    """Answer what a checker asked."""
    case, query = said.steps
    return AnswerQuery(case=case, query=query, text=said.sealed["text"])


@recording(
    routes,
    "POST",
    f"{_QUERY}/resolutions",
    Recording(
        may=Action.CHECK_CASES,
        takes=DoneBody,
        thing=_of_query,
        refuses=("four-eyes",),
        lies_at=_QUERY,
    ),
)
def resolve_query(said: Said[DoneBody]) -> ResolveQuery:
    """Be content with the answer to a query."""
    case, query = said.steps
    return ResolveQuery(case=case, query=query)


def _made(request: web.Request) -> str:
    """An id that the same request, sent again, gets again."""
    seed = f"{path(request, 'case')}\n{command_id(request)}"
    return f"q-{sha256(seed.encode()).hexdigest()[:12]}"


async def _query_view(request: web.Request, query: Query) -> QueryView:
    done = (query.raised, query.answered, query.resolved)
    raised, answered, resolved = [
        None if each is None else await remark(request, each, "text") for each in done
    ]
    return QueryView(
        query=query.id,
        question=query.question,
        state=query.state.value,
        raised=raised,
        answered=answered,
        resolved=resolved,
    )
