"""The inspector's words to one answer, asked for by themselves."""

from aiohttp import web
from msgspec import Struct

from service.api.wire.looking import event_of, evidence_event, look, present
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import words_of
from service.inspection import about
from service.permission import Action
from service.refusal import Refused

routes = Routes("answers")


class EvidenceView(Struct, frozen=True, kw_only=True):
    """What was written to an answer, and who wrote it."""

    inspection: str
    as_of: int
    case: str
    question: str
    version: int
    position: int
    evidence: str
    actor: str


@routes.get(
    "/v1/inspections/{inspection}/cases/{case}/answers/{question}/evidence",
    Contract(
        may=Action.READ_CASES,
        gives={200: EvidenceView},
        asks=(AS_OF,),
        refuses=("erased", "words-unreadable"),
    ),
)
async def show_evidence(request: web.Request) -> web.Response:
    """Show the words written to an answer; 410 once they were erased."""
    case, question = path(request, "case"), path(request, "question")
    thing = about.answer(case, question)
    entry, at = await look(
        request, lambda book: (present(book.entry(thing), thing), book.position)
    )
    event = await evidence_event(request, await event_of(request, entry))
    words = await words_of(request, event, "evidence")
    if words.erased:
        raise Refused(
            "erased", f"the words written to `{question}` of case `{case}` were erased"
        )
    if words.unreadable:
        raise Refused(
            "words-unreadable",
            f"the key of the words written to `{question}` is lost or damaged",
        )
    if words.text is None:
        raise Refused("not-found", f"nothing was written to `{question}` here")
    view = EvidenceView(
        inspection=path(request, "inspection"),
        as_of=at,
        case=case,
        question=question,
        version=entry.version,
        position=entry.position,
        evidence=words.text,
        actor=event.origin.actor,
    )
    return shown(view, at=at, version=entry.version)
