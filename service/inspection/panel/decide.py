"""What follows from a command about agreeing, reporting and publishing the ratings."""

from collections.abc import Sequence
from typing import assert_never

from events.recorded import NewEvent
from projections import RatingBook
from service.inspection.panel.agreeing import endorse
from service.inspection.panel.commands import (
    ApprovePublication,
    ConsiderDiscretion,
    DecideDiscretion,
    EndorseRatings,
    MakeRecommendation,
    OpenErratum,
    PanelCommand,
    ProposeDiscretion,
    ProposePublication,
    RaiseAccuracyPoint,
    ReceiveActionPlan,
    ReceiveEvidence,
    RecordFinding,
    RepinFramework,
    ReviewActionPlan,
    SendDraft,
    SettleAccuracyPoint,
    VoteOnDiscretion,
    WithdrawRecommendation,
)
from service.inspection.panel.discretion import (
    consider,
    decide_discretion,
    propose,
    vote,
)
from service.inspection.panel.drafting import raise_point, send_draft, settle_point
from service.inspection.panel.following_up import receive_plan, review_plan
from service.inspection.panel.gathering import (
    receive_evidence,
    recommend,
    record_finding,
    withdraw_recommendation,
)
from service.inspection.panel.publishing import (
    approve_publication,
    open_erratum,
    propose_publication,
)
from service.inspection.panel.repinning import repin
from service.inspection.situation import Situation


def decide(
    command: PanelCommand, situation: Situation, book: RatingBook
) -> Sequence[NewEvent]:
    """The events that follow; none if nothing changes."""
    asker, seen = situation.asker, situation.seen
    match command:
        case ReceiveEvidence():
            return receive_evidence(command, book, seen=seen)
        case RecordFinding():
            return record_finding(command, book, seen=seen)
        case MakeRecommendation():
            return recommend(command, book, seen=seen)
        case WithdrawRecommendation():
            return withdraw_recommendation(command, book, seen=seen)
        case ConsiderDiscretion():
            return consider(command, book)
        case ProposeDiscretion():
            return propose(command, book)
        case VoteOnDiscretion():
            return vote(command, book, asker)
        case DecideDiscretion():
            return decide_discretion(command, book, asker)
        case EndorseRatings():
            return endorse(command, book, asker)
        case SendDraft():
            return send_draft(command, book, asker)
        case RaiseAccuracyPoint():
            return raise_point(command, book, asker)
        case SettleAccuracyPoint():
            return settle_point(command, book)
        case ProposePublication():
            return propose_publication(command, book)
        case ApprovePublication():
            return approve_publication(command, book, asker)
        case OpenErratum():
            return open_erratum(command, book)
        case ReceiveActionPlan():
            return receive_plan(command, book)
        case ReviewActionPlan():
            return review_plan(command, book)
        case RepinFramework():
            return repin(command, book, situation.shelf)
        case _:
            assert_never(command)
