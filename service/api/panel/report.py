"""The report as it reads: ratings, findings of each part, numbered recommendations."""

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from events.inspection import FindingRecorded, RecommendationMade
from projections import Filed, RatingBook, snapshot
from service.api.panel.bodies import RecommendationBody, TextBody
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.inspection import about
from service.inspection.panel.commands import (
    MakeRecommendation,
    RecordFinding,
    WithdrawRecommendation,
)
from service.inspection.panel.finality import content_hash, is_agreed
from service.permission import Action
from service.refusal import Refused

routes = Routes("report")

_INSPECTION = "/v1/inspections/{inspection}"
_FINDING = f"{_INSPECTION}/findings/{{part}}"
_RECOMMENDATIONS = f"{_INSPECTION}/recommendations"
_RECOMMENDATION = f"{_RECOMMENDATIONS}/{{number}}"


class FindingView(Struct, frozen=True, kw_only=True):
    """What the report says of one part."""

    inspection: str
    as_of: int
    part: str
    text: WordsView
    filed: FiledView


class RecommendationView(Struct, frozen=True, kw_only=True):
    """One recommendation."""

    number: int
    owner: str
    text: WordsView
    filed: FiledView


class RecommendationsView(Struct, frozen=True, kw_only=True):
    """All recommendations, numbered across owners; changing one takes this `ETag`."""

    inspection: str
    as_of: int
    recommendations: tuple[RecommendationView, ...]


class ReportedView(Struct, frozen=True, kw_only=True):
    """The ratings of one moment and the figures they rest on."""

    ratings: dict[str, str]
    computed: dict[str, str]  # before discretion
    score: int | None
    maximum: int | None
    overall: str | None
    questions: dict[str, tuple[int, int]]  # yes, relevant
    prompts: dict[str, tuple[int, int]]  # evidence; they rate nothing
    figures_hash: str


class ReportView(Struct, frozen=True, kw_only=True):
    """The report as it reads now; `content_hash` names exactly this to publish it."""

    inspection: str
    as_of: int
    number: int  # of the publication it would be
    agreed: bool
    reported: ReportedView
    findings: dict[str, WordsView]  # by part
    recommendations: tuple[RecommendationView, ...]
    framework_hash: str
    content_hash: str


@recording(
    routes,
    "PUT",
    _FINDING,
    Recording(
        may=Action.WRITE_REPORT,
        takes=TextBody,
        thing=about.finding,
        refuses=("unknown-part",),
    ),
)
def record_finding(said: Said[TextBody]) -> RecordFinding:
    """Say what the report will say of one part, or change it."""
    (part,) = said.steps
    return RecordFinding(part=part, text=said.sealed["text"])


@routes.get(
    _FINDING,
    Contract(
        may=Action.READ_REPORT,
        gives={200: FindingView},
        asks=(AS_OF,),
    ),
)
async def show_finding(request: web.Request) -> web.Response:
    """Show what the report says of one part."""
    part = path(request, "part")

    def view(book: RatingBook) -> tuple[Filed[FindingRecorded], int]:
        filed = book.proceedings.findings.get(part)
        if filed is None:
            raise Refused("not-found", f"nothing was found of `{part}` yet")
        return filed, book.position

    filed, at = await look(request, view)
    finding = FindingView(
        inspection=path(request, "inspection"),
        as_of=at,
        part=part,
        text=await words_view(request, filed, "text"),
        filed=filed_view(filed),
    )
    beside = (finding.text.erased, finding.text.unreadable)
    return shown(finding, at=at, version=filed.version, beside=beside)


def _all(*_: str) -> str:
    return about.recommendations()


@recording(
    routes,
    "POST",
    _RECOMMENDATIONS,
    Recording(
        may=Action.WRITE_REPORT,
        takes=RecommendationBody,
        thing=_all,
        lies_at=_RECOMMENDATIONS,
    ),
)
def make_recommendation(said: Said[RecommendationBody]) -> MakeRecommendation:
    """Recommend something to a named owner, under the next number."""
    return MakeRecommendation(owner=said.body.owner, text=said.sealed["text"])


@recording(
    routes,
    "PUT",
    _RECOMMENDATION,
    Recording(
        may=Action.WRITE_REPORT,
        takes=RecommendationBody,
        thing=_all,
    ),
)
def change_recommendation(said: Said[RecommendationBody]) -> MakeRecommendation:
    """Change a recommendation or its owner; `If-Match` names the list as seen."""
    (number,) = said.steps
    return MakeRecommendation(
        number=int(number), owner=said.body.owner, text=said.sealed["text"]
    )


@recording(
    routes,
    "DELETE",
    _RECOMMENDATION,
    Recording(may=Action.WRITE_REPORT, thing=_all),
)
def withdraw_recommendation(said: Said[None]) -> WithdrawRecommendation:
    """Leave a recommendation out of the report; its number is not used again."""
    (number,) = said.steps
    return WithdrawRecommendation(number=int(number))


@routes.get(
    _RECOMMENDATIONS,
    Contract(may=Action.READ_REPORT, gives={200: RecommendationsView}, asks=(AS_OF,)),
)
async def list_recommendations(request: web.Request) -> web.Response:
    """List the recommendations in the order of their numbers."""

    def view(book: RatingBook) -> tuple[list[Filed[RecommendationMade]], int, int]:
        entry = book.entry(about.recommendations())
        return _numbered(book), book.position, 0 if entry is None else entry.version

    filed, at, version = await look(request, view)
    listed = RecommendationsView(
        inspection=path(request, "inspection"),
        as_of=at,
        recommendations=await _recommendations(request, filed),
    )
    beside = tuple(
        each.number
        for each in listed.recommendations
        if each.text.erased or each.text.unreadable
    )
    return shown(listed, at=at, version=version or None, beside=beside)


@routes.get(
    f"{_INSPECTION}/report",
    Contract(may=Action.READ_REPORT, gives={200: ReportView}, asks=(AS_OF,)),
)
async def show_report(request: web.Request) -> web.Response:
    """Show the report as it reads now, and the hash that names exactly this."""

    def view(
        book: RatingBook,
    ) -> tuple[
        ReportView, dict[str, Filed[FindingRecorded]], list[Filed[RecommendationMade]]
    ]:
        seen = snapshot(book)
        report = ReportView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            number=book.proceedings.next_number,
            agreed=is_agreed(book, seen),
            reported=ReportedView(
                ratings=seen.ratings,
                computed=seen.computed,
                score=seen.score,
                maximum=seen.maximum,
                overall=seen.overall,
                questions=seen.questions,
                prompts=seen.prompts,
                figures_hash=seen.figures_hash,
            ),
            findings={},
            recommendations=(),
            framework_hash=book.framework.hash,
            content_hash=content_hash(book, seen),
        )
        return report, dict(book.proceedings.findings), _numbered(book)

    report, findings, recommendations = await look(request, view)
    texts = {
        part: await words_view(request, filed, "text")
        for part, filed in findings.items()
    }
    whole = replace(
        report,
        findings=texts,
        recommendations=await _recommendations(request, recommendations),
    )
    return shown(whole, at=whole.as_of)


def _numbered(book: RatingBook) -> list[Filed[RecommendationMade]]:
    return [filed for _, filed in sorted(book.proceedings.recommendations.items())]


async def _recommendations(
    request: web.Request, filed: list[Filed[RecommendationMade]]
) -> tuple[RecommendationView, ...]:
    return tuple(
        [
            RecommendationView(
                number=each.fact.number,
                owner=each.fact.owner,
                text=await words_view(request, each, "text"),
                filed=filed_view(each),
            )
            for each in filed
        ]
    )
