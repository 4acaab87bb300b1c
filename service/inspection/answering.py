"""What makes an answer legal: its words, its question, its case."""

from collections.abc import Sequence

from dsl import Framework
from projections import RatingBook
from service.inspection import about
from service.inspection.record import known
from service.refusal import Refused


def legal_question(book: RatingBook, case: str, question: str) -> str:
    """A question or prompt that is asked of a case of this inspection."""
    known("question", question, book.ratings.answerable)
    status_of(book, case)
    if book.ratings.asks(case, question):
        return question
    framework = book.framework
    sample = framework.samples[book.samples[case]]
    raise Refused(
        "not-asked",
        f"`{question}` is not asked of case `{case}`: sample “{sample.name}” answers "
        f"{_domains(framework, sample.domains)}",
    )


def legal_answer(book: RatingBook, answer: str) -> str:
    """An answer as the framework spells it."""
    return known("answer", answer, book.framework.answers)


def status_of(book: RatingBook, case: str) -> str:
    """`included` or `excluded`."""
    entry = book.entry(about.case(case))
    if entry is None:
        raise Refused("not-found", f"there is no case `{case}` in this inspection")
    return entry.value


def answer_to(book: RatingBook, case: str, question: str) -> str | None:
    """The answer that stands."""
    entry = book.entry(about.answer(case, question))
    return None if entry is None else entry.value


def _domains(framework: Framework, domains: Sequence[str]) -> str:
    kind = framework.words.get("domain", "domain")
    return f"{kind if len(domains) == 1 else kind + 's'} {' and '.join(domains)}"
