"""What-if and impact on the command line, over files, an export and a ledger."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from service.command_line.adjudge import run
from tests.service.command_line.conftest import copy_of, surrounded, url_of

Call = Callable[..., tuple[int, str, str]]

TRAFFORD_2_2 = {
    "framework": "youth-2020",
    "key_questions": {
        "2.2.1": {"yes": 7, "relevant": 8},
        "2.2.2": {"yes": 3, "relevant": 7},
        "2.2.3": {"yes": 3, "relevant": 5},
    },
}
DRAFT = """
framework "Youth draft"
  based on "Youth 2020"

replace banding "share of cases" of whole percentages, halves rounded up
  below 45    is 'Inadequate'
  45 to 64    is 'Requires improvement'
  65 to 79    is 'Good'
  80 or more  is 'Outstanding'
"""


@pytest.fixture(scope="module")
def ledger(demonstrated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with the five published inspections, as a URL."""
    return url_of(copy_of(demonstrated, tmp_path_factory.mktemp("demo")))


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command: exit code, output, errors."""

    def called(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments, surrounded(tmp_path))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """Rules with one boundary moved from 50 to 45."""
    file = tmp_path / "youth-draft.rules"
    file.write_text(DRAFT, encoding="utf-8")
    return str(file)


def _written(tmp_path: Path, *inspections: object) -> str:
    file = tmp_path / "export.ndjson"
    file.write_text("\n\n".join(map(json.dumps, inspections)), encoding="utf-8")
    return str(file)


def test_a_file_is_asked_what_would_change_it(call: Call, tmp_path: Path) -> None:
    code, shown, _ = call("rules", "what-if", _written(tmp_path, TRAFFORD_2_2))

    assert code == 0
    assert (
        "2.2 would be 'Requires improvement' with one more 'Yes' on 2.2.2:"
        " 4 of 7 = 57%, 'Requires improvement'; the panel may decide so without it"
    ) in shown
    assert "1.1 is not rated: 1.1 is judged, not worked out" in shown


def test_a_file_may_be_asked_under_other_rules(
    call: Call, tmp_path: Path, draft: str
) -> None:
    file = _written(tmp_path, TRAFFORD_2_2)

    code, shown, _ = call("rules", "what-if", file, "--framework", draft, "--json")

    report = json.loads(shown)
    part = next(each for each in report["parts"] if each["part"] == "2.2")
    assert (code, report["framework"]) == (0, "youth-draft")
    assert [turn["judgements"] for turn in part["turns"]] == [1, 3, 4]


def test_what_no_changed_judgement_gives_is_said(call: Call, tmp_path: Path) -> None:
    one = {
        "framework": "youth-2020",
        "key_questions": {"2.1.1": {"yes": 1, "relevant": 1}},
    }

    _, shown, _ = call("rules", "what-if", _written(tmp_path, one))

    assert "no changed judgement makes it 'Requires improvement' or 'Good'" in shown


def test_an_inspection_on_record_is_asked(call: Call, ledger: str) -> None:
    code, shown, _ = call("rules", "what-if", "trafford-2021", "--database", ledger)

    assert code == 0
    assert (
        "overall would be 'Requires improvement' (18 of 36) with one 'Yes' fewer on"
        " 2.3.3: 3 of 5 = 60%, 'Requires improvement'; this moves 2.3 to"
        " 'Requires improvement'"
    ) in shown
    assert "the panel's move of 2.2 would lapse" in shown


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{", 2, "not-json"),
        ("{}", 2, "no-framework"),
        ('{"framework": "youth-1999"}', 2, "no-such-rules"),
        (
            '{"framework": "youth-2020", "judgements": {"9.9": "Good"}}',
            1,
            "unknown-part",
        ),
        (
            '{"framework": "youth-2020", "discretion": {"2.1": "Good"}}',
            1,
            "not-open",
        ),
    ],
)
def test_a_file_that_cannot_be_asked_says_why(
    text: str, code: int, said: str, call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "inspection.json"
    file.write_text(text, encoding="utf-8")

    ended, _, errors = call("rules", "what-if", str(file))

    assert (ended, errors.count("\n")) == (code, 1)
    assert said in errors


def test_an_inspection_that_is_not_there_is_said_to_be_missing(
    call: Call, ledger: str
) -> None:
    code, _, errors = call("rules", "what-if", "nowhere", "--database", ledger)

    assert code == 1
    assert "neither a file nor an inspection" in errors


def test_rules_with_mistakes_are_not_compared(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "bad.rules"
    file.write_text('framework "Bad"\nratings\n', encoding="utf-8")

    code, _, errors = call("rules", "impact", str(file), "--against", "x.ndjson")

    assert code == 1
    assert "faulty-rules: " in errors


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


def test_an_export_is_rated_again_line_by_line(
    call: Call, tmp_path: Path, draft: str
) -> None:
    low = {"yes": 12, "relevant": 25}
    one = {
        "inspection": "one",
        "framework": "youth-2018",
        "key_questions": {"2.1.1": low, "3.4.1": {"percent": 70}},
    }
    other = {"framework": "adult-pdu-2023"}

    code, shown, _ = call(
        "rules", "impact", draft, "--against", _written(tmp_path, one, other), "--json"
    )

    report = json.loads(shown)
    assert (code, report["position"]) == (1, None)
    (changed,) = report["changed"]
    assert (changed["inspection"], changed["part"]) == ("one", "2.1")
    assert report["left_out"] == [
        {"inspection": "line 3", "framework": "adult-pdu-2023"}
    ]


def test_nothing_to_change_ends_well_and_progress_is_told(
    call: Call, tmp_path: Path
) -> None:
    many = [{"inspection": f"i-{n}", "framework": "youth-2020"} for n in range(40)]

    code, shown, errors = call(
        "rules", "impact", "youth-2020", "--against", _written(tmp_path, *many)
    )

    assert code == 0
    assert "would change 0 ratings in 0 of 40 inspections" in shown
    assert errors.splitlines()[-1] == "rated 40 of 40 inspections"
    assert len(errors.splitlines()) == 20


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (["{"], 2, "not-json: line 1 of"),
        ([json.dumps(TRAFFORD_2_2), "{}"], 1, "no-framework: line 2 of"),
        (['{"framework": "youth-1999"}'], 1, "unknown-framework: line 1 of"),
    ],
)
def test_a_line_that_cannot_be_rated_is_named(
    lines: list[str], code: int, said: str, call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "export.ndjson"
    file.write_text("\n".join(lines), encoding="utf-8")

    ended, _, errors = call("rules", "impact", "youth-2020", "--against", str(file))

    assert ended == code
    assert said in errors


def test_what_is_neither_a_store_nor_an_export_is_refused(call: Call) -> None:
    code, _, errors = call("rules", "impact", "youth-2020", "--against", "nowhere")

    assert code == 2
    assert "nothing-to-compare" in errors


def test_a_store_that_is_not_there_cannot_be_reached(
    call: Call, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"

    assert call("rules", "impact", "youth-2020", "--against", url)[0] == 3
