"""The people of the demonstration: who they are to the service, and their tokens."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from service.demo.plan import LEAD, PANEL, Plan
from service.identity import Role, token_hash

AUDITOR = "auditor"
"""Reads everything and changes nothing; theirs is the token for the calls to try."""


def tokens_for(plans: Iterable[Plan], new_id: Callable[[], str]) -> Mapping[str, str]:
    """A new token for everybody in the plans, and for the auditor."""
    people = {submission.by for plan in plans for submission in plan.submissions}
    return {person: new_id() for person in sorted(people | {*PANEL, AUDITOR})}


def write_identities(file: Path, tokens: Mapping[str, str]) -> None:
    """The file of local identities that the service reads: roles, no tokens."""
    entries = [
        {"person": person, "roles": _roles(person), "token_hash": token_hash(token)}
        for person, token in tokens.items()
    ]
    file.write_text(json.dumps(entries), encoding="utf-8")


def team_of(plan: Plan) -> Mapping[str, Role]:
    """Who inspects, by the announcement; the panel's members sit in all inspections."""
    working = {submission.by for submission in plan.submissions} - {*PANEL}
    return {
        person: Role.LEAD_INSPECTOR if person == LEAD else Role.INSPECTOR
        for person in sorted(working | {LEAD})
    }


def _roles(person: str) -> list[Role]:
    if person == LEAD:
        return [Role.LEAD_INSPECTOR]
    if person in PANEL:
        return [Role.PANEL_MEMBER]
    return [Role.GOVERNANCE if person == AUDITOR else Role.INSPECTOR]
