"""A colleague checks a case: accepts it, returns it, asks about its answers."""

from collections.abc import Sequence

from events.inspection import (
    CaseAccepted,
    CaseReturned,
    QueryAnswered,
    QueryRaised,
    QueryResolved,
)
from events.recorded import NewEvent
from projections import CaseState, Query, QueryState, RatingBook
from service.inspection import about
from service.inspection.answering import legal_question, status_of
from service.inspection.fieldwork import gaps
from service.inspection.fieldwork.commands import (
    AnswerQuery,
    RaiseQuery,
    ResolveQuery,
    ReturnCase,
)
from service.inspection.fieldwork.submitting import refuse_gaps
from service.refusal import Refused


def accept(case: str, book: RatingBook) -> Sequence[NewEvent]:
    """Nothing about it is missing, queried or contested any more."""
    if _waiting(case, book) is CaseState.ACCEPTED:
        return ()
    found = (
        *gaps.missing(book, case),
        *gaps.queried(book, case),
        *gaps.contested(book, case),
    )
    refuse_gaps("incomplete-case", f"case `{case}` cannot be accepted", found)
    return (NewEvent(CaseAccepted(case=case), about.review(case)),)


def return_(command: ReturnCase, book: RatingBook) -> Sequence[NewEvent]:
    """Its inspector has it again; what was accepted is reopened instead."""
    if _waiting(command.case, book) is CaseState.ACCEPTED:
        raise Refused(
            "case-accepted",
            f"case `{command.case}` is accepted: it can be reopened, not returned",
        )
    returned = CaseReturned(case=command.case, reason=command.reason)
    return (NewEvent(returned, about.review(command.case)),)


def raise_query(command: RaiseQuery, book: RatingBook) -> Sequence[NewEvent]:
    """At any time: a case can be looked at while it is worked on."""
    legal_question(book, command.case, command.question)
    if command.query in book.casework.checking.queries:
        raise Refused(
            "already-requested", f"`{command.query}` is the id of another query"
        )
    raised = QueryRaised(
        query=command.query,
        case=command.case,
        question=command.question,
        text=command.text,
    )
    return (NewEvent(raised, about.query(command.query)),)


def answer_query(command: AnswerQuery, book: RatingBook) -> Sequence[NewEvent]:
    """Once; a checker who is not content asks anew or returns the case."""
    query = query_of(book, command.case, command.query)
    if query.state is not QueryState.RAISED:
        raise Refused("query-closed", f"query `{query.id}` is {query.state.value}")
    answered = QueryAnswered(query=query.id, text=command.text)
    return (NewEvent(answered, about.query(query.id)),)


def resolve_query(command: ResolveQuery, book: RatingBook) -> Sequence[NewEvent]:
    """With an answer or without: a checker may see that it needs none."""
    query = query_of(book, command.case, command.query)
    if query.resolved is not None:
        return ()
    return (NewEvent(QueryResolved(query=query.id), about.query(query.id)),)


def query_of(book: RatingBook, case: str, id_: str) -> Query:
    """A query about a case."""
    query = book.casework.checking.queries.get(id_)
    if query is None or query.case != case:
        raise Refused("not-found", f"there is no query `{id_}` about case `{case}`")
    return query


def _waiting(case: str, book: RatingBook) -> CaseState:
    """The state of a case that a colleague may look at."""
    status_of(book, case)
    state = book.casework.checking.review(case).state
    if not state.is_locked:
        raise Refused(
            "not-submitted", f"case `{case}` is {state.value}: it is not submitted"
        )
    return state
