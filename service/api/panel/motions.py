"""What the panel does about a standard that is open: take it up, propose, vote."""

from service.api.panel.bodies import ProposalBody, SeenFiguresBody, VoteBody
from service.api.wire.recording import Recording, Said, recording
from service.api.wire.route import Routes
from service.inspection import about
from service.inspection.panel.commands import (
    ConsiderDiscretion,
    ProposeDiscretion,
    VoteOnDiscretion,
)
from service.permission import Action

routes = Routes("discretion")

_STANDARD = "/v1/inspections/{inspection}/discretion/{standard}"
_NOT_OPEN = (
    "unknown-standard",
    "not-eligible-for-discretion",
    "incomplete-inspection",
    "figures-moved",
    "four-eyes",
)


@recording(
    routes,
    "POST",
    f"{_STANDARD}/considerations",
    Recording(
        may=Action.DECIDE_DISCRETION,
        takes=SeenFiguresBody,
        thing=about.discretion,
        refuses=_NOT_OPEN,
        lies_at=_STANDARD,
    ),
)
def consider_discretion(said: Said[SeenFiguresBody]) -> ConsiderDiscretion:
    """Take up a standard that is open to discretion; nothing is decided by that."""
    (standard,) = said.steps
    return ConsiderDiscretion(standard=standard, figures_hash=said.body.figures_hash)


@recording(
    routes,
    "POST",
    f"{_STANDARD}/proposals",
    Recording(
        may=Action.PROPOSE_DISCRETION,
        takes=ProposalBody,
        thing=about.discretion,
        refuses=(
            *_NOT_OPEN,
            "unknown-rating",
            "unknown-group",
            "no-discretion",
            "not-open",
            "no-move",
            "out-of-bounds",
            "nothing-reviewed",
            "reason-too-short",
        ),
        lies_at=_STANDARD,
    ),
)
def propose_discretion(said: Said[ProposalBody]) -> ProposeDiscretion:
    """Propose to move an open standard by one band, or to let its rating stand."""
    (standard,) = said.steps
    body = said.body
    return ProposeDiscretion(
        standard=standard,
        outcome=body.outcome,
        rating=body.rating,
        figures_hash=body.figures_hash,
        cases_reviewed=body.cases_reviewed,
        groups_reviewed=body.groups_reviewed,
        reason=said.sealed["reason"],
    )


@recording(
    routes,
    "POST",
    f"{_STANDARD}/votes",
    Recording(
        may=Action.DECIDE_DISCRETION,
        takes=VoteBody,
        thing=about.discretion,
        refuses=(
            "nothing-proposed",
            "proposal-replaced",
            "request-lapsed",
            "figures-moved",
            "already-voted",
            "four-eyes",
        ),
        lies_at=_STANDARD,
    ),
)
def vote_on_discretion(said: Said[VoteBody]) -> VoteOnDiscretion:
    """Be for or against what is proposed; a vote is not changed."""
    (standard,) = said.steps
    return VoteOnDiscretion(
        standard=standard,
        proposal=said.body.proposal,
        in_favour=said.body.in_favour,
    )
