"""Who may carry out which command: one table, consulted where commands are run.

Authority comes from a role and, for the roles that hold only where somebody has been
assigned, from a part in the inspection. What takes two people is a row here as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import Struct

from projections import LEAD, RatingBook
from service.identity import PER_INSPECTION, Identity, Role
from service.inspection.asker import Asker
from service.inspection.break_glass import opened_it
from service.inspection.commands import (
    AddCase,
    AnnounceInspection,
    ApproveErasure,
    ApproveExport,
    ApproveRelease,
    BreakGlass,
    DepartFromGuidance,
    ExcludeCase,
    GiveAnswer,
    InspectionCommand,
    MakeExport,
    PlaceHold,
    ProposeJudgement,
    RecordFact,
    RejectExport,
    RequestErasure,
    RequestExport,
    RequestRelease,
    RestoreCase,
    ReviewBreakGlass,
    SetDomainAside,
    TakeDomainUp,
    WithdrawAnswer,
    WithdrawFact,
    WithdrawJudgement,
)
from service.inspection.exporting import (
    not_own_export,
    only_own_export,
)
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AllocateCases,
    AnswerQuery,
    ApproveCorrection,
    AssignPerson,
    CallUpReserve,
    DrawSamples,
    FreezeCaseload,
    MarkCaseAgain,
    ProposeCorrection,
    RaiseQuery,
    RejectCorrection,
    ReleasePerson,
    ReopenCase,
    ReopenInspection,
    ResolveQuery,
    ReturnCase,
    SettleMarking,
    SubmitCase,
    SubmitInspection,
)
from service.inspection.fieldwork.eyes import (
    not_own_case,
    not_own_judgement,
    not_own_proposal,
    not_own_query,
    not_taken_back_by,
)
from service.inspection.panel import eyes
from service.inspection.panel.commands import (
    ApprovePublication,
    ConsiderDiscretion,
    DecideDiscretion,
    EndorseRatings,
    MakeRecommendation,
    OpenErratum,
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
from service.inspection.panel.pack import in_pack
from service.inspection.retention import not_own_request
from service.permission import PERMISSIONS, Action, require_role, require_strength
from service.refusal import Refused

Eyes = Callable[[InspectionCommand, Asker, RatingBook], Refused | None]
"""A rule that takes more than one person: why this one may not, or None."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What one command takes; its `action` names the roles."""

    action: Action
    own_case: bool = False  # only whoever the case is allocated to, or a lead
    eyes: tuple[Eyes, ...] = ()


AUTHORITY: Mapping[type[Struct], Authority] = MappingProxyType(
    {
        AnnounceInspection: Authority(Action.ANNOUNCE),
        SetDomainAside: Authority(Action.SCOPE),
        TakeDomainUp: Authority(Action.SCOPE),
        AssignPerson: Authority(Action.ASSIGN),
        ReleasePerson: Authority(Action.ASSIGN),
        AddCase: Authority(Action.CHOOSE_CASES),
        ExcludeCase: Authority(Action.EXCLUDE_CASES),
        RestoreCase: Authority(Action.EXCLUDE_CASES),
        FreezeCaseload: Authority(Action.DRAW_SAMPLES),
        DrawSamples: Authority(Action.DRAW_SAMPLES),
        CallUpReserve: Authority(Action.DRAW_SAMPLES),
        AllocateCases: Authority(Action.ALLOCATE),
        RecordFact: Authority(
            Action.RECORD_CASE_FACTS, own_case=True, eyes=(not_taken_back_by,)
        ),
        WithdrawFact: Authority(
            Action.RECORD_CASE_FACTS, own_case=True, eyes=(not_taken_back_by,)
        ),
        GiveAnswer: Authority(Action.ANSWER, own_case=True, eyes=(not_taken_back_by,)),
        WithdrawAnswer: Authority(
            Action.ANSWER, own_case=True, eyes=(not_taken_back_by,)
        ),
        SubmitCase: Authority(Action.SUBMIT_CASES, own_case=True),
        AcceptCase: Authority(Action.CHECK_CASES, eyes=(not_own_case,)),
        ReturnCase: Authority(Action.CHECK_CASES, eyes=(not_own_case,)),
        ReopenCase: Authority(Action.REOPEN_CASES, eyes=(not_own_case,)),
        RaiseQuery: Authority(Action.CHECK_CASES, eyes=(not_own_case,)),
        AnswerQuery: Authority(Action.ANSWER, own_case=True, eyes=(not_own_query,)),
        ResolveQuery: Authority(Action.CHECK_CASES, eyes=(not_own_case,)),
        MarkCaseAgain: Authority(Action.CHECK_CASES, eyes=(not_own_case,)),
        SettleMarking: Authority(Action.SETTLE_MARKINGS, eyes=(not_own_judgement,)),
        ProposeCorrection: Authority(Action.PROPOSE_CORRECTIONS, own_case=True),
        ApproveCorrection: Authority(
            Action.APPROVE_CORRECTIONS, eyes=(not_own_proposal,)
        ),
        RejectCorrection: Authority(Action.APPROVE_CORRECTIONS),
        SubmitInspection: Authority(Action.SUBMIT_FIELDWORK),
        ReopenInspection: Authority(Action.REOPEN_CASES),
        ProposeJudgement: Authority(Action.JUDGE),
        WithdrawJudgement: Authority(Action.JUDGE),
        DepartFromGuidance: Authority(Action.DEPART),
        DecideDiscretion: Authority(
            Action.DECIDE_DISCRETION,
            eyes=(eyes.leads, eyes.assessed, eyes.proposed_discretion, eyes.voted),
        ),
        ReceiveEvidence: Authority(Action.RECEIVE_EVIDENCE),
        RecordFinding: Authority(Action.WRITE_REPORT),
        MakeRecommendation: Authority(Action.WRITE_REPORT),
        WithdrawRecommendation: Authority(Action.WRITE_REPORT),
        ConsiderDiscretion: Authority(Action.DECIDE_DISCRETION, eyes=(eyes.leads,)),
        ProposeDiscretion: Authority(Action.PROPOSE_DISCRETION),
        VoteOnDiscretion: Authority(
            Action.DECIDE_DISCRETION,
            eyes=(eyes.leads, eyes.assessed, eyes.proposed_discretion),
        ),
        EndorseRatings: Authority(Action.AGREE, eyes=(eyes.leads, eyes.assessed)),
        SendDraft: Authority(Action.WRITE_REPORT),
        RaiseAccuracyPoint: Authority(Action.RAISE_POINTS),
        SettleAccuracyPoint: Authority(Action.SETTLE_POINTS, eyes=(eyes.raised_point,)),
        ProposePublication: Authority(Action.PROPOSE_PUBLICATION),
        ApprovePublication: Authority(
            Action.APPROVE_PUBLICATION, eyes=(eyes.leads, eyes.proposed_publication)
        ),
        OpenErratum: Authority(Action.OPEN_ERRATUM),
        ReceiveActionPlan: Authority(Action.RECEIVE_PLAN),
        ReviewActionPlan: Authority(Action.REVIEW_PLAN),
        RepinFramework: Authority(Action.REPIN),
        BreakGlass: Authority(Action.BREAK_GLASS),
        ReviewBreakGlass: Authority(Action.REVIEW_BREAK_GLASS, eyes=(opened_it,)),
        RequestErasure: Authority(Action.REQUEST_ERASURE),
        ApproveErasure: Authority(Action.APPROVE_ERASURE, eyes=(not_own_request,)),
        PlaceHold: Authority(Action.PLACE_HOLDS),
        RequestRelease: Authority(Action.REQUEST_ERASURE),
        ApproveRelease: Authority(Action.APPROVE_ERASURE, eyes=(not_own_request,)),
        RequestExport: Authority(Action.TAKE_WORDS),
        ApproveExport: Authority(Action.APPROVE_EXPORT, eyes=(not_own_export,)),
        RejectExport: Authority(Action.APPROVE_EXPORT, eyes=(not_own_export,)),
        MakeExport: Authority(Action.TAKE_WORDS, eyes=(only_own_export,)),
    }
)


def authorise(
    command: InspectionCommand, asker: Asker, book: RatingBook | None
) -> None:
    """Raise Refused unless this person may do this, saying who could.

    `book` is None while the inspection does not exist: a decider refuses what needs it.
    """
    authority = AUTHORITY[type(command)]
    action = authority.action
    if isinstance(command, RecordFact | WithdrawFact) and command.case is None:
        action = Action.RECORD_SERVICE_FACTS
    require_role(asker.roles, action)
    if book is None or isinstance(command, AnnounceInspection):
        return
    require_part(asker.person, asker.roles, action, book)
    case = getattr(command, "case", None)
    if authority.own_case and case is not None:
        _require_own(asker, case, book)
    for refuses in authority.eyes:
        if (refused := refuses(command, asker, book)) is not None:
            raise refused
    require_strength(asker.strength, action, asker.choices.step_up, at=asker.at)


def require_acquaintance(
    person: str, roles: frozenset[Role], inspection: str, book: RatingBook
) -> None:
    """Raise Refused as if there were no such inspection, unless they may know of it.

    Whoever had a part once knows, and is told who could give it back.
    """
    if roles <= PER_INSPECTION and not book.casework.has_known(person):
        raise Refused("not-found", f"there is no inspection `{inspection}`")


def require_part(
    person: str, roles: frozenset[Role], action: Action, book: RatingBook
) -> None:
    """Raise Refused if the roles that allow it need a part here and there is none."""
    if not may_within(person, roles, action, book):
        raise Refused(
            "not-assigned",
            f"you have no part in this inspection that lets you {action}; its lead "
            f"inspector can assign you",
            roles=(LEAD,),
        )


def may_within(
    person: str, roles: frozenset[Role], action: Action, book: RatingBook
) -> bool:
    """Whether a role allows it everywhere, or a part in this inspection does here."""
    allowing = roles & PERMISSIONS[action]
    if not allowing <= PER_INSPECTION:
        return True
    return not allowing.isdisjoint(book.casework.roles_of(person))


def works_with(
    identity: Identity, action: Action, book: RatingBook, *, case: str | None
) -> bool:
    """Whether it is their own work to read this here, so that nobody asks them why.

    Governance looks from outside wherever it looks; the panel works with its pack.
    """
    if action in identity.granted:
        return True
    allowing = identity.roles & PERMISSIONS[action]
    if Role.PANEL_MEMBER in allowing and in_pack(book, case):
        return True
    if not allowing.isdisjoint(book.casework.roles_of(identity.person)):
        return True
    return not allowing <= PER_INSPECTION | _FROM_OUTSIDE


_FROM_OUTSIDE = frozenset({Role.GOVERNANCE, Role.PANEL_MEMBER})


def _require_own(asker: Asker, case: str, book: RatingBook) -> None:
    owner = book.casework.allocated.get(case)
    if owner in {None, asker.person} or LEAD in book.casework.roles_of(asker.person):
        return
    raise Refused(
        "not-your-case",
        f"case `{case}` is allocated to somebody else; its lead inspector can allocate "
        f"it to you",
        roles=(LEAD,),
    )
