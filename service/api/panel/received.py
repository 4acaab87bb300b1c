"""Evidence for judged standards: documents, meetings, interviews and surveys."""

from aiohttp import web
from msgspec import Struct

from events.inspection import EvidenceReceived
from projections import Filed, RatingBook
from service.api.panel.bodies import EvidenceBody
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import ReceiveEvidence
from service.permission import Action
from service.refusal import Refused

routes = Routes("evidence")

_ALL = "/v1/inspections/{inspection}/evidence"
_ONE = f"{_ALL}/{{received}}"


class ReceivedView(Struct, frozen=True, kw_only=True):
    """One piece of evidence, and what it bears on."""

    received: str  # its id
    medium: str
    standards: tuple[str, ...]
    filed: FiledView


class AllReceivedView(Struct, frozen=True, kw_only=True):
    """All evidence of an inspection in the order it came; each has its summary."""

    inspection: str
    as_of: int
    evidence: tuple[ReceivedView, ...]


class SummaryView(Struct, frozen=True, kw_only=True):
    """One piece of evidence with what it says."""

    inspection: str
    as_of: int
    received: ReceivedView
    summary: WordsView


@recording(
    routes,
    "PUT",
    _ONE,
    Recording(
        may=Action.RECEIVE_EVIDENCE,
        takes=EvidenceBody,
        thing=about.evidence,
        refuses=("unknown-standard", "unknown-medium"),
    ),
)
def receive_evidence(said: Said[EvidenceBody]) -> ReceiveEvidence:
    """Put a document, meeting, interview or survey on record, or amend what it says."""
    (evidence,) = said.steps
    return ReceiveEvidence(
        evidence=evidence,
        medium=said.body.medium,
        standards=said.body.standards,
        summary=said.sealed["summary"],
    )


@routes.get(
    _ALL, Contract(may=Action.READ_CASES, gives={200: AllReceivedView}, asks=(AS_OF,))
)
async def list_evidence(request: web.Request) -> web.Response:
    """List the evidence of an inspection, and which standards each bears on."""

    def view(book: RatingBook) -> AllReceivedView:
        return AllReceivedView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            evidence=tuple(map(_view, book.proceedings.evidence.values())),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.get(
    _ONE,
    Contract(
        may=Action.READ_CASES,
        gives={200: SummaryView},
        asks=(AS_OF,),
    ),
)
async def show_received(request: web.Request) -> web.Response:
    """Show one piece of evidence with what it says."""
    id_ = path(request, "received")

    def view(book: RatingBook) -> tuple[Filed[EvidenceReceived], int]:
        filed = book.proceedings.evidence.get(id_)
        if filed is None:
            raise Refused("not-found", f"there is no evidence `{id_}` here")
        return filed, book.position

    filed, at = await look(request, view)
    summary = SummaryView(
        inspection=path(request, "inspection"),
        as_of=at,
        received=_view(filed),
        summary=await words_view(request, filed, "summary"),
    )
    beside = (summary.summary.erased, summary.summary.unreadable)
    return shown(summary, at=at, version=filed.version, beside=beside)


def _view(filed: Filed[EvidenceReceived]) -> ReceivedView:
    return ReceivedView(
        received=filed.fact.evidence,
        medium=filed.fact.medium,
        standards=filed.fact.standards,
        filed=filed_view(filed),
    )
