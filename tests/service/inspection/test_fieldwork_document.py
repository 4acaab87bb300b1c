"""The document of the fieldwork tells what happens, and nothing else happens."""

import re
from itertools import product
from pathlib import Path

from service.inspection.commands import InspectionCommand
from service.inspection.fieldwork.commands import (
    AcceptCase,
    ReopenCase,
    ReturnCase,
    SubmitCase,
)
from tests.service.inspection.casework_model import CASE
from tests.service.inspection.test_casework_model import WORDS, Inspection, answered

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "service/inspection/fieldwork/FIELDWORK.md"
STEPS: dict[str, InspectionCommand] = {
    "submit": SubmitCase(case=CASE),
    "accept": AcceptCase(case=CASE),
    "return": ReturnCase(case=CASE, reason=WORDS),
    "reopen": ReopenCase(case=CASE, occasion="joint-week", reason=WORDS),
}
WHO = {"its inspector": "ida", "a colleague": "noor", "another lead": "lena"}
WAYS = {
    "open": (),
    "submitted": (("ida", "submit"),),
    "returned": (("ida", "submit"), ("noor", "return")),
    "accepted": (("ida", "submit"), ("noor", "accept")),
    "reopened": (("ida", "submit"), ("lena", "reopen")),
}


def rows() -> list[tuple[str, ...]]:
    """The table of states, row by row."""
    section = DOCUMENT.read_text(encoding="utf-8").split("## The states of a case")[1]
    lines = re.findall(r"^\| (.*) \|$", section.split("\n\n")[1], re.MULTILINE)
    return [tuple(line.split(" | ")) for line in lines[1:]]


def at(state: str) -> Inspection:
    """A case that has come as far."""
    inspection = Inspection()
    answered(inspection)
    for who, step in WAYS[state]:
        assert inspection.tries(who, STEPS[step])
    assert state_of(inspection) == state
    return inspection


def state_of(inspection: Inspection) -> str:
    """How far the case has come."""
    return inspection.book.casework.checking.review(CASE).state.value


def test_every_row_of_the_table_of_states_happens() -> None:
    assert rows()
    for state, step, who, then in rows():
        inspection = at(state)

        assert inspection.tries(WHO[who], STEPS[step]), (state, step, who)

        assert state_of(inspection) == then


def test_no_state_follows_that_is_not_in_the_table() -> None:
    told = {(state, step, then) for state, step, _, then in rows()}

    for state, step, who in product(WAYS, STEPS, WHO.values()):
        inspection = at(state)
        if inspection.tries(who, STEPS[step]) and state_of(inspection) != state:
            assert (state, step, state_of(inspection)) in told


def test_the_document_names_the_settings_it_speaks_of() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert "`every_case_checked = false`" in text
    assert "`approval_lapses_after_days`" in text
