"""Who may do what: every command, every role, with and without a part."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, product
from typing import Any, get_args, get_type_hints

import pytest
from msgspec.structs import fields

from dsl.sampling.eligibility import Case
from events.inspection import CaseAdded, CaseAllocated
from events.sealed import SealedText
from projections import LEAD, RatingBook, read_book
from service.authority import AUTHORITY, authorise
from service.choices import Choices
from service.identity import PER_INSPECTION, Role
from service.inspection.asker import Asker
from service.inspection.commands import (
    AnnounceInspection,
    ExcludeCase,
    GiveAnswer,
    InspectionCommand,
    RecordFact,
)
from service.inspection.fieldwork.commands import Allocation
from service.permission import PERMISSIONS, STEP_UP, Action, require_role
from service.refusal import Refused
from service.rulemaking.desk import RULES_AUTHORITY
from service.strength import StepUp, Strength
from tests.projections.recording import announced, record, shelf_of
from tests.service.inspection.test_decider import WORDS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEWEST = 28_000
"""Combinations that must be tried: more commands make more, and none may go missing."""
COMMANDS = get_args(InspectionCommand)
SHELF = shelf_of("youth-2020")
YES = GiveAnswer(case="C-1", question="2.1.1", answer="Yes")


def book(**team: str) -> RatingBook:
    """An inspection with a team, in which case C-1 is ida's."""
    opening = announced("youth-2020", team={"lena": LEAD, **team})
    case = CaseAdded(case="C-1", sample="court disposals")
    facts = [opening, case, CaseAllocated(case="C-1", to="ida")]
    return read_book(record(facts), SHELF)


_SOME: Mapping[object, object] = {
    str: "C-1",
    int: 1,
    bool: True,
    date: NOON.date(),
    SealedText: WORDS,
    dict[str, str]: {},
    tuple[str, ...]: (),
    tuple[Case, ...]: (),
    tuple[Allocation, ...]: (),
}


def some(command: type[InspectionCommand]) -> InspectionCommand:
    """One command of a kind, with something in every field that must be there."""
    kinds = get_type_hints(command)
    said: dict[str, Any] = {
        field.name: _SOME[next(k for k in _SOME if k in _options(kinds[field.name]))]
        for field in fields(command)
        if field.required
    }
    return command(**said)


def _options(kind: object) -> tuple[object, ...]:
    return (kind, *get_args(kind))


def asker(person: str, *roles: Role) -> Asker:
    return Asker(person=person, roles=frozenset(roles), at=NOON)


def refusal(
    command: InspectionCommand, who: Asker, on: RatingBook | None
) -> str | None:
    try:
        authorise(command, who, on)
    except Refused as refused:
        return refused.code
    return None


def test_every_command_has_its_row() -> None:
    assert set(AUTHORITY) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_no_role_but_those_of_the_table_may(command: type[InspectionCommand]) -> None:
    said = some(command)
    allowed = PERMISSIONS[AUTHORITY[command].action]

    for role in set(Role) - allowed:
        if command is not RecordFact:
            assert refusal(said, asker("ida", role), book()) == "forbidden"
    assert Role.RULE_AUTHOR not in allowed


@pytest.mark.parametrize("role", sorted(PER_INSPECTION))
def test_a_role_that_needs_a_part_is_worth_nothing_without(role: Role) -> None:
    tried = 0
    for command in COMMANDS:
        allowed = PERMISSIONS[AUTHORITY[command].action]
        if command is not AnnounceInspection and role in allowed:
            tried += 1
            stranger = asker("stranger", role)
            assert refusal(some(command), stranger, book()) == "not-assigned"
    assert tried or role is Role.INSPECTED_SERVICE


def test_a_part_is_worth_nothing_without_the_role() -> None:
    assert refusal(YES, asker("ida", Role.RULE_AUTHOR), book(ida="inspector")) == (
        "forbidden"
    )


def test_a_part_in_another_role_does_not_count() -> None:
    exclude = ExcludeCase(case="C-1", reason=WORDS)
    both = asker("ida", Role.INSPECTOR, Role.LEAD_INSPECTOR)

    assert refusal(exclude, both, book(ida="inspector")) == "not-assigned"
    assert refusal(exclude, asker("lena", Role.LEAD_INSPECTOR), book()) is None


def test_a_case_is_answered_by_its_inspector_or_a_lead() -> None:
    team = book(ida="inspector", noor="inspector")

    assert refusal(YES, asker("ida", Role.INSPECTOR), team) is None
    assert refusal(YES, asker("noor", Role.INSPECTOR), team) == "not-your-case"
    assert refusal(YES, asker("lena", Role.LEAD_INSPECTOR), team) is None


def test_whoever_announces_leads_until_a_lead_is_named() -> None:
    (fact,) = record([announced("youth-2020")])

    leaders = read_book([fact], SHELF).casework.people_with(LEAD)

    assert leaders == {fact.origin.actor}
    assert book().casework.people_with(LEAD) == {"lena"}


def test_facts_of_the_service_take_a_lead() -> None:
    fact = RecordFact(case=None, fact="a fact", value="yes")

    assert refusal(fact, asker("ida", Role.INSPECTOR), book(ida="inspector")) == (
        "forbidden"
    )


def test_every_role_with_every_part_may_what_the_table_says(
    record_property: Callable[[str, object], None],
) -> None:
    """Every command, every role and every two of them, with each part and with none."""
    parts = (None, *sorted(PER_INSPECTION))
    books = [(part, book(**({} if part is None else {"ann": part}))) for part in parts]
    several = [*combinations(Role, 1), *combinations(Role, 2)]
    people = [(frozenset(roles), asker("ann", *roles)) for roles in several]
    tried = 0
    for command, (part, at) in product(map(some, COMMANDS), books):
        permitted = PERMISSIONS[AUTHORITY[type(command)].action]
        everywhere = permitted - PER_INSPECTION
        if isinstance(command, AnnounceInspection):
            everywhere = permitted  # there is nothing yet to have a part in
        for roles, ann in people:
            refused = refusal(command, ann, at)
            if not roles & permitted:
                assert refused == "forbidden", (command, roles, part)
            elif roles & everywhere or (part is not None and part in roles & permitted):
                assert refused not in {"forbidden", "not-assigned"}, (command, roles)
            else:
                assert refused == "not-assigned", (command, roles, part)
            tried += 1
    for action, (roles, _) in product(RULES_AUTHORITY.values(), people):
        assert _refuses(roles, action) == PERMISSIONS[action].isdisjoint(roles)
        tried += 1

    record_property("permission combinations", tried)
    assert tried >= FEWEST


def _refuses(roles: frozenset[Role], action: Action) -> bool:
    try:
        require_role(roles, action)
    except Refused as refused:
        return refused.code == "forbidden"
    return False


def test_what_cannot_be_undone_takes_a_strong_sign_in_and_nothing_else_does() -> None:
    chosen = Choices(step_up=StepUp(acr=("two",), seconds=60))
    ann = replace(asker("ann", *Role), choices=chosen)
    strong = replace(ann, strength=Strength(acr="two", at=NOON.timestamp() - 60))
    asked = set()

    for command, at in product(map(some, COMMANDS), (book(), book(ann=LEAD))):
        if refusal(command, ann, at) == "step-up-required":
            asked.add(type(command).__name__)
            assert refusal(command, strong, at) is None

    assert asked == {
        "BreakGlass",
        "ConsiderDiscretion",
        "VoteOnDiscretion",
        "DecideDiscretion",
        "EndorseRatings",
        "ProposePublication",
        "ApprovePublication",
        "RequestErasure",
        "ApproveErasure",
        "RequestRelease",
        "ApproveRelease",
        "ApproveExport",
        "RejectExport",
    }
    assert set(RULES_AUTHORITY.values()) & STEP_UP == {Action.ADOPT_RULES}
