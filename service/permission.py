"""Who may do what: one table, consulted in one place, denying by default."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from service.identity import Identity, Role
from service.refusal import Refused
from service.strength import StepUp, Strength


class Action(StrEnum):
    """What somebody may or may not do, as a person would say it."""

    ANNOUNCE = "announce an inspection"
    ASSIGN = "give people a part in an inspection"
    SCOPE = "set a domain aside or take it up"
    CHOOSE_CASES = "put cases into a sample"
    DRAW_SAMPLES = "freeze caseloads, draw samples and call up reserves"
    ALLOCATE = "allocate cases"
    EXCLUDE_CASES = "exclude or restore a case"
    RECORD_CASE_FACTS = "record facts of a case"
    RECORD_SERVICE_FACTS = "record facts of the service or the inspection"
    ANSWER = "answer questions"
    SUBMIT_CASES = "submit a case"
    CHECK_CASES = "check a colleague's case"
    REOPEN_CASES = "reopen a finished case or finished fieldwork"
    SETTLE_MARKINGS = "settle what two people judged in two ways"
    PROPOSE_CORRECTIONS = "propose to correct a submitted answer"
    APPROVE_CORRECTIONS = "approve or reject a correction"
    SUBMIT_FIELDWORK = "submit the fieldwork"
    JUDGE = "propose the rating of a judged standard"
    DEPART = "depart from guidance"
    DECIDE_DISCRETION = "decide discretion"
    RECEIVE_EVIDENCE = "put evidence on record"
    WRITE_REPORT = "write findings and recommendations, and send the draft"
    PROPOSE_DISCRETION = "propose discretion"
    AGREE = "agree ratings"
    RAISE_POINTS = "raise points in the accuracy check"
    SETTLE_POINTS = "settle points of the accuracy check"
    PROPOSE_PUBLICATION = "propose to publish"
    APPROVE_PUBLICATION = "approve a publication"
    OPEN_ERRATUM = "open a published inspection for an erratum"
    RECEIVE_PLAN = "put an action plan on record"
    REVIEW_PLAN = "review an action plan"
    REPIN = "hold an inspection to another revision of its framework"
    DRAFT_RULES = "draft a revision of a framework"
    REVIEW_RULES = "review a draft of a framework"
    ADOPT_RULES = "adopt a draft of a framework"
    WITHDRAW_FRAMEWORK = "withdraw a revision of a framework"
    READ_QUEUE = "read what is before the panel in all inspections"
    READ_REPORT = "read a report and its draft"
    READ_SAMPLES = "read caseloads, samples and allocations"
    READ_CASES = "read cases, answers and evidence"
    READ_RATINGS = "read ratings and why they are so"
    READ_PUBLISHED = "read what is published"
    READ_PUBLISHED_WHY = "read why what is published is rated so"
    READ_FRAMEWORKS = "read frameworks"
    READ_LEDGER = "read the ledger"
    READ_PROOFS = "read checkpoints and proofs"
    EXPORT = "take away an audit pack"
    READ_ACCESS = "read who has looked at what"
    READ_OWN_IDENTITY = "read who they are"
    MANAGE_WEBHOOKS = "have other systems told what happens"
    REPLAY = "see what other rules would change"
    GATHER_PERSONAL_DATA = "gather what is kept about a person"
    READ_INBOX = "read what waits for them"
    REQUEST_ERASURE = "ask for an erasure or for the release of a hold"
    APPROVE_ERASURE = "approve an erasure or the release of a hold"
    PLACE_HOLDS = "place a hold"
    BREAK_GLASS = "open evidence in an emergency"
    REVIEW_BREAK_GLASS = "look at what was opened in an emergency"
    READ_BREAK_GLASS = "read what was opened in an emergency"
    TAKE_WORDS = "take away the words of many cases"
    APPROVE_EXPORT = "approve that the words of many cases are taken away"
    READ_RETENTION = "read what is due, held and erased"


_CASEWORK = frozenset(
    {
        Role.INSPECTOR,
        Role.LEAD_INSPECTOR,
        Role.LOCAL_ASSESSOR,
        Role.PARTNER_ASSESSOR,
    }
)
_LEAD = frozenset({Role.LEAD_INSPECTOR})
_PANEL = frozenset({Role.PANEL_MEMBER})
_CHOOSERS = _LEAD | {Role.OPERATIONS}
_APPROVERS = _LEAD | {Role.QUALITY_LEAD}
_EVERYBODY = frozenset(Role)

PERMISSIONS: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        Action.ANNOUNCE: frozenset({Role.LEAD_INSPECTOR, Role.GOVERNANCE}),
        Action.ASSIGN: _CHOOSERS,
        Action.SCOPE: _LEAD,
        Action.CHOOSE_CASES: _CASEWORK | {Role.OPERATIONS},
        Action.DRAW_SAMPLES: _CHOOSERS,
        Action.ALLOCATE: _CHOOSERS,
        Action.EXCLUDE_CASES: _LEAD,
        Action.RECORD_CASE_FACTS: _CASEWORK,
        Action.RECORD_SERVICE_FACTS: _LEAD,
        Action.ANSWER: _CASEWORK,
        Action.SUBMIT_CASES: _CASEWORK,
        Action.CHECK_CASES: _APPROVERS | {Role.INSPECTOR},
        Action.REOPEN_CASES: _APPROVERS | {Role.PANEL_MEMBER},
        Action.SETTLE_MARKINGS: _APPROVERS,
        Action.PROPOSE_CORRECTIONS: _CASEWORK,
        Action.APPROVE_CORRECTIONS: _APPROVERS,
        Action.SUBMIT_FIELDWORK: _LEAD,
        Action.JUDGE: frozenset({Role.LEAD_INSPECTOR, Role.PANEL_MEMBER}),
        Action.DEPART: frozenset({Role.LEAD_INSPECTOR, Role.PANEL_MEMBER}),
        Action.DECIDE_DISCRETION: _PANEL,
        Action.RECEIVE_EVIDENCE: _CASEWORK | {Role.OPERATIONS},
        Action.WRITE_REPORT: _LEAD,
        Action.PROPOSE_DISCRETION: _LEAD | _PANEL,
        Action.AGREE: _PANEL,
        Action.RAISE_POINTS: frozenset({Role.INSPECTED_SERVICE}),
        Action.SETTLE_POINTS: _LEAD,
        Action.PROPOSE_PUBLICATION: _LEAD,
        Action.APPROVE_PUBLICATION: frozenset({Role.HEAD}),
        Action.OPEN_ERRATUM: frozenset({Role.HEAD, Role.GOVERNANCE}),
        Action.RECEIVE_PLAN: _LEAD | {Role.INSPECTED_SERVICE, Role.OPERATIONS},
        Action.REVIEW_PLAN: _LEAD,
        Action.REPIN: frozenset({Role.GOVERNANCE}),
        Action.DRAFT_RULES: frozenset({Role.RULE_AUTHOR}),
        Action.REVIEW_RULES: frozenset({Role.RULE_AUTHOR}),
        Action.ADOPT_RULES: frozenset({Role.GOVERNANCE}),
        Action.WITHDRAW_FRAMEWORK: frozenset({Role.GOVERNANCE}),
        Action.READ_QUEUE: _PANEL | {Role.QUALITY_LEAD, Role.HEAD, Role.GOVERNANCE},
        Action.READ_REPORT: _CASEWORK
        | _PANEL
        | {
            Role.QUALITY_LEAD,
            Role.HEAD,
            Role.INSPECTED_SERVICE,
            Role.GOVERNANCE,
        },
        Action.READ_SAMPLES: _CASEWORK
        | {Role.OPERATIONS, Role.PANEL_MEMBER, Role.QUALITY_LEAD, Role.GOVERNANCE},
        Action.READ_CASES: _CASEWORK
        | {Role.PANEL_MEMBER, Role.QUALITY_LEAD, Role.GOVERNANCE},
        Action.READ_RATINGS: _EVERYBODY - {Role.ADMIN, Role.INSPECTED_SERVICE},
        Action.READ_PUBLISHED: _EVERYBODY,
        Action.READ_PUBLISHED_WHY: _EVERYBODY - {Role.ADMIN},
        Action.READ_FRAMEWORKS: _EVERYBODY,
        Action.READ_LEDGER: frozenset({Role.GOVERNANCE}),
        Action.READ_PROOFS: frozenset({Role.GOVERNANCE}),
        Action.EXPORT: frozenset({Role.GOVERNANCE}),
        Action.READ_ACCESS: _EVERYBODY,  # each their own, governance everybody's
        Action.READ_OWN_IDENTITY: _EVERYBODY,
        Action.MANAGE_WEBHOOKS: frozenset({Role.GOVERNANCE, Role.ADMIN}),
        Action.REPLAY: frozenset({Role.RULE_AUTHOR, Role.GOVERNANCE}),
        Action.GATHER_PERSONAL_DATA: frozenset({Role.GOVERNANCE}),
        Action.READ_INBOX: _EVERYBODY,
        Action.REQUEST_ERASURE: frozenset({Role.ADMIN}),
        Action.APPROVE_ERASURE: frozenset({Role.GOVERNANCE}),
        Action.PLACE_HOLDS: frozenset({Role.ADMIN, Role.GOVERNANCE}),
        Action.BREAK_GLASS: frozenset({Role.ADMIN}),
        Action.REVIEW_BREAK_GLASS: frozenset({Role.GOVERNANCE}),
        Action.READ_BREAK_GLASS: frozenset({Role.ADMIN, Role.GOVERNANCE}),
        Action.TAKE_WORDS: _CASEWORK
        | {Role.PANEL_MEMBER, Role.QUALITY_LEAD, Role.GOVERNANCE},
        Action.APPROVE_EXPORT: frozenset({Role.GOVERNANCE}),
        Action.READ_RETENTION: frozenset({Role.ADMIN, Role.GOVERNANCE}),
    }
)


STEP_UP = frozenset(
    {
        Action.DECIDE_DISCRETION,
        Action.AGREE,
        Action.ADOPT_RULES,
        Action.PROPOSE_PUBLICATION,
        Action.APPROVE_PUBLICATION,
        Action.REQUEST_ERASURE,
        Action.APPROVE_ERASURE,
        Action.APPROVE_EXPORT,
        Action.BREAK_GLASS,
    }
)
"""What takes a fresh and strong sign-in, where the house has chosen how strong."""


def may(identity: Identity, action: Action) -> bool:
    """Whether one of the person's roles allows it, or an emergency does just now."""
    return action in identity.granted or not identity.roles.isdisjoint(
        PERMISSIONS[action]
    )


def require(identity: Identity, action: Action) -> None:
    """Raise Refused unless the person may do it, naming the roles that may."""
    if action not in identity.granted:
        require_role(identity.roles, action)


def require_role(held: frozenset[Role], action: Action) -> None:
    """Raise Refused unless one of these roles allows it."""
    if held.isdisjoint(PERMISSIONS[action]):
        roles = sorted(PERMISSIONS[action])
        raise Refused(
            "forbidden",
            f"you may not {action}; {_listed(roles)} may",
            roles=roles,
        )


def require_strength(
    strength: Strength, action: Action, wanted: StepUp | None, *, at: datetime
) -> None:
    """Raise Refused if it takes a stronger or fresher sign-in than this one was."""
    if wanted is None or action not in STEP_UP:
        return
    if not wanted.is_met(strength, at.timestamp()):
        raise Refused(
            "step-up-required",
            f"to {action} you must have signed in {_told(wanted)}; sign in again, with "
            f"a browser at `/login?step_up=true`",
            accepted=wanted.acr,
            max_age=wanted.seconds,
        )


def _told(wanted: StepUp) -> str:
    recent = wanted.seconds is not None and f"{wanted.seconds} seconds ago at most"
    strong = wanted.acr and f"as {' or '.join(f'`{acr}`' for acr in wanted.acr)}"
    return " and ".join(words for words in (strong, recent) if words)


def _listed(roles: list[Role]) -> str:
    *others, last = (f"`{role}`" for role in roles)
    return f"{', '.join(others)} or {last}" if others else last
