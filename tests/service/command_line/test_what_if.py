"""What-if and impact on the command line, over files and an export."""

import json
from pathlib import Path

import pytest

from tests.service.command_line.conftest import Call

TRAFFORD_2_2 = {
    "framework": "youth-2020",
    "key_questions": {
        "2.2.1": {"yes": 7, "relevant": 8},
        "2.2.2": {"yes": 3, "relevant": 7},
        "2.2.3": {"yes": 3, "relevant": 5},
    },
}


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


def test_rules_with_mistakes_are_not_compared(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "bad.rules"
    file.write_text('framework "Bad"\nratings\n', encoding="utf-8")

    code, _, errors = call("rules", "impact", str(file), "--against", "x.ndjson")

    assert code == 1
    assert "faulty-rules: " in errors


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
