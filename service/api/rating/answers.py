"""Answers: given, read, withdrawn, and everything that was ever answered."""

from collections import defaultdict
from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct

from dsl import Standing
from events.codec import CODEC
from projections import Correction, Entry, RatingBook, instant, rating_changes
from service.api.rating.corrections import CorrectionView, correction_view
from service.api.rating.rating_view import ChangeView
from service.api.wire.bodies import AnswerBody
from service.api.wire.context import ENGINE
from service.api.wire.looking import (
    event_of,
    events_about,
    evidence_event,
    look,
    position_of,
    present,
)
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import words_of
from service.inspection import about
from service.inspection.commands import GiveAnswer, WithdrawAnswer
from service.permission import Action
from service.refusal import Refused

routes = Routes("answers")

_ANSWER = "/v1/inspections/{inspection}/cases/{case}/answers/{question}"
_LOCKED = ("case-submitted", "four-eyes")


class AnswerView(Struct, frozen=True, kw_only=True):
    """An answer with the inspector's words.

    `erased` once their key was destroyed; `unreadable` while it is lost or damaged.
    """

    inspection: str
    as_of: int
    case: str
    question: str
    answer: str
    version: int
    position: int
    counted: bool | None
    not_counted_because: str | None
    evidence: str | None
    erased: bool
    unreadable: bool
    actor: str
    recorded_at: str
    observed_at: str
    correction: CorrectionView | None  # that waits for approval; `answer` still counts


class AnswerEventView(Struct, frozen=True, kw_only=True):
    """One moment in the life of an answer, and every rating it moved."""

    position: int
    version: int
    event_type: str
    answer: str | None  # null: withdrawn
    actor: str
    recorded_at: str
    observed_at: str
    evidence: str | None
    erased: bool
    unreadable: bool
    changes: tuple[ChangeView, ...]


class AnswerHistoryView(Struct, frozen=True, kw_only=True):
    """Everything that was ever answered to one question of one case."""

    inspection: str
    as_of: int
    case: str
    question: str
    events: tuple[AnswerEventView, ...]


@recording(
    routes,
    "PUT",
    _ANSWER,
    Recording(
        may=Action.ANSWER,
        takes=AnswerBody,
        thing=about.answer,
        refuses=(*_LOCKED, "unknown-question", "unknown-answer", "not-asked"),
    ),
)
def give_answer(said: Said[AnswerBody]) -> GiveAnswer:
    """Answer a question or a prompt of a case; the reply names every rating it moved.

    An answer that does not count is kept too, and the reply says why it does not.
    """
    case, question = said.steps
    return GiveAnswer(
        case=case,
        question=question,
        answer=said.body.answer,
        evidence=said.sealed["evidence"],
    )


@recording(
    routes,
    "DELETE",
    _ANSWER,
    Recording(may=Action.ANSWER, thing=about.answer, refuses=_LOCKED),
)
def withdraw_answer(said: Said[None]) -> WithdrawAnswer:
    """Leave a question unanswered again; what was answered stays in its history."""
    case, question = said.steps
    return WithdrawAnswer(case=case, question=question)


@routes.get(
    _ANSWER,
    Contract(
        may=Action.READ_CASES,
        gives={200: AnswerView},
        asks=(AS_OF,),
    ),
)
async def show_answer(request: web.Request) -> web.Response:
    """Show an answer with the inspector's words and whether it counts."""
    inspection, case, question = _steps(request)
    thing = about.answer(case, question)

    def view(book: RatingBook) -> tuple[Entry, Standing, Sequence[Correction], int]:
        entry = present(book.entry(thing), thing)
        standing = book.ratings.standing(case, question)
        proposed = book.casework.checking.corrections_of(case, question)
        return entry, standing, proposed, book.position

    entry, standing, proposed, at = await look(request, view)
    event = await event_of(request, entry)
    words = await words_of(request, await evidence_event(request, event), "evidence")
    waiting = [each for each in proposed if each.outcome is None][-1:]
    answer = AnswerView(
        inspection=inspection,
        as_of=at,
        case=case,
        question=question,
        answer=entry.value,
        version=entry.version,
        position=entry.position,
        counted=standing.counted,
        not_counted_because=None if standing.counted else standing.reason,
        evidence=words.text,
        erased=words.erased,
        unreadable=words.unreadable,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
        observed_at=instant(event.origin.observed_at),
        correction=await correction_view(request, waiting[0]) if waiting else None,
    )
    beside = (
        answer.not_counted_because,
        answer.erased,
        answer.unreadable,
        answer.correction,
    )
    return shown(answer, at=at, version=entry.version, beside=beside)


@routes.get(
    f"{_ANSWER}/history",
    Contract(may=Action.READ_CASES, gives={200: AnswerHistoryView}, asks=(AS_OF,)),
)
async def show_answer_history(request: web.Request) -> web.Response:
    """Show every answer given here: who, when, and every rating each one moved."""
    inspection, case, question = _steps(request)
    thing = about.answer(case, question)
    at = await position_of(request)
    events = await events_about(request, thing, until=at)
    if not events:
        raise Refused("not-found", f"nothing was ever answered to `{question}` here")
    changes: defaultdict[int, list[ChangeView]] = defaultdict(list)
    for change in await rating_changes(
        request.app[ENGINE], inspection, about=thing, until=at
    ):
        changes[change.position].append(change)
    moments = []
    for event in events:
        said = await evidence_event(request, event)
        words = await words_of(request, said, "evidence")
        moments.append(
            AnswerEventView(
                position=event.position,
                version=event.version,
                event_type=CODEC.name(event.data),
                answer=getattr(event.data, "answer", None),
                actor=event.origin.actor,
                recorded_at=instant(event.recorded_at),
                observed_at=instant(event.origin.observed_at),
                evidence=words.text,
                erased=words.erased,
                unreadable=words.unreadable,
                changes=tuple(changes[event.position]),
            )
        )
    history = AnswerHistoryView(
        inspection=inspection,
        as_of=at,
        case=case,
        question=question,
        events=tuple(moments),
    )
    return shown(history, at=at)


def _steps(request: web.Request) -> tuple[str, str, str]:
    return path(request, "inspection"), path(request, "case"), path(request, "question")
