"""Discretion: a standard before the panel, and what the panel decided."""

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from events.inspection import DiscretionDecided
from events.recorded import RecordedEvent
from projections import Motion, RatingBook, figures_hash, figures_of, instant
from service.api.panel.filed import FiledView, WordsView, filed_view, words_view
from service.api.rating.rating_view import RatingView, rated, rating_view
from service.api.wire.bodies import DecisionBody
from service.api.wire.looking import events_about, look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.api.wire.words import words_of
from service.inspection import about
from service.inspection.panel.commands import DecideDiscretion
from service.permission import Action
from service.refusal import Refused

routes = Routes("discretion")

_STANDARD = "/v1/inspections/{inspection}/discretion/{standard}"


class DecisionView(Struct, frozen=True, kw_only=True):
    """What the panel once decided, on which figures, and why."""

    position: int
    version: int
    outcome: str
    before: str
    after: str
    grounds: tuple[str, ...]
    figures: dict[str, tuple[int, int]]  # question → yes, relevant
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]  # sub-samples
    proposal: int | None  # its version
    proposed_by: str | None
    deciders: tuple[str, ...]  # who voted for it; `actor` approved it
    reason: str | None
    erased: bool
    unreadable: bool
    actor: str
    recorded_at: str


class VoteView(Struct, frozen=True, kw_only=True):
    """One vote on what is proposed."""

    in_favour: bool
    filed: FiledView


class ProposalView(Struct, frozen=True, kw_only=True):
    """What stands proposed; votes name its version, and are void once figures move."""

    outcome: str
    before: str
    after: str
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]
    reason: WordsView
    filed: FiledView
    votes: tuple[VoteView, ...]


class PanelView(Struct, frozen=True, kw_only=True):
    """A standard before the panel: as it stands, and every decision taken on it.

    A decision names the `figures_hash`, so that none rests on figures that moved.
    """

    inspection: str
    as_of: int
    standard: RatingView
    figures: dict[str, tuple[int, int]]  # question → yes, relevant
    figures_hash: str
    considered: FiledView | None  # last
    proposal: ProposalView | None
    decisions: tuple[DecisionView, ...]


@routes.get(
    _STANDARD,
    Contract(
        may=Action.READ_RATINGS,
        gives={200: PanelView},
        asks=(AS_OF,),
        refuses=("reason-required",),
    ),
)
async def show_discretion(request: web.Request) -> web.Response:
    """Show whether a standard is open, on which grounds, and every decision on it."""
    standard = path(request, "standard")

    def view(book: RatingBook) -> tuple[PanelView, Motion | None]:
        panel = book.proceedings
        seen = rated(book)
        outcome = seen.assessment.standards.get(standard)
        if outcome is None:
            raise Refused("not-found", f"there is no standard `{standard}` here")
        figures = figures_of(book, standard)
        considered = panel.considered.get(standard)
        shown_panel = PanelView(
            inspection=path(request, "inspection"),
            as_of=book.position,
            standard=rating_view("standard", outcome, seen),
            figures=figures,
            figures_hash=figures_hash(book.framework.hash, figures),
            considered=None if considered is None else filed_view(considered),
            proposal=None,
            decisions=(),
        )
        return shown_panel, panel.motions.get(standard)

    panel, motion = await look(request, view)
    thing = about.discretion(standard)
    events = await events_about(request, thing, until=panel.as_of)
    decisions = [
        await _decision(request, event, event.data)
        for event in events
        if isinstance(event.data, DiscretionDecided)
    ]
    whole = replace(
        panel,
        decisions=tuple(decisions),
        proposal=None if motion is None else await _proposal(request, motion),
    )
    return shown(whole, at=panel.as_of)


@recording(
    routes,
    "POST",
    f"{_STANDARD}/decisions",
    Recording(
        may=Action.DECIDE_DISCRETION,
        takes=DecisionBody,
        thing=about.discretion,
        refuses=(
            "unknown-standard",
            "unknown-rating",
            "not-eligible-for-discretion",
            "no-discretion",
            "not-open",
            "no-move",
            "out-of-bounds",
            "incomplete-inspection",
            "figures-moved",
            "nothing-proposed",
            "quorum-not-met",
            "not-what-was-voted",
            "nothing-reviewed",
            "reason-too-short",
            "request-lapsed",
            "four-eyes",
        ),
        lies_at=_STANDARD,
    ),
)
def decide_discretion(said: Said[DecisionBody]) -> DecideDiscretion:
    """Approve what the panel voted for: the standard moves, or its rating stands."""
    (standard,) = said.steps
    body = said.body
    return DecideDiscretion(
        standard=standard,
        outcome=body.outcome,
        rating=body.rating,
        figures_hash=body.figures_hash,
        cases_reviewed=body.cases_reviewed,
        deciders=body.deciders,
        reason=said.sealed["reason"],
    )


async def _proposal(request: web.Request, motion: Motion) -> ProposalView:
    filed = motion.proposal
    return ProposalView(
        outcome=filed.fact.outcome,
        before=filed.fact.before,
        after=filed.fact.after,
        figures_hash=filed.fact.figures_hash,
        cases_reviewed=filed.fact.cases_reviewed,
        groups_reviewed=filed.fact.groups_reviewed,
        reason=await words_view(request, filed, "reason"),
        filed=filed_view(filed),
        votes=tuple(
            VoteView(in_favour=vote.fact.in_favour, filed=filed_view(vote))
            for vote in motion.votes.values()
        ),
    )


async def _decision(
    request: web.Request, event: RecordedEvent, decided: DiscretionDecided
) -> DecisionView:
    words = await words_of(request, event, "reason")
    return DecisionView(
        position=event.position,
        version=event.version,
        outcome=decided.outcome,
        before=decided.before,
        after=decided.after,
        grounds=decided.grounds,
        figures=decided.figures,
        figures_hash=decided.figures_hash,
        cases_reviewed=decided.cases_reviewed,
        groups_reviewed=decided.groups_reviewed,
        proposal=decided.proposal,
        proposed_by=decided.proposed_by,
        deciders=decided.deciders,
        reason=words.text,
        erased=words.erased,
        unreadable=words.unreadable,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
    )
