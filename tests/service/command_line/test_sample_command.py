"""`adjudge sample`: what it prints, the same each time, and how it says no."""

import json
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings

ROOT = Path(__file__).parents[3]
SURROUNDINGS = Surroundings(
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC), new_id=lambda: "id", environment={}
)
FACTS = ("disposal", "gender", "risk of serious harm", "safety and wellbeing level")
VALUES = (
    ("community sentence", "community sentence", "youth caution"),
    ("male", "male", "male", "male", "female"),
    ("low", "medium", "high"),
    ("medium", "high"),
)


@pytest.fixture
def caseload(tmp_path: Path) -> Path:
    """60 cases, 37 of them of court disposals and in its window, the rest not."""
    file = tmp_path / "caseload.csv"
    file.write_text(_csv(60), encoding="utf-8")
    return file


def _csv(cases: int) -> str:
    lines = [",".join(("case", "name", "started", *FACTS))]
    for number in range(cases):
        facts = (values[number % len(values)] for values in VALUES)
        started = "2018-04-01" if number % 3 < 2 else "2018-08-01"
        lines.append(",".join((f"C-{number}", "Jo Bloggs", started, *facts)))
    return "\n".join(lines)


def call(file: Path | str, *options: str) -> list[str]:
    words = ["sample", str(file), "--fieldwork", "2018-12-03", "--seed", "brent 7"]
    return [*words, *(options or ("--framework", "youth-2018", "--all"))]


def printed(
    capsys: pytest.CaptureFixture[str], words: Sequence[str], code: int = 0
) -> str:
    assert run(words, SURROUNDINGS) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_the_json_holds_all_it_takes_to_draw_again(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(printed(capsys, [*call(caseload), "--json"]))

    assert told["framework"] == "youth-2018"
    assert told["hash"].startswith("sha256:")
    assert told["method"] == "adjudge-draw-1"
    assert told["seed"] == "brent 7"
    assert told["fieldwork"] == "2018-12-03"
    assert told["caseload"] == f"sha256:{sha256(caseload.read_bytes()).hexdigest()}"
    assert told["remarks"] == ["not read: `name`"]
    assert told["of_no_sample"] == 0


def test_the_json_holds_sizes_shares_margins_and_shortfalls(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(printed(capsys, [*call(caseload), "--json"]))

    court, other = told["samples"]
    assert court["name"] == "court disposals"
    assert court["domains"] == ["2"]
    assert court["started"] == {"from": "2018-03-03", "to": "2018-06-03"}
    assert (court["population"], court["size"], court["wanted"]) == (40, 33, 33)
    assert court["margin_tenths"] == 47
    assert court["share"] == {"aim_per_cent": 60, "cases": 33, "of_all_samples": 51}
    assert len(court["cases"]) == 33
    assert len(court["reserves"]) == 7
    assert court["cases"][0].keys() == {"case", "row", "stratum"}
    assert court["strata"][0] == {
        "fact": "gender",
        "value": "female",
        "population": 8,
        "drawn": 6,
        "margin_tenths": 140,
    }
    assert (other["population"], other["size"]) == (20, 18)
    assert other["left_out"] == []


def test_the_json_lists_what_was_left_out_with_its_rows(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with caseload.open("a", encoding="utf-8") as file:
        file.write("\nC-0,,2018-04-01,,,,\nC-99,,,youth caution,,,")

    told = json.loads(printed(capsys, [*call(caseload), "--json"]))

    assert told["left_out"] == [
        {"case": "C-0", "rows": [2, 62], "reason": "its rows do not say the same"}
    ]
    assert told["samples"][1]["left_out"] == [
        {"case": "C-99", "rows": [63], "reason": "its start is not known"}
    ]


def test_the_same_call_draws_the_same_from_rows_in_another_order(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    once = json.loads(printed(capsys, [*call(caseload), "--json"]))
    headings, *rows = caseload.read_text(encoding="utf-8").splitlines()
    caseload.write_text("\n".join([headings, *reversed(rows)]), encoding="utf-8")
    again = json.loads(printed(capsys, [*call(caseload), "--json"]))

    def references(told: dict[str, list[dict[str, list[dict[str, str]]]]]) -> object:
        return [
            [chosen["case"] for chosen in (*sample["cases"], *sample["reserves"])]
            for sample in told["samples"]
        ]

    assert references(once) == references(again)


def test_one_sample_is_shown_as_it_is_among_all(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = call(
        caseload, "--framework", "youth-2018", "--sample", "out-of-court disposals"
    )

    every = json.loads(printed(capsys, [*call(caseload), "--json"]))
    one = json.loads(printed(capsys, [*named, "--json"]))

    assert one["samples"] == every["samples"][1:]


def test_the_text_says_it_all_and_no_name(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with caseload.open("a", encoding="utf-8") as file:
        file.write("\nC-1,Jo Bloggs,2018-04-01,,,,\nC-x,,2017-01-01,youth caution,,,")
    told = printed(capsys, call(caseload))

    for line in (
        "Youth 2018, fieldwork 2018-12-03",
        "  seed      brent 7",
        'Sample "court disposals" for domain 2',
        "  started   2018-03-03 to 2018-06-03",
        "  eligible  39 cases",
        "  margin    ±4.9 points",
        "  Reserves, in call-up order",
        "    it started outside 2018-07-03 to 2018-09-03: C-x (row 63)",
        "  its rows do not say the same: C-1 (rows 3 and 62)",
        "  not read: `name`",
    ):
        assert line in told.splitlines()
    assert "Bloggs" not in told


def test_a_target_that_cannot_be_met_is_said_and_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "few.csv"
    of_court = [row for row in _csv(12).splitlines() if "caution" not in row]
    file.write_text("\n".join(of_court), encoding="utf-8")

    told = printed(capsys, call(file))

    assert "    size: no case of the caseload is eligible" in told.splitlines()
    assert (
        "    share: 8 of 8 cases drawn, 100 per cent, the aim is 60 per cent"
        in told.splitlines()
    )


def test_rules_without_shares_or_windows_and_cases_of_no_sample(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with caseload.open("a", encoding="utf-8") as file:
        file.write("\nC-99,,,custodial sentence,,,")

    of_2021 = printed(capsys, call(caseload, "--framework", "youth-2021", "--all"))
    of_2020 = printed(capsys, call(caseload, "--framework", "youth-2020", "--all"))

    assert "  share" not in of_2021
    assert "`youth-2021` applies to fieldwork from 2021-07-12" in of_2021
    assert "from 2020-09-01 until 2021-07-11" in of_2020


def test_every_bad_cell_goes_to_stderr_and_the_exit_is_1(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with caseload.open("a", encoding="utf-8") as file:
        file.write("\nC 1,,soon,youth caution,female,low,low")

    assert printed(capsys, call(caseload), 1) == (
        "adjudge: bad-cell: row 62, column 1 (`case`): up to 63 letters, digits, dots"
        " and hyphens make a reference\n"
        "adjudge: bad-cell: row 62, column 3 (`started`): write a day as `2018-09-30`"
        " or `30/09/2018`\n"
    )


def test_a_file_that_cannot_be_a_caseload_is_wrong_in_one_sentence(
    caseload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caseload.write_bytes(b"PK\x03\x04")

    assert printed(capsys, call(caseload), 1) == (
        "adjudge: not-a-table: the file is no whole XLSX file; save it as XLSX again\n"
    )


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "unreadable-file: cannot read `no.csv`: no such file or directory"),
        (
            ("--framework", "youth-1999", "--all"),
            2,
            "no-such-rules: `youth-1999` is neither a file nor a packaged framework",
        ),
        (
            ("--framework", "youth-2018", "--sample", "court"),
            2,
            "unknown-sample: `youth-2018` has no sample `court`; it has",
        ),
        (("--framework", "youth-2018"), 2, "bad-call: samples are named or all meant"),
        (("--framework", "youth-2018", "--all", "--seed", ""), 2, "bad-seed: "),
        (("--framework", "youth-2018", "--all", "--seed", "a\nb"), 2, "bad-seed: "),
        (
            ("--framework", "youth-2018", "--all", "--fieldwork", "3/12/2018"),
            2,
            "bad-call: ",
        ),
    ],
)
def test_a_wrong_call_gets_one_sentence(
    options: tuple[str, ...],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = printed(capsys, call("no.csv", *options), code)

    assert told.startswith(f"adjudge: {said}")
    assert told.count("\n") == 1


def test_rules_with_mistakes_or_without_samples_draw_nothing(
    caseload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = tmp_path / "faulty.rules"
    faulty.write_text("framework", encoding="utf-8")
    unsampled = call(caseload, "--framework", "cqc-adult-social-care", "--all")

    assert printed(capsys, call(caseload, "--framework", str(faulty), "--all"), 1) == (
        f"adjudge: faulty-rules: `{faulty}` has a mistake: this rule ends too soon"
        " (faulty.rules, line 1);"
        f" see `adjudge rules check {faulty}`\n"
    )
    assert printed(capsys, unsampled, 1) == (
        "adjudge: no-samples: `cqc-adult-social-care` has no samples to draw;"
        " name other rules\n"
    )


def test_the_example_in_the_document_prints_what_it_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "dsl" / "SAMPLING.md").read_text(encoding="utf-8")
    (rows,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    (words, shown) = re.findall(
        r"```console\n\$ adjudge (.*?)\n(.*?)```", text, re.DOTALL
    )[0]
    file = tmp_path / "caseload.csv"
    file.write_text(rows, encoding="utf-8")

    told = printed(capsys, shlex.split(words.replace("caseload.csv", str(file))))

    assert told[told.index("Sample ") :] == shown


def test_a_hyphen_reads_standard_input(
    caseload: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from_file = printed(capsys, call(caseload))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(caseload.read_bytes())))

    assert printed(capsys, call("-")) == from_file


def test_rules_of_an_authors_own_draw_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, file = tmp_path / "small.rules", tmp_path / "caseload.csv"
    rules.write_text(
        'framework "Small"\n'
        "answers\n  'Yes' is sufficient\n  'No' is not sufficient\n"
        'fact "kind" of a case is one of "court", "other", "third"\n'
        'domain 1 "Court"\ndomain 2 "Others"\n'
        'question 1.1 "Is it good?"\nquestion 2.1 "Is it good?"\n'
        "rate questions in domains 1 and 2 by counts only\n"
        'sample "court" for domain 1\n  is cases where "kind" is "court"\n'
        'sample "others" for domain 2\n  is cases where "kind" is "other"\n'
        '  makes up 50 per cent of all cases\n  matched to the caseload on "kind"\n',
        encoding="utf-8",
    )
    kinds = ("court", "other", "other", "third")
    rows = "".join(f"C-{number};{kind}\n" for number, kind in enumerate(kinds))
    file.write_text(f"case;kind\n{rows}", encoding="utf-8")

    told = printed(capsys, call(file, "--framework", str(rules), "--all"))

    assert "  drawn     1 case: 50 to 50 beside the 1 of the other samples" in told
    assert "    kind: other  1 of 2\n" in told
    assert told.endswith("Remarks\n  1 case of a kind that no sample asks for\n")
    assert told.count("margin  ") == 1
