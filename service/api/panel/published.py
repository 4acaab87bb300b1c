"""What is published, as everybody may read it, and why it was rated so.

No case, no person and none of anybody's words are in it, and no count of a few cases.
"""

from collections.abc import Iterator, Mapping

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from dsl import explain, sentences
from dsl.evidence import Count
from dsl.framework import OVERALL
from events.inspection import ReportPublished
from projections import Filed, RatingBook, instant
from service.api.rating.rating_view import part_view, rated
from service.api.rating.ratings import ExplanationView
from service.api.wire.context import DESK
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.table import FORMS, at_once, form_asked, table
from service.disclosure import Tally, disclosed
from service.permission import Action
from service.refusal import Refused

routes = Routes("publications")

_PUBLISHED = "/v1/inspections/{inspection}/published"


class PublishedPartView(Struct, frozen=True, kw_only=True):
    """One part as published: its rating, or the count that is known of it.

    A count is `withheld` where it, or another that is shown taken from it, would tell
    of a few cases; which of the two is not said.
    """

    part: str
    kind: str  # "overall", "standard", "question" or "prompt"
    title: str
    rating: str | None
    computed: str | None  # the rating before a panel moved it
    score: int | None  # of the overall rating
    maximum: int | None
    yes: int | None
    relevant: int | None
    percentage: int | None
    withheld: bool


_BLANK = PublishedPartView(
    part="",
    kind="",
    title="",
    rating=None,
    computed=None,
    score=None,
    maximum=None,
    yes=None,
    relevant=None,
    percentage=None,
    withheld=False,
)


class PublishedReportView(Struct, frozen=True, kw_only=True):
    """The latest publication, as anybody may read it."""

    inspection: str
    as_of: int
    number: int
    published_at: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    counts_from: int  # the least that a count, and what is left of it, must be
    parts: tuple[PublishedPartView, ...]


@routes.get(
    _PUBLISHED,
    Contract(
        may=Action.READ_PUBLISHED,
        gives={200: PublishedReportView},
        asks=(AS_OF,),
        media=FORMS,
        refuses=("not-found",),
    ),
)
async def show_published(request: web.Request) -> web.Response:
    """Show the ratings and figures of the latest publication.

    Anybody who has a role may read it, of any inspection, once it is out: ratings,
    score, the version of the rules, and counts where nobody can be told by them. As
    CSV, lines of JSON or a spreadsheet it has a row for each part.
    """
    inspection = path(request, "inspection")
    filed, at = await _latest(request)
    fact = filed.fact
    least = request.app[DESK].choices.public_counts_from

    def then(book: RatingBook) -> PublishedReportView:
        announced = book.announced
        return PublishedReportView(
            inspection=inspection,
            as_of=at,
            number=fact.number,
            published_at=instant(filed.at),
            service=announced.service,
            programme=announced.programme,
            framework=book.edition.id,
            revision=book.edition.revision,
            framework_hash=fact.framework_hash,
            fieldwork_starts_on=announced.fieldwork_starts_on.isoformat(),
            counts_from=least,
            parts=tuple(_parts(fact, book, least)),
        )

    report = await request.app[DESK].read(inspection, then, as_of=fact.as_of)
    form = form_asked(request)
    if form == JSON:
        return shown(report, at=at)
    name = f"{inspection}-published-{fact.number}"
    return table(at_once(report.parts), PublishedPartView, form=form, name=name)


@routes.get(
    f"{_PUBLISHED}/{{part}}/explanation",
    Contract(
        may=Action.READ_PUBLISHED_WHY,
        gives={200: ExplanationView},
        asks=(AS_OF,),
        refuses=("not-found",),
    ),
)
async def explain_published(request: web.Request) -> web.Response:
    """Explain a rating as it was published: the rules and the figures it follows from.

    The inspected service reads it as well, of its own inspection, with every count.
    """
    inspection, part = path(request, "inspection"), path(request, "part")
    filed, at = await _latest(request)

    def then(book: RatingBook) -> ExplanationView:
        seen = rated(book)
        if part_view(part, seen) is None:
            raise Refused("not-found", f"the framework rates no part `{part}`")
        tree = explain(book.framework, seen.assessment, part)
        return ExplanationView(
            inspection=inspection,
            part=part,
            as_of=book.position,
            sentences=sentences(tree),
            tree=tree,
        )

    explanation = await request.app[DESK].read(inspection, then, as_of=filed.fact.as_of)
    return shown(explanation, at=at)


async def _latest(request: web.Request) -> tuple[Filed[ReportPublished], int]:
    """The last publication at the time asked for; raises Refused before the first."""

    def view(book: RatingBook) -> tuple[Filed[ReportPublished], int]:
        out = book.proceedings.published
        if not out:
            here = path(request, "inspection")
            raise Refused("not-found", f"nothing of `{here}` is published")
        return out[-1], book.position

    return await look(request, view)


def _parts(
    fact: ReportPublished, book: RatingBook, least: int
) -> Iterator[PublishedPartView]:
    """The overall rating, standards, questions and prompts, in framework order."""
    if fact.overall is not None or fact.score is not None:
        yield replace(
            _BLANK,
            part=OVERALL,
            kind="overall",
            title="Overall",
            rating=fact.overall,
            score=fact.score,
            maximum=fact.maximum,
        )
    for part, rating in fact.ratings.items():
        yield replace(
            _BLANK,
            part=part,
            kind="standard",
            title=book.framework.standards[part].title,
            rating=rating,
            computed=fact.computed.get(part),
        )
    public = _public(fact, book, least)
    for part, question in book.framework.questions.items():
        if part in fact.questions:
            yield _counted(part, "question", question.title, public)
        for prompt in question.prompts:
            if prompt.id in fact.prompts:
                yield _counted(prompt.id, "prompt", prompt.title, public)


def _public(fact: ReportPublished, book: RatingBook, least: int) -> Mapping[str, Tally]:
    """Counts that everybody may see; those of one domain are of the same cases."""
    by_domain: dict[str, dict[str, Tally]] = {}
    for part, question in book.framework.questions.items():
        counts = by_domain.setdefault(question.domain, {})
        if part in fact.questions:
            counts[part] = fact.questions[part]
        for prompt in question.prompts:
            if prompt.id in fact.prompts:
                counts[prompt.id] = fact.prompts[prompt.id]
    return {
        part: tally
        for counts in by_domain.values()
        for part, tally in disclosed(counts, least=least).items()
    }


def _counted(
    part: str, kind: str, title: str, public: Mapping[str, Tally]
) -> PublishedPartView:
    tally = public.get(part)
    if tally is None:
        return replace(_BLANK, part=part, kind=kind, title=title, withheld=True)
    yes, relevant = tally
    return replace(
        _BLANK,
        part=part,
        kind=kind,
        title=title,
        yes=yes,
        relevant=relevant,
        percentage=Count(yes, relevant).percentage,
    )
