"""What waits for a person in an inspection: what they, of all people, could do next.

Each thing that waits is tried as the command that would deal with it, so nobody is told
to do what they would then be refused, and what may be done is decided in one place.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from events.sealed import SealedText
from projections import Filed, RatingBook, snapshot
from projections.checking import CaseState, Done, QueryState
from projections.retention import Agreed
from service.authority import authorise
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.commands import (
    ApproveErasure,
    ApproveExport,
    ApproveRelease,
    InspectionCommand,
    MakeExport,
    ReviewBreakGlass,
)
from service.inspection.exporting import state_of
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AnswerQuery,
    ApproveCorrection,
    ResolveQuery,
    SettleMarking,
    SubmitCase,
)
from service.inspection.fieldwork.gaps import included
from service.inspection.panel.commands import (
    ApprovePublication,
    ConsiderDiscretion,
    DecideDiscretion,
    EndorseRatings,
    ReviewActionPlan,
    SettleAccuracyPoint,
    VoteOnDiscretion,
)
from service.inspection.panel.finality import gaps, is_agreed, lapsed, unexplained
from service.inspection.panel.lapse import has_lapsed
from service.inspection.panel.stage import Stage, staged
from service.refusal import Refused


class Waiting(Struct, frozen=True, kw_only=True):
    """One thing to do, what it is about, and since when by whom."""

    kind: str  # "case-to-check"
    case: str | None = None
    question: str | None = None
    standard: str | None = None
    thing: str | None = None  # its id, where it has one: a query, a point, an erasure
    since: datetime | None = None
    by: str | None = None


_Task = tuple[Waiting, InspectionCommand]

_UNSAID = SealedText("", b"", b"")  # what they will write is theirs to say
_ON_PANEL = frozenset({Stage.ELIGIBLE, Stage.LAPSED})


def waiting_for(book: RatingBook, asker: Asker) -> tuple[Waiting, ...]:
    """Everything that waits for this person here, fieldwork first."""
    tasks = (
        *_casework(book, asker),
        *_panel(book, asker),
        *_retention(book, asker),
        *_break_glass(book),
        *_exports(book, asker),
    )
    return tuple(each for each, command in tasks if _may(command, asker, book))


def _may(command: InspectionCommand, asker: Asker, book: RatingBook) -> bool:
    try:
        authorise(command, asker, book)
    except Refused as refused:
        return refused.code == "step-up-required"  # once they have signed in again
    return True


def _casework(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    work = book.casework
    for case in included(book):
        review = work.checking.review(case)
        if review.state is CaseState.SUBMITTED:
            yield (
                _since(review.moved, Waiting(kind="case-to-check", case=case)),
                AcceptCase(case=case),
            )
        elif not review.state.is_locked and work.allocated.get(case) == asker.person:
            kind = "case-to-assess" if review.moved is None else "case-returned"
            yield (
                _since(review.moved, Waiting(kind=kind, case=case)),
                SubmitCase(case=case),
            )
        yield from _markings(book, case)
    yield from _queries(book, asker)
    for correction in work.checking.waiting():
        case, question = correction.case, correction.question
        what = Waiting(kind="correction-to-approve", case=case, question=question)
        position = correction.proposed.position
        yield (
            _since(correction.proposed, what),
            ApproveCorrection(case=case, question=question, correction=position),
        )


def _markings(book: RatingBook, case: str) -> Iterator[_Task]:
    def stands(question: str) -> str | None:
        entry = book.entry(about.answer(case, question))
        return None if entry is None else entry.value

    for difference in book.casework.checking.differences(case, stands):
        question = difference.question
        yield (
            Waiting(kind="marking-to-settle", case=case, question=question),
            SettleMarking(
                case=case, question=question, stands=difference.second, reason=_UNSAID
            ),
        )


def _queries(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    for query in book.casework.checking.unresolved():
        what = Waiting(
            kind="query-to-answer",
            case=query.case,
            question=query.question,
            thing=query.id,
        )
        owners = book.casework.assessors_of(query.case)
        if query.state is QueryState.RAISED and asker.person in owners:
            yield (
                _since(query.raised, what),
                AnswerQuery(case=query.case, query=query.id, text=_UNSAID),
            )
        if query.state is QueryState.ANSWERED and query.raised.by == asker.person:
            what = _as(what, "query-to-resolve")
            yield (
                _since(query.answered, what),
                ResolveQuery(case=query.case, query=query.id),
            )


def _panel(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    panel = book.proceedings
    yield from _discretion(book, asker)
    yield from _agreement(book, asker)
    for id_, point in panel.points.items():
        if point.settled is None:
            what = Waiting(
                kind="accuracy-point-to-settle",
                thing=id_,
                since=point.raised.at,
                by=point.raised.by,
            )
            yield (
                what,
                SettleAccuracyPoint(point=id_, outcome="accepted", reason=_UNSAID),
            )
    proposed = panel.publication
    if proposed is not None and not has_lapsed(proposed.at, asker):
        what = Waiting(kind="publication-to-approve", since=proposed.at, by=proposed.by)
        hash_ = proposed.fact.content_hash
        yield what, ApprovePublication(number=panel.next_number, content_hash=hash_)
    if panel.plan is not None and panel.review is None:
        what = Waiting(
            kind="action-plan-to-review", since=panel.plan.at, by=panel.plan.by
        )
        yield what, ReviewActionPlan(outcome="sufficient", summary=_UNSAID)


def _discretion(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    for each in staged(book):
        standard = each.outcome.part
        if each.outcome.provisional:
            continue  # its figures will still move
        motion = book.proceedings.motions.get(standard)
        if each.stage in _ON_PANEL:
            yield (
                Waiting(kind="discretion-to-consider", standard=standard),
                ConsiderDiscretion(standard=standard, figures_hash=""),
            )
        elif each.stage is Stage.CONSIDERED and motion is not None:
            proposal, votes = motion.proposal, motion.votes
            what = Waiting(
                kind="discretion-to-vote",
                standard=standard,
                since=proposal.at,
                by=proposal.by,
            )
            if asker.person not in votes:
                yield (
                    what,
                    VoteOnDiscretion(
                        standard=standard, proposal=proposal.version, in_favour=True
                    ),
                )
            in_favour = sum(vote.fact.in_favour for vote in votes.values())
            if in_favour >= asker.choices.quorum:
                yield _as(what, "discretion-to-approve"), _decision(standard)


def _decision(standard: str) -> DecideDiscretion:
    return DecideDiscretion(
        standard=standard,
        outcome="declined",
        rating=None,
        figures_hash="",
        cases_reviewed=(),
        deciders=(),
        reason=_UNSAID,
    )


def _agreement(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    """Ratings that nothing stands in the way of, and nobody agreed yet."""
    if book.casework.checking.submitted is None or book.proceedings.is_published:
        return
    assessment = book.ratings.assessment()
    if gaps(assessment) or lapsed(assessment) or unexplained(book, assessment):
        return
    seen = snapshot(book, assessment)
    endorsed = book.proceedings.endorsed.get(asker.person)
    is_theirs = endorsed is not None and (
        endorsed.fact.figures_hash == seen.figures_hash
        and not has_lapsed(endorsed.at, asker)
    )
    if not is_theirs and not is_agreed(book, seen):
        yield (
            Waiting(kind="ratings-to-agree"),
            EndorseRatings(figures_hash=seen.figures_hash),
        )


def _retention(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    for position, erasure in book.retention.erasures.items():
        asked = erasure.requested
        if erasure.approved is None and not has_lapsed(asked.at, asker):
            what = _asked("erasure-to-approve", position, asked)
            yield what, ApproveErasure(request=position)
    for position, hold in book.retention.holds.items():
        release = hold.release_requested
        if release and not hold.released and not has_lapsed(release.at, asker):
            what = _asked("release-to-approve", position, release)
            yield what, ApproveRelease(hold=position)


def _break_glass(book: RatingBook) -> Iterator[_Task]:
    for position, opening in book.break_glass.openings.items():
        if opening.reviewed is None:
            what = _asked("break-glass-to-review", position, opening.opened)
            yield what, ReviewBreakGlass(opening=position)


def _exports(book: RatingBook, asker: Asker) -> Iterator[_Task]:
    for position, export in book.exports.items():
        state, asked = state_of(export, asker), export.asked
        hash_ = asked.fact.content_hash
        if state == "waiting":
            what = _asked("export-to-approve", position, asked)
            yield what, ApproveExport(request=position, content_hash=hash_)
        elif state == "approved" and export.settled is not None:
            what = _asked("export-to-make", position, export.settled)
            yield what, MakeExport(request=position, content_hash=hash_)


def _asked(kind: str, position: int, asked: Agreed | Filed[Any]) -> Waiting:
    return Waiting(kind=kind, thing=str(position), since=asked.at, by=asked.by)


def _since(done: Done | None, what: Waiting) -> Waiting:
    return what if done is None else replace(what, since=done.at, by=done.by)


def _as(what: Waiting, kind: str) -> Waiting:
    return replace(what, kind=kind)
