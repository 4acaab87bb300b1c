"""What still stands between a case, or the whole fieldwork, and its end."""

from collections.abc import Iterator
from dataclasses import dataclass

from dsl import is_judged
from dsl.framework import Sample
from projections import CaseState, QueryState, RatingBook
from service.inspection import about
from service.inspection.answering import answer_to


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, queried or contested, in a sentence."""

    kind: str  # what it is, such as "missing" or "not-accepted"
    case: str | None
    question: str | None  # or the standard that is not judged
    says: str


def missing(book: RatingBook, case: str) -> Iterator[Gap]:
    """Key questions without an answer, and those that wait for a fact.

    A question that the facts make irrelevant is not missing, nor is a prompt ever.
    """
    for question in book.ratings.missing(case):
        because = book.ratings.standing(case, question).reason
        says = f"`{question}` of case `{case}`: {because}"
        yield Gap("missing", case, question, says)


def queried(book: RatingBook, case: str, *, answered: bool = False) -> Iterator[Gap]:
    """Queries that are not resolved; with `answered`, only those without a reply."""
    for query in book.casework.checking.unresolved(case):
        if answered and query.state is QueryState.ANSWERED:
            continue
        end = "answered" if query.state is QueryState.RAISED else "resolved"
        says = f"query `{query.id}` on `{query.question}` of `{case}` is not {end}"
        yield Gap("queried", case, query.question, says)


def contested(book: RatingBook, case: str) -> Iterator[Gap]:
    """Corrections that wait for approval, and two judgements of one question."""
    for correction in book.casework.checking.waiting(case):
        question = correction.question
        says = (
            f"correction {correction.proposed.position} of `{question}` of case "
            f"`{case}` waits for approval"
        )
        yield Gap("contested", case, question, says)
    found = book.casework.checking.differences(
        case, lambda question: answer_to(book, case, question)
    )
    for each in found:
        says = (
            f"`{each.question}` of case `{case}` was judged `{each.stands}` and, a "
            f"second time, `{each.second}`"
        )
        yield Gap("contested", case, each.question, says)


def included(book: RatingBook) -> Iterator[str]:
    """The cases that count."""
    for case in book.samples:
        entry = book.entry(about.case(case))
        if entry is not None and entry.value == "included":
            yield case


def of_inspection(book: RatingBook, *, every_case_checked: bool) -> Iterator[Gap]:
    """Everything of every case that counts, and judged standards without a rating.

    Where samples are inspected at least one case must be on record.
    """
    if not book.samples and any(
        _is_inspected(book, sample) for sample in book.framework.samples.values()
    ):
        yield Gap("no-cases", None, None, "no case is in any sample yet")
    for case in included(book):
        yield from missing(book, case)
        yield from queried(book, case)
        yield from contested(book, case)
        state = book.casework.checking.review(case).state
        wanted = {CaseState.ACCEPTED}
        if not every_case_checked:
            wanted.add(CaseState.SUBMITTED)
        if state not in wanted:
            end = "accepted" if every_case_checked else "submitted"
            says = f"case `{case}` is {state.value}, not {end}"
            yield Gap("not-accepted", case, None, says)
    for id_, standard in book.framework.standards.items():
        if standard.domain is not None and book.entry(about.domain(standard.domain)):
            continue  # it is set aside
        judged = is_judged(book.framework.rates[id_].method)
        if judged and book.entry(about.judgement(id_)) is None:
            yield Gap("not-judged", None, id_, f"`{id_}` is not judged yet")


def _is_inspected(book: RatingBook, sample: Sample) -> bool:
    """Whether a domain that it feeds is not set aside; without domains it always is."""
    aside = (book.entry(about.domain(domain)) for domain in sample.domains)
    return not sample.domains or not all(aside)
