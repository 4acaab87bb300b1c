"""What-if and impact on the command line, over the ledger of the demonstration."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.command_line.conftest import DRAFT, Call, copy_of, url_of


@pytest.fixture(scope="module")
def ledger(demonstrated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with the five published inspections, as a URL."""
    return url_of(copy_of(demonstrated, tmp_path_factory.mktemp("demo")))


def test_an_inspection_on_record_is_asked(call: Call, ledger: str) -> None:
    code, shown, _ = call("rules", "what-if", "trafford-2021", "--database", ledger)

    assert code == 0
    assert (
        "overall would be 'Requires improvement' (18 of 36) with one 'Yes' fewer on"
        " 2.3.3: 3 of 5 = 60%, 'Requires improvement'; this moves 2.3 to"
        " 'Requires improvement'"
    ) in shown
    assert "the panel's move of 2.2 would lapse" in shown


def test_an_inspection_that_is_not_there_is_said_to_be_missing(
    call: Call, ledger: str
) -> None:
    code, _, errors = call("rules", "what-if", "nowhere", "--database", ledger)

    assert code == 1
    assert "neither a file nor an inspection" in errors


def test_a_moved_boundary_lists_exactly_what_it_moves(
    call: Call, ledger: str, tmp_path: Path
) -> None:
    file = tmp_path / "youth-draft.rules"
    file.write_text(DRAFT.replace("Youth 2020", "Youth 2018"), encoding="utf-8")

    code, shown, _ = call("rules", "impact", str(file), "--against", ledger, "--json")

    report = json.loads(shown)
    assert code == 1
    assert report["inspections"] == 4
    assert [each["inspection"] for each in report["left_out"]] == [
        "west-london-sqs-2016"
    ]
    (moved,) = [
        each
        for each in report["changed"]
        if each["inspection"] == "barking-and-dagenham-2018"
    ]
    assert (moved["part"], moved["before"], moved["after"]) == (
        "2.2",
        "Inadequate",
        "Requires improvement",
    )
    assert moved["because_before"].endswith("in 0 to 49")
    assert moved["because_after"].endswith("in 45 to 64")
    (without,) = report["not_admitted"]
    assert without["inspection"] == "trafford-2021"
    things = {thing for each in report["unknown"] for thing in each["things"]}
    assert "judgement of `4.1`" in things


def test_rules_that_hold_already_change_nothing(call: Call, ledger: str) -> None:
    code, shown, _ = call(
        "rules", "impact", "youth-2020", "--against", ledger, "--json"
    )

    changed = {each["inspection"] for each in json.loads(shown)["changed"]}
    assert changed <= {"waltham-forest-2024"}
    assert code == 1


def test_impact_names_the_position_it_read_up_to(
    call: Call, ledger: str, draft: str
) -> None:
    _, shown, _ = call("rules", "impact", draft, "--against", ledger)

    with closing(sqlite3.connect(ledger.partition(":///")[2])) as connection:
        (position,) = connection.execute("select max(position) from events").fetchone()
    assert shown.splitlines()[-1].endswith(f"on record at position {position}")
    assert "  2.2: 'Inadequate' → 'Requires improvement'" in shown
    assert "left out, as sqs-2012 is of another family: 1 inspection" in shown
    assert "not in youth-draft: judgement of `4.1`, in 1 inspection" in shown


def test_only_inspections_held_under_a_version_are_rated_again_where_that_is_asked(
    call: Call, ledger: str, draft: str
) -> None:
    both = ("--held-under", "youth-2018", "--held-under", "youth-2020", "--json")

    _, shown, _ = call("rules", "impact", draft, "--against", ledger, *both)
    _, one, _ = call("rules", "impact", draft, "--against", ledger, *both[2:])

    found = json.loads(shown)
    assert found["inspections"] == 3
    assert found["left_out"] == []
    assert json.loads(one)["inspections"] == 1
    assert {each["framework"] for each in json.loads(one)["changed"]} <= {"youth-2020"}
