"""Frameworks: every revision that was adopted, as data and as text."""

from aiohttp import web
from msgspec import Struct

from projections import Edition, Shelf
from service.api.wire.carrying_out import location
from service.api.wire.context import SHELF, STORE
from service.api.wire.looking import point_in_ledger
from service.api.wire.parameter import AFTER_ID, AS_OF, LIMIT
from service.api.wire.reading import path
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import paged, shown
from service.permission import Action
from service.refusal import Refused

routes = Routes("frameworks")

_TEXT = "text/plain"


class RevisionSummary(Struct, frozen=True, kw_only=True):
    """One adopted text of a framework."""

    revision: int
    hash: str
    effective_on: str | None
    usable: bool  # for new inspections
    links: dict[str, str]


class FrameworkSummary(Struct, frozen=True, kw_only=True):
    """A framework and its revisions, oldest first."""

    framework: str
    name: str
    revisions: tuple[RevisionSummary, ...]


class FrameworksView(Struct, frozen=True, kw_only=True):
    """A page of the frameworks with an adopted revision, by id."""

    as_of: int
    frameworks: tuple[FrameworkSummary, ...]
    next: str | None


class QuestionView(Struct, frozen=True, kw_only=True):
    """A key question and its prompts."""

    question: str
    title: str
    domain: str
    standard: str | None
    asked_of_cases: bool
    prompts: dict[str, str]  # id → title


class FactDefinition(Struct, frozen=True, kw_only=True):
    """A fact that may be recorded, and its values."""

    fact: str
    scope: str
    values: tuple[str, ...]


class FrameworkView(Struct, frozen=True, kw_only=True):
    """One revision: its questions, answers, facts and samples, and its text."""

    framework: str
    revision: int
    name: str
    hash: str
    author: str
    reviewer: str
    effective_on: str | None
    ratings: dict[str, int]  # name → score, worst first
    answers: tuple[str, ...]
    domains: dict[str, str]  # id → title
    standards: dict[str, str]
    questions: tuple[QuestionView, ...]
    facts: tuple[FactDefinition, ...]
    samples: dict[str, tuple[str, ...]]  # name → domains
    files: dict[str, str]  # name → text, its own first


@routes.get(
    "/v1/frameworks",
    Contract(
        may=Action.READ_FRAMEWORKS,
        gives={200: FrameworksView},
        asks=(AS_OF, AFTER_ID, LIMIT),
    ),
)
async def list_frameworks(request: web.Request) -> web.Response:
    """List every framework with its adopted revisions."""
    store, shelf = request.app[STORE], request.app[SHELF]
    await store.caught_up()  # with what other processes adopted
    at = await point_in_ledger(request)
    after = request.query.get("after", "")
    found = [
        summary
        for framework in shelf.ids()
        if framework > after and (summary := _summary(shelf, framework, at)).revisions
    ]
    page, following = paged(request, found, lambda each: each.framework, as_of=at)
    view = FrameworksView(as_of=at, frameworks=page, next=following)
    return shown(view, at=at)


@routes.get(
    "/v1/frameworks/{framework}/revisions/{revision}",
    Contract(
        may=Action.READ_FRAMEWORKS,
        gives={200: FrameworkView},
        media=(JSON, _TEXT),
    ),
)
async def show_framework(request: web.Request) -> web.Response:
    """Show one revision as data, or its own text where `text/plain` is asked for."""
    await request.app[STORE].caught_up()
    framework, revision = path(request, "framework"), path(request, "revision")
    try:
        edition = request.app[SHELF].edition(framework, int(revision))
    except KeyError:
        raise Refused(
            "not-found", f"`{framework}` has no revision {revision}"
        ) from None
    if request.headers.get("Accept", "").strip().startswith(_TEXT):
        own, *_ = edition.adopted.files
        return web.Response(text=own.text, content_type=_TEXT)
    return shown(_framework_view(edition))


def _summary(shelf: Shelf, framework: str, at: int) -> FrameworkSummary:
    editions = shelf.revisions(framework)
    return FrameworkSummary(
        framework=framework,
        name=editions[-1].framework.name,
        revisions=tuple(
            RevisionSummary(
                revision=edition.revision,
                hash=edition.adopted.framework_hash,
                effective_on=_day(edition),
                usable=shelf.is_usable(edition, at=at),
                links={
                    "self": location(
                        "frameworks", framework, "revisions", str(edition.revision)
                    )
                },
            )
            for edition in editions
            if edition.position <= at
        ),
    )


def _framework_view(edition: Edition) -> FrameworkView:
    framework, adopted = edition.framework, edition.adopted
    return FrameworkView(
        framework=edition.id,
        revision=edition.revision,
        name=framework.name,
        hash=framework.hash,
        author=adopted.author,
        reviewer=adopted.reviewer,
        effective_on=_day(edition),
        ratings={rating.name: rating.score for rating in framework.ratings},
        answers=tuple(framework.answers),
        domains={domain.id: domain.title for domain in framework.domains.values()},
        standards={
            standard.id: standard.title for standard in framework.standards.values()
        },
        questions=tuple(
            QuestionView(
                question=question.id,
                title=question.title,
                domain=question.domain,
                standard=question.standard,
                asked_of_cases=question.asked_of_cases,
                prompts={prompt.id: prompt.title for prompt in question.prompts},
            )
            for question in framework.questions.values()
        ),
        facts=tuple(
            FactDefinition(fact=fact.name, scope=fact.scope, values=fact.values)
            for fact in framework.facts.values()
        ),
        samples={sample.name: sample.domains for sample in framework.samples.values()},
        files={file.name: file.text for file in adopted.files},
    )


def _day(edition: Edition) -> str | None:
    effective_on = edition.adopted.effective_on
    return None if effective_on is None else effective_on.isoformat()
