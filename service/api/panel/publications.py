"""Publications: proposed by one, approved by another, kept for good, corrected."""

from typing import Any

from aiohttp import web
from msgspec import Struct

from events.inspection import ReportPublished
from events.panel import PublicationProposed
from projections import Filed, RatingBook, Snapshot, snapshot
from service.api.panel.bodies import PublicationBody
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.panel.report import ReportedView
from service.api.wire.bodies import ReasonBody, SeenContentBody
from service.api.wire.context import DESK
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import (
    ApprovePublication,
    OpenErratum,
    ProposePublication,
)
from service.permission import Action
from service.refusal import Refused

routes = Routes("publications")

_INSPECTION = "/v1/inspections/{inspection}"
_ALL = f"{_INSPECTION}/publications"
_ONE = f"{_ALL}/{{number}}"

_NOT_NOW = ("not-agreed", "no-draft", "points-open", "content-moved")


class ProposedView(Struct, frozen=True, kw_only=True):
    """What is proposed to be published; whoever approves names its `content_hash`."""

    number: int
    figures_hash: str
    content_hash: str
    filed: FiledView


class PublishedView(Struct, frozen=True, kw_only=True):
    """What was published, by whom, and where the record stood."""

    number: int
    overall: str | None
    score: int | None
    maximum: int | None
    content_hash: str | None
    report_as_of: int  # position of the last event it takes account of
    checkpoint: int | None  # size of the one signed before it was out
    proposed_by: str | None
    approved: FiledView


class PublicationsView(Struct, frozen=True, kw_only=True):
    """Every publication of an inspection, and what is proposed next."""

    inspection: str
    as_of: int
    proposed: ProposedView | None
    erratum_open: bool
    published: tuple[PublishedView, ...]


class PublishedDifferenceView(Struct, frozen=True, kw_only=True):
    """One figure as published and as it is on record otherwise."""

    part: str
    published: str | None
    on_record: str | None


class PublicationView(Struct, frozen=True, kw_only=True):
    """One publication, and whether the record still says the same.

    `differs_then` compares it with the record rated again as it stood at `report_as_of`
    and must be empty; `differs_now` compares it with the record as it is.
    """

    inspection: str
    as_of: int
    published: PublishedView
    reported: ReportedView
    framework_hash: str
    findings: dict[str, int]  # part → version of the finding
    recommendations: tuple[int, ...]  # versions
    erratum: WordsView | None
    differs_then: tuple[PublishedDifferenceView, ...]
    differs_now: tuple[PublishedDifferenceView, ...]


@recording(
    routes,
    "POST",
    _ALL,
    Recording(
        may=Action.PROPOSE_PUBLICATION,
        takes=PublicationBody,
        thing=about.publications,
        refuses=(*_NOT_NOW, "erratum-unexplained"),
        lies_at=_ALL,
    ),
)
def propose_publication(said: Said[PublicationBody]) -> ProposePublication:
    """Propose to publish the report exactly as it was read."""
    return ProposePublication(
        content_hash=said.body.content_hash, erratum=said.sealed["erratum"]
    )


def _publications(_: str) -> str:
    return about.publications()


@recording(
    routes,
    "POST",
    f"{_ONE}/approvals",
    Recording(
        may=Action.APPROVE_PUBLICATION,
        takes=SeenContentBody,
        thing=_publications,
        refuses=(*_NOT_NOW, "nothing-proposed", "request-lapsed", "four-eyes"),
        lies_at=_ONE,
    ),
)
def approve_publication(said: Said[SeenContentBody]) -> ApprovePublication:
    """Publish what somebody else proposed, once a checkpoint of it all is signed."""
    (number,) = said.steps
    return ApprovePublication(number=int(number), content_hash=said.body.content_hash)


@recording(
    routes,
    "POST",
    f"{_INSPECTION}/errata",
    Recording(
        may=Action.OPEN_ERRATUM,
        takes=ReasonBody,
        thing=about.publications,
        refuses=("not-published",),
        lies_at=_ALL,
    ),
)
def open_erratum(said: Said[ReasonBody]) -> OpenErratum:
    """Let a published inspection be corrected; it is agreed and published again."""
    return OpenErratum(reason=said.sealed["reason"])


@routes.get(
    _ALL,
    Contract(may=Action.READ_RATINGS, gives={200: PublicationsView}, asks=(AS_OF,)),
)
async def list_publications(request: web.Request) -> web.Response:
    """List what was published and what is proposed to be."""

    def view(book: RatingBook) -> PublicationsView:
        panel = book.proceedings
        return PublicationsView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            proposed=None
            if panel.publication is None
            else _proposed(panel.publication),
            erratum_open=panel.erratum is not None,
            published=tuple(map(_published, panel.published)),
        )

    seen = await look(request, view)
    return shown(seen, at=seen.as_of)


@routes.get(
    _ONE, Contract(may=Action.READ_RATINGS, gives={200: PublicationView}, asks=(AS_OF,))
)
async def show_publication(request: web.Request) -> web.Response:
    """Show what was published, and what the record says otherwise then and now."""
    number = int(path(request, "number"))

    def now(book: RatingBook) -> tuple[Filed[ReportPublished], Snapshot, int]:
        published = book.proceedings.published
        if number > len(published):
            raise Refused("not-found", f"publication {number} is not out")
        return published[number - 1], snapshot(book), book.position

    filed, current, at = await look(request, now)
    fact = filed.fact
    then = await request.app[DESK].read(
        path(request, "inspection"), snapshot, as_of=fact.as_of
    )
    erratum = None
    if fact.erratum is not None:
        erratum = await words_view(request, filed, "erratum")
    view = PublicationView(
        inspection=path(request, "inspection"),
        as_of=at,
        published=_published(filed),
        reported=ReportedView(
            ratings=fact.ratings,
            computed=fact.computed,
            score=fact.score,
            maximum=fact.maximum,
            overall=fact.overall,
            questions=fact.questions,
            prompts=fact.prompts,
            figures_hash=fact.figures_hash,
        ),
        framework_hash=fact.framework_hash,
        findings=fact.findings,
        recommendations=fact.recommendations,
        erratum=erratum,
        differs_then=_differences(fact, then),
        differs_now=_differences(fact, current),
    )
    return shown(view, at=at)


def _proposed(filed: Filed[PublicationProposed]) -> ProposedView:
    return ProposedView(
        number=filed.fact.number,
        figures_hash=filed.fact.figures_hash,
        content_hash=filed.fact.content_hash,
        filed=filed_view(filed),
    )


def _published(filed: Filed[ReportPublished]) -> PublishedView:
    fact = filed.fact
    return PublishedView(
        number=fact.number,
        overall=fact.overall,
        score=fact.score,
        maximum=fact.maximum,
        content_hash=fact.content_hash,
        report_as_of=fact.as_of,
        checkpoint=fact.checkpoint,
        proposed_by=fact.proposed_by,
        approved=filed_view(filed),
    )


def _differences(
    fact: ReportPublished, seen: Snapshot
) -> tuple[PublishedDifferenceView, ...]:
    """Every rating, score and count that is another one."""
    published, on_record = _told(fact), _told(seen)
    return tuple(
        PublishedDifferenceView(
            part=part, published=published.get(part), on_record=on_record.get(part)
        )
        for part in dict.fromkeys((*published, *on_record))
        if published.get(part) != on_record.get(part)
    )


def _told(said: ReportPublished | Snapshot) -> dict[str, str]:
    """What a report says of each part, as a reader sees it."""
    counts = {**said.questions, **said.prompts}
    told: dict[str, Any] = {
        **said.ratings,
        **{part: f"{yes} of {relevant}" for part, (yes, relevant) in counts.items()},
        "overall": said.overall,
    }
    if said.score is not None:
        told["score"] = f"{said.score} of {said.maximum}"
    return told
