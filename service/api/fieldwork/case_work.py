"""How far a case has come, as it is shown: whose it is, and what is open about it."""

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from projections import Done, RatingBook
from service.api.wire.words import RemarkView, remark
from service.inspection.fieldwork import gaps
from service.inspection.fieldwork.gaps import Gap


class GapView(Struct, frozen=True, kw_only=True):
    """One thing that is still open, in a sentence."""

    kind: str  # as "missing", "queried", "contested", "not-accepted", "not-judged"
    case: str | None
    question: str | None  # or the standard that is not judged
    says: str


class CaseWorkView(Struct, frozen=True, kw_only=True):
    """Whose a case is, how far it has come, and what is open about it."""

    state: str  # "open", "submitted", "returned", "accepted", "reopened"
    moved: RemarkView | None  # into this state: by whom, when and why
    allocated_to: str | None
    worked_on_by: tuple[str, ...]  # they do not check it
    submitted_by: str | None
    stands_in: str | None  # the case called up in its place
    gaps: tuple[GapView, ...]


def case_work(book: RatingBook, case: str) -> CaseWorkView:
    """All but the words."""
    work = book.casework
    review = work.checking.review(case)
    found = (
        *gaps.missing(book, case),
        *gaps.queried(book, case),
        *gaps.contested(book, case),
    )
    return CaseWorkView(
        state=review.state.value,
        moved=None,
        allocated_to=work.allocated.get(case),
        worked_on_by=tuple(sorted(work.inspectors_of(case))),
        submitted_by=review.submitted_by,
        stands_in=work.stands_in.get(case),
        gaps=tuple(map(gap_view, found)),
    )


async def with_words(
    request: web.Request, work: CaseWorkView, moved: Done | None
) -> CaseWorkView:
    """With the reason of its last return or reopening."""
    if moved is None:
        return work
    return replace(work, moved=await remark(request, moved))


def gap_view(gap: Gap) -> GapView:
    """A gap as it is shown."""
    return GapView(kind=gap.kind, case=gap.case, question=gap.question, says=gap.says)
