"""What in the answers of a case deserves a second look, as its rules declare it."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from msgspec import Struct

from dsl import CaseAnswers, warnings
from projections import Entry, RatingBook
from service.api.wire.looking import event_of, look
from service.inspection import about


class WarningView(Struct, frozen=True, kw_only=True):
    """One reason for a second look; it blocks nothing and changes no rating."""

    part: str  # the question, or the prompt whose answer is missing
    sign: str  # "against-prompts", "missing-answer" or "late-change"
    says: str
    file: str
    line: int


async def warnings_of(request: web.Request, case: str) -> tuple[WarningView, ...]:
    """Every warning of a case at the time asked for, in framework order."""
    late, first = await look(request, lambda book: _late(book, case))
    days_late = {
        question: ((await event_of(request, entry)).recorded_at - first).days
        for question, entry in late.items()
    }
    found = await look(
        request,
        lambda book: warnings(book.framework, _as_judged(book, case, days_late)),
    )
    return tuple(
        WarningView(
            part=each.part,
            sign=each.sign.value,
            says=each.sentence,
            file=each.rule.file,
            line=each.rule.line,
        )
        for each in found
    )


def _as_judged(
    book: RatingBook, case: str, days_late: Mapping[str, int]
) -> CaseAnswers:
    return CaseAnswers(
        sample=book.samples[case],
        answers=_values(book, about.answer(case, "")),
        facts=_values(book, about.fact(None, "")) | _values(book, about.fact(case, "")),
        submitted=book.casework.checking.review(case).first_submitted is not None,
        days_late=days_late,
    )


def _values(book: RatingBook, prefix: str) -> dict[str, str]:
    return {
        thing.removeprefix(prefix): entry.value
        for thing, entry in book.entries.items()
        if thing.startswith(prefix)
    }


def _late(book: RatingBook, case: str) -> tuple[dict[str, Entry], datetime]:
    """Answers changed since the case was first submitted, where rules mind, and when
    that was.
    """
    first = book.casework.checking.review(case).first_submitted
    if first is None:
        return {}, book.announced_at
    late = {
        question: entry
        for question, check in book.framework.case_checks.items()
        if check.late_days is not None
        and (entry := book.entry(about.answer(case, question))) is not None
        and entry.position > first.position
    }
    return late, first.at
