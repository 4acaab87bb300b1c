"""The people of the demonstration: who they are to the service, and their tokens."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from service.demo.plan import CONTACT, HEAD, LEAD, PANEL, Plan
from service.identity import Role, token_hash

AUDITOR = "auditor"
"""Reads everything and changes nothing; theirs is the token for the calls to try."""


def tokens_for(plans: Iterable[Plan], new_id: Callable[[], str]) -> Mapping[str, str]:
    """A new token for everybody in the plans, and for the auditor."""
    people = {submission.by for plan in plans for submission in plan.submissions}
    return {person: new_id() for person in sorted(people | {AUDITOR})}


def write_identities(file: Path, tokens: Mapping[str, str]) -> None:
    """The file of local identities that the service reads: roles, no tokens."""
    entries = [
        {"person": person, "roles": [_role(person)], "token_hash": token_hash(token)}
        for person, token in tokens.items()
    ]
    file.write_text(json.dumps(entries), encoding="utf-8")


def team_of(plan: Plan) -> Mapping[str, Role]:
    """Who inspects and who is inspected; panel and head are so in all inspections."""
    working = {submission.by for submission in plan.submissions} - {*PANEL, HEAD}
    return {person: _role(person) for person in sorted(working | {LEAD})}


def _role(person: str) -> Role:
    return _ROLES.get(person, Role.INSPECTOR)


_ROLES = {
    LEAD: Role.LEAD_INSPECTOR,
    CONTACT: Role.INSPECTED_SERVICE,
    HEAD: Role.HEAD,
    AUDITOR: Role.GOVERNANCE,
    **dict.fromkeys(PANEL, Role.PANEL_MEMBER),
}
