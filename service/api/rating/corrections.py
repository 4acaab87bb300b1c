"""Corrections: another answer after submission, which takes two people."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct

from projections import Correction, RatingBook
from service.api.wire.bodies import CorrectionBody, DoneBody, ReasonBody
from service.api.wire.carrying_out import Task, carry_out
from service.api.wire.looking import event_of, look
from service.api.wire.parameter import AS_OF, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import RemarkView, remark, seal, words_of
from service.desk import Accepted
from service.inspection import about
from service.inspection.answering import status_of
from service.inspection.fieldwork.commands import (
    ApproveCorrection,
    ProposeCorrection,
    RejectCorrection,
)
from service.inspection.fieldwork.correcting import correction_at
from service.permission import Action

routes = Routes("corrections")

_ANSWER = "/v1/inspections/{inspection}/cases/{case}/answers/{question}"
_CORRECTIONS = f"{_ANSWER}/corrections"
_CORRECTION = f"{_CORRECTIONS}/{{correction}}"


class CorrectionView(Struct, frozen=True, kw_only=True):
    """A proposed answer beside the one it would replace."""

    correction: int  # position of the proposal, and its name in addresses
    answer: str | None  # null: withdraw it
    replaces: int | None  # version of the answer; null: there was none
    state: str  # "waiting", "approved" or "rejected"
    evidence: str | None
    proposed: RemarkView
    settled: RemarkView | None  # who approved or rejected it


class CorrectionsView(Struct, frozen=True, kw_only=True):
    """Every correction ever proposed to one answer, oldest first."""

    inspection: str
    as_of: int
    case: str
    question: str
    corrections: tuple[CorrectionView, ...]


@routes.get(
    _CORRECTIONS,
    Contract(may=Action.READ_CASES, gives={200: CorrectionsView}, asks=(AS_OF,)),
)
async def list_corrections(request: web.Request) -> web.Response:
    """List what was proposed instead of an answer, and what came of it."""
    inspection, case, question = _steps(request)

    def view(book: RatingBook) -> tuple[Sequence[Correction], int]:
        status_of(book, case)
        found = book.casework.checking.corrections_of(case, question)
        return found, book.position

    found, at = await look(request, view)
    seen = CorrectionsView(
        inspection=inspection,
        as_of=at,
        case=case,
        question=question,
        corrections=tuple([await correction_view(request, each) for each in found]),
    )
    return shown(seen, at=at)


@routes.post(
    _CORRECTIONS,
    Contract(
        may=Action.PROPOSE_CORRECTIONS,
        takes=CorrectionBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "unknown-question",
            "unknown-answer",
            "not-asked",
            "no-correction",
            "case-open",
            "already-requested",
            "stale-answer",
            "erased",
        ),
    ),
)
async def propose_correction(request: web.Request) -> web.Response:
    """Propose another answer in a submitted case; nothing moves until it is approved.

    `version` is that of the answer you have seen; it is refused if that has changed.
    """
    inspection, case, question = _steps(request)
    body = await read(request, CorrectionBody)
    thing = about.correction(case, question)
    reason = await seal(
        request, body.reason, inspection=inspection, thing=thing, case=case
    )
    evidence = None
    if body.evidence is not None:
        evidence = await seal(
            request, body.evidence, inspection=inspection, thing=thing, case=case
        )
    command = ProposeCorrection(
        case=case,
        question=question,
        answer=body.answer,
        replaces=body.version,
        reason=reason,
        evidence=evidence,
    )
    task = Task(inspection=inspection, command=command)
    return await carry_out(
        request,
        task,
        body,
        location=lambda at: f"{request.rel_url.raw_path}/{at}",
    )


@routes.get(
    _CORRECTION,
    Contract(may=Action.READ_CASES, gives={200: CorrectionView}, asks=(AS_OF,)),
)
async def show_correction(request: web.Request) -> web.Response:
    """Show one correction with its reason."""
    _, case, question = _steps(request)
    position = int(path(request, "correction"))
    found, at = await look(
        request,
        lambda book: (correction_at(book, case, question, position), book.position),
    )
    return shown(await correction_view(request, found), at=at)


def _the_answer(case: str, question: str, _: str) -> str:
    return about.answer(case, question)


@recording(
    routes,
    "POST",
    f"{_CORRECTION}/approvals",
    Recording(
        may=Action.APPROVE_CORRECTIONS,
        takes=DoneBody,
        thing=_the_answer,
        refuses=("correction-closed", "request-lapsed", "four-eyes"),
        lies_at=_ANSWER,
    ),
)
def approve_correction(said: Said[DoneBody]) -> ApproveCorrection:
    """Agree to another person's correction; the reply names every rating it moved."""
    case, question, correction = said.steps
    return ApproveCorrection(case=case, question=question, correction=int(correction))


def _of_answer(case: str, question: str, _: str) -> str:
    return about.correction(case, question)


@recording(
    routes,
    "POST",
    f"{_CORRECTION}/rejections",
    Recording(
        may=Action.APPROVE_CORRECTIONS,
        takes=ReasonBody,
        thing=_of_answer,
        refuses=("correction-closed", "erased"),
        lies_at=_CORRECTION,
    ),
)
def reject_correction(said: Said[ReasonBody]) -> RejectCorrection:
    """Turn a correction down; the answer stands."""
    case, question, correction = said.steps
    return RejectCorrection(
        case=case,
        question=question,
        correction=int(correction),
        reason=said.sealed["reason"],
    )


async def correction_view(request: web.Request, each: Correction) -> CorrectionView:
    """A correction with the words that belong to it."""
    event = await event_of(request, each.proposed)
    evidence = await words_of(request, event, "evidence")
    settled = None if each.settled is None else await remark(request, each.settled)
    return CorrectionView(
        correction=each.proposed.position,
        answer=each.answer,
        replaces=each.replaces,
        state=each.outcome or "waiting",
        evidence=evidence.text,
        proposed=await remark(request, each.proposed),
        settled=settled,
    )


def _steps(request: web.Request) -> tuple[str, str, str]:
    return path(request, "inspection"), path(request, "case"), path(request, "question")
