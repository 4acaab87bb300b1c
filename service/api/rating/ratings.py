"""Ratings: as they stand or stood, why they are so, and what moved them."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from dsl import explain, sentences
from projections import RatingBook, rating_changes
from service.api.rating.change_tables import (
    FILTERS,
    TABLES,
    WORDS,
    asked_changes,
    changes_of_one,
    words_asked,
)
from service.api.rating.rating_view import (
    ChangeView,
    CountView,
    RatingView,
    count_view,
    part_view,
    rated,
    rating_view,
)
from service.api.wire.context import ENGINE, IDENTITY
from service.api.wire.looking import look, position_of
from service.api.wire.parameter import AFTER_POSITION, AS_OF, LIMIT, REASON
from service.api.wire.reading import number, path
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import limit_of, next_page, shown
from service.api.wire.table import FORMS, form_asked
from service.change_rows import Asked, is_asked
from service.permission import Action, may
from service.refusal import Refused

routes = Routes("ratings")

_RATINGS = "/v1/inspections/{inspection}/ratings"
_PART = f"{_RATINGS}/{{part}}"


class RatingsView(Struct, frozen=True, kw_only=True):
    """All of an inspection's ratings, in framework order.

    Until the panel has agreed them, judged standards are rated as the lead proposes.
    """

    inspection: str
    agreed: bool
    framework: str
    revision: int
    framework_hash: str
    as_of: int
    provisional: bool
    questions: tuple[RatingView, ...]
    standards: tuple[RatingView, ...]
    overall: RatingView | None
    prompts: dict[str, CountView]


class PartView(Struct, frozen=True, kw_only=True):
    """One part's rating with the record it was read from."""

    inspection: str
    framework: str
    framework_hash: str
    as_of: int
    rating: RatingView


class ExplanationView(Struct, frozen=True, kw_only=True):
    """Why a part is rated as it is: sentences for people, a tree for programs."""

    inspection: str
    part: str
    as_of: int
    sentences: str
    tree: Any


class ChangesView(Struct, frozen=True, kw_only=True):
    """Rating changes in the order they happened; `next` follows on."""

    inspection: str
    as_of: int
    changes: tuple[ChangeView, ...]
    next: str | None


@routes.get(
    _RATINGS,
    Contract(may=Action.READ_RATINGS, gives={200: RatingsView}, asks=(AS_OF,)),
)
async def show_ratings(request: web.Request) -> web.Response:
    """Show every rating of an inspection with its figures.

    A judged standard is rated as the lead proposes and all else follows from answers.
    `provisional` says whether answers are missing; `agreed` whether a panel agreed
    exactly these ratings on exactly these figures.
    """
    inspection = path(request, "inspection")

    def view(book: RatingBook) -> RatingsView:
        seen = rated(book)
        assessment = seen.assessment
        overall = assessment.overall
        return RatingsView(
            inspection=inspection,
            agreed=seen.agreed,
            framework=book.edition.id,
            revision=book.edition.revision,
            framework_hash=book.framework.hash,
            as_of=book.position,
            provisional=assessment.provisional,
            questions=tuple(
                rating_view("question", outcome, seen)
                for outcome in assessment.questions.values()
            ),
            standards=tuple(
                rating_view("standard", outcome, seen)
                for outcome in assessment.standards.values()
            ),
            overall=None if overall is None else rating_view("overall", overall, seen),
            prompts={
                prompt: count_view(count)
                for prompt, count in assessment.prompts.items()
            },
        )

    ratings = await look(request, view)
    return shown(ratings, at=ratings.as_of)


@routes.get(
    _PART, Contract(may=Action.READ_RATINGS, gives={200: PartView}, asks=(AS_OF,))
)
async def show_rating(request: web.Request) -> web.Response:
    """Show one part's rating: that of a question, a standard, or `overall`."""
    inspection, part = path(request, "inspection"), path(request, "part")

    def view(book: RatingBook) -> PartView:
        rating = part_view(part, rated(book))
        if rating is None:
            raise _unrated(part)
        return PartView(
            inspection=inspection,
            framework=book.edition.id,
            framework_hash=book.framework.hash,
            as_of=book.position,
            rating=rating,
        )

    part_rated = await look(request, view)
    return shown(part_rated, at=part_rated.as_of)


@routes.get(
    f"{_PART}/explanation",
    Contract(may=Action.READ_RATINGS, gives={200: ExplanationView}, asks=(AS_OF,)),
)
async def explain_rating(request: web.Request) -> web.Response:
    """Explain a rating: the rules and figures it follows from, down to the counts."""
    inspection, part = path(request, "inspection"), path(request, "part")

    def view(book: RatingBook) -> ExplanationView:
        seen = rated(book)
        if part_view(part, seen) is None:
            raise _unrated(part)
        tree = explain(book.framework, seen.assessment, part)
        return ExplanationView(
            inspection=inspection,
            part=part,
            as_of=book.position,
            sentences=sentences(tree),
            tree=tree,
        )

    explanation = await look(request, view)
    return shown(explanation, at=explanation.as_of)


@routes.get(
    f"{_PART}/history",
    Contract(
        may=Action.READ_RATINGS,
        gives={200: ChangesView},
        asks=(AS_OF, AFTER_POSITION, LIMIT),
    ),
)
async def show_rating_history(request: web.Request) -> web.Response:
    """Show what moved one part: each answer or decision, from what to what, and why."""
    part = path(request, "part")

    def known(book: RatingBook) -> bool:
        return part_view(part, rated(book)) is not None

    if not await look(request, known):
        raise _unrated(part)
    after = number(request, "after", default=0)
    return await _changes(request, part, Asked(after=after))


@routes.get(
    "/v1/inspections/{inspection}/changes",
    Contract(
        may=Action.READ_RATINGS,
        gives={200: ChangesView},
        asks=(AS_OF, *FILTERS, AFTER_POSITION, LIMIT, REASON, WORDS),
        media=FORMS,
        refuses=("reason-required", "too-many-cases"),
    ),
)
async def list_changes(request: web.Request) -> web.Response:
    """List every rating change of an inspection in the order it happened.

    As CSV, lines of JSON or a spreadsheet it has every change in full, also those that
    moved no rating, a row for each rating moved.
    """
    asked = asked_changes(request)
    form = form_asked(request, TABLES if words_asked(request) else FORMS)
    if form == JSON:
        return await _changes(request, None, asked)
    return await changes_of_one(
        request,
        path(request, "inspection"),
        form=form,
        until=await position_of(request),
        asked=asked,
    )


async def _changes(
    request: web.Request, part: str | None, asked: Asked
) -> web.Response:
    """A page of changes; one event's changes are never torn apart.

    What each is about and the answers are null to those who may not read cases.
    """
    inspection, at = path(request, "inspection"), await position_of(request)
    limit = limit_of(request)
    found = await rating_changes(
        request.app[ENGINE],
        inspection,
        part=part,
        after=asked.after,
        until=at,
    )
    found = [change for change in found if is_asked(change, asked)]
    if not may(request[IDENTITY], Action.READ_CASES):
        found = tuple(map(_without_answers, found))
    page = _whole_events(found, limit)
    view = ChangesView(
        inspection=inspection,
        as_of=at,
        changes=page,
        next=next_page(request, after=page[-1].position)
        if page and len(page) < len(found)
        else None,
    )
    return shown(view, at=at)


def _whole_events(found: Sequence[ChangeView], limit: int) -> tuple[ChangeView, ...]:
    """At least `limit` changes where there are as many, to the end of an event."""
    end = min(limit, len(found))
    while 0 < end < len(found) and found[end].position == found[end - 1].position:
        end += 1
    return tuple(found[:end])


def _without_answers(change: ChangeView) -> ChangeView:
    """A change for those who may not read cases: what moved, not what was judged."""
    return replace(change, about=None, answer_before=None, answer_after=None)


def _unrated(part: str) -> Refused:
    return Refused("not-found", f"the framework rates no part `{part}`")
