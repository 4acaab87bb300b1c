"""The published inspections, rated through the command that others script against."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from service.command_line.rate import rate
from tests.dsl.framework_of import framework

PUBLISHED = Path(__file__).parent / "published"
TRAFFORD = json.loads((PUBLISHED / "trafford-2021.json").read_text())


def run(*arguments: str, given: bytes | None = None) -> Result:
    """Call the command; a trouble is raised as click raises it."""
    return CliRunner().invoke(rate, arguments, input=given, standalone_mode=False)


def rated(inspection: object, *arguments: str) -> dict[str, Any]:
    result = run("-", "--json", *arguments, given=json.dumps(inspection).encode())
    assert result.exception is None, result.exception
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def trouble(given: bytes | object, *arguments: str) -> click.ClickException:
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    result = run("-", *arguments, given=text)
    assert isinstance(result.exception, click.ClickException), result.exception
    return result.exception


@pytest.mark.parametrize(
    "name", [file.stem for file in sorted(PUBLISHED.glob("*.json"))]
)
def test_a_published_inspection_is_rated_as_published(name: str) -> None:
    published = json.loads((PUBLISHED / f"{name}.json").read_text())

    report = rated(published)

    ratings = {part: each["rating"] for part, each in report["standards"].items()}
    assert ratings == published.get("ratings", {})
    assert report["score"] == published["score"]
    assert report["overall"] == published["overall"]
    assert "provisional" not in report


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("barking-and-dagenham-2018", 14),
        ("brent-2019", 21),
        ("trafford-2021", 20),
        ("waltham-forest-2024", 11),
    ],
)
def test_a_published_score_is_out_of_36(name: str, score: int) -> None:
    report = rated(json.loads((PUBLISHED / f"{name}.json").read_text()))

    assert (report["score"], report["maximum"]) == (score, 36)


def test_trafford_without_discretion_falls_to_requires_improvement() -> None:
    report = rated(TRAFFORD | {"discretion": {}})

    assert (report["score"], report["overall"]) == (17, "Requires improvement")


NEAR, ONE, FEW = "near-boundary", "one-case", "few-cases"


@pytest.mark.parametrize(
    ("standard", "grounds"),
    [
        ("2.1", [ONE]),
        ("2.2", [ONE]),
        ("2.3", [NEAR, ONE, FEW]),
        ("2.4", [NEAR, ONE, FEW]),
        ("3.1", [NEAR, ONE]),
        ("3.2", [FEW]),
        ("3.3", [NEAR, ONE, FEW]),
        ("3.4", [NEAR, ONE, FEW]),
    ],
)
def test_every_case_based_standard_of_trafford_is_open(
    standard: str, grounds: list[str]
) -> None:
    report = rated(TRAFFORD)

    found = report["standards"][standard]["discretion"]
    assert found == {"open": True, "grounds": grounds}


def test_a_moved_standard_keeps_the_rating_before_discretion() -> None:
    report = rated(TRAFFORD)

    assert report["key_questions"]["2.1.1"] == {
        "yes": 5,
        "relevant": 8,
        "percent": 63,
        "rating": "Requires improvement",
    }
    assert report["standards"]["2.1"] == {
        "rating": "Requires improvement",
        "computed": "Inadequate",
        "decided_by": ["2.1.2"],
        "discretion": {"open": True, "grounds": ["one-case"]},
    }
    assert report["standards"]["1.1"] == {
        "rating": "Requires improvement",
        "computed": "Requires improvement",
        "decided_by": [],
    }


def test_parts_come_in_framework_order() -> None:
    shuffled = dict(reversed(TRAFFORD["key_questions"].items()))

    report = rated(TRAFFORD | {"key_questions": shuffled})

    assert list(report["key_questions"]) == sorted(shuffled)
    assert list(report["standards"]) == sorted(report["standards"])


def test_waltham_forest_departs_from_guidance_twice() -> None:
    report = rated(json.loads((PUBLISHED / "waltham-forest-2024.json").read_text()))

    assert report["guidance"] == {
        "1.1": {"expects": "Inadequate", "departed": True},
        "1.3": {"expects": "Inadequate", "departed": True},
    }


def test_percentages_alone_leave_grounds_not_known() -> None:
    report = rated(json.loads((PUBLISHED / "waltham-forest-2024.json").read_text()))

    assert report["standards"]["2.1"]["discretion"] == {
        "open": "not known",
        "grounds": [],
        "not_known": ["one-case", "few-cases"],
    }
    assert report["standards"]["2.2"]["discretion"] == {
        "open": True,
        "grounds": ["near-boundary"],
        "not_known": ["one-case", "few-cases"],
    }


def test_without_discretion_in_the_framework_its_key_is_absent() -> None:
    report = rated(json.loads((PUBLISHED / "brent-2019.json").read_text()))

    assert all("discretion" not in each for each in report["standards"].values())


def test_west_london_has_counts_and_nothing_rated() -> None:
    report = rated(json.loads((PUBLISHED / "west-london-sqs-2016.json").read_text()))

    assert report["key_questions"]["1.4"] == {
        "yes": 32,
        "relevant": 33,
        "percent": 97,
        "rating": None,
        "reason": "32 of 33 relevant cases, not rated",
    }
    assert (report["score"], report["maximum"], report["overall"]) == (None,) * 3
    assert report["overall_reason"]


def test_missing_answers_make_what_they_reach_provisional() -> None:
    questions = {k: v for k, v in TRAFFORD["key_questions"].items() if k != "2.3.3"}

    report = rated(TRAFFORD | {"key_questions": questions})

    assert report["key_questions"]["2.3.3"] == {
        "yes": None,
        "relevant": None,
        "percent": None,
        "rating": None,
        "reason": "it is not answered yet",
        "provisional": True,
    }
    assert report["standards"]["2.3"]["provisional"]
    assert "provisional" not in report["standards"]["2.4"]
    assert report["provisional"]
    assert report["overall"] == "Good"


def test_a_standard_without_any_answer_leaves_no_score() -> None:
    judgements = {"1.1": "Good"}

    report = rated(TRAFFORD | {"judgements": judgements})

    assert (report["score"], report["maximum"], report["overall"]) == (None,) * 3
    assert report["overall_reason"] == "1.2, 1.3 and 1.4 are not answered yet"
    assert report["standards"]["1.2"]["rating"] is None
    assert report["standards"]["1.2"]["reason"]


def test_a_domain_not_inspected_shrinks_the_scale() -> None:
    questions = {k: v for k, v in TRAFFORD["key_questions"].items() if k[0] == "3"}

    report = rated(
        TRAFFORD
        | {
            "framework": "youth-2021",
            "not_inspected": ["2"],
            "discretion": {},
            "key_questions": {k: v for k, v in questions.items() if k[:3] != "3.4"},
            "judgements": TRAFFORD["judgements"] | {"3.4": "Good", "4.1": "Good"},
        }
    )

    assert (report["score"], report["maximum"]) == (12, 24)
    assert report["overall"] == "Requires improvement"
    assert report["standards"]["2.1"]["reason"] == "domain 2 is not inspected"


@pytest.mark.parametrize(
    ("breach", "overall"), [(True, "Requires improvement"), ("no", "Good")]
)
def test_facts_may_be_true_or_as_the_framework_spells_them(
    breach: object, overall: str
) -> None:
    judgements = dict.fromkeys("12345", "Good")
    inspection = {
        "framework": "cqc-adult-social-care",
        "judgements": judgements,
        "facts": {"breach of regulations": breach},
    }

    assert rated(inspection)["overall"] == overall


def test_discretion_at_the_computed_rating_is_no_move() -> None:
    discretion = TRAFFORD["discretion"] | {"2.3": "Outstanding"}

    report = rated(TRAFFORD | {"discretion": discretion})

    assert report["standards"]["2.3"]["rating"] == "Outstanding"
    assert report["score"] == 20


def test_the_call_goes_above_the_file_and_unknown_keys_are_ignored() -> None:
    inspection = TRAFFORD | {"framework": "nowhere", "prompts": 7, "service": None}

    assert rated(inspection, "--framework", "youth-2020")["score"] == 20


def test_a_byte_order_mark_is_no_fault() -> None:
    result = run("-", given=b"\xef\xbb\xbf" + json.dumps(TRAFFORD).encode())

    assert "Overall: Good, 20 of 36" in result.stdout


FAR = {"2.1.1": {"yes": 0, "relevant": 100}, "2.1.2": {"yes": 0, "relevant": 100}}


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"discretion": {"2.1": "Outstanding"}}, "out-of-bounds", "at most 1 band"),
        ({"discretion": {"2.1": "Goood"}}, "unknown-rating", "did you mean `Good`?"),
        ({"discretion": {"1.1": "Good"}}, "no-discretion", "`1.1`"),
        ({"discretion": {"9.9": "Good"}}, "unknown-standard", "`9.9`"),
        (
            {
                "discretion": {"2.1": "Requires improvement"},
                "key_questions": TRAFFORD["key_questions"] | FAR,
            },
            "not-open",
            "`2.1` is not open to discretion",
        ),
        ({"judgements": {"1.9": "Good"}}, "unknown-part", "did you mean"),
        ({"judgements": {"2.1": "Good"}}, "not-judged", "key_questions"),
        ({"judgements": {"1.1": "Fair"}}, "unknown-rating", "`Fair`"),
        ({"judgements": {"1.1": 3}}, "bad-form", "`judgements`"),
        ({"judgements": None}, "bad-form", "`judgements`"),
        ({"key_questions": {"2.1.9": {"percent": 4}}}, "unknown-question", "`2.1.9`"),
        ({"key_questions": {"2.1.1": {"percent": 101}}}, "impossible-count", "101"),
        (
            {"key_questions": {"2.1.1": {"yes": 11, "relevant": 7}}},
            "impossible-count",
            "11 of 7",
        ),
        (
            {"key_questions": {"2.1.1": {"yes": -1, "relevant": 7}}},
            "impossible-count",
            "-1 of 7",
        ),
        ({"key_questions": {"2.1.1": {"yes": 1}}}, "impossible-count", "`relevant`"),
        ({"key_questions": {"2.1.1": {}}}, "impossible-count", "neither"),
        (
            {"key_questions": {"2.1.1": {"yes": 5, "relevant": 8, "percent": 60}}},
            "impossible-count",
            "which is 63",
        ),
        ({"key_questions": {"2.1.1": {"percent": 6.5}}}, "bad-figures", "`2.1.1`"),
        ({"key_questions": {"2.1.1": 5}}, "bad-figures", "`2.1.1`"),
        ({"facts": {"breach": True}}, "unknown-fact", "`breach`"),
        ({"facts": {"disposal": "youth caution"}}, "fact-of-a-case", "each case"),
        ({"not_inspected": ["7"]}, "unknown-domain", "there is `1`, `2` and `3`"),
    ],
)
def test_what_a_file_gets_wrong_is_one_sentence_and_exit_1(
    change: dict[str, object], code: str, words: str
) -> None:
    found = trouble(TRAFFORD | change)

    assert found.exit_code == 1
    assert found.message.startswith(f"{code}: ")
    assert words in found.message
    assert "\n" not in found.message


def test_a_fact_with_an_unknown_value_is_wrong() -> None:
    inspection = {
        "framework": "cqc-adult-social-care",
        "facts": {"breach of regulations": "maybe"},
    }

    assert trouble(inspection).message.startswith("unknown-value: `maybe`")


@pytest.mark.parametrize(
    ("given", "arguments", "code"),
    [
        (b"", [], "not-json"),
        (b"{", [], "not-json"),
        (b'\xff{"framework": "youth-2018"}', [], "not-json"),
        (b"[" * 100_000, [], "not-json"),
        (b'{"unknown": ' + b"[" * 100_000, [], "not-json"),
        (b"{}", [], "no-framework"),
        (b'{"framework": "youth-2019"}', [], "unknown-framework"),
        (b"{}", ["--framework", "../youth-2018"], "unknown-framework"),
    ],
)
def test_a_wrong_call_is_exit_2(
    given: bytes, arguments: Sequence[str], code: str
) -> None:
    found = trouble(given, *arguments)

    assert found.exit_code == 2
    assert found.message.startswith(f"{code}: ")


def test_a_list_is_no_inspection_file() -> None:
    found = trouble(b"[]")

    assert (found.exit_code, found.message[:9]) == (1, "bad-form:")


@pytest.mark.parametrize("name", ["missing.json", ".", "nul\0.json"])
def test_a_file_that_cannot_be_read_is_exit_2(tmp_path: Path, name: str) -> None:
    result = run(f"{tmp_path}/{name}")

    assert isinstance(result.exception, click.ClickException)
    assert result.exception.exit_code == 2
    assert result.exception.message.startswith("unreadable-file: ")


def test_the_reasons_name_the_rules() -> None:
    result = run(str(PUBLISHED / "trafford-2021.json"), "--explain")

    assert "Overall: 'Good', because 20 of 36, in 19 to 30" in result.stdout
    assert "2.2.2 at 43%" in result.stdout
    assert "youth-2018.rules, line" in result.stdout


def test_the_reasons_of_counts_come_without_ratings() -> None:
    result = run(str(PUBLISHED / "west-london-sqs-2016.json"), "--explain")

    assert "32 of 33 relevant cases, not rated" in result.stdout


def test_json_carries_the_reasons_when_asked() -> None:
    report = rated(TRAFFORD, "--explain")

    overall = report["explanation"][0]
    assert overall["said"]["rating"] == "Good"
    assert [each["part"] for each in overall["inputs"]] == list(report["standards"])


def table_of(inspection: object, *arguments: str) -> str:
    result = run("-", *arguments, given=json.dumps(inspection).encode())
    assert result.exception is None, result.exception
    return result.stdout


def line(table: str, part: str) -> str:
    found = next(each for each in table.splitlines() if each.startswith(f"{part} "))
    return " ".join(found.split())


def test_the_table_shows_figures_ratings_and_what_the_panel_did() -> None:
    table = table_of(TRAFFORD)

    assert table.startswith("Youth 2020 (youth-2020)\n")
    assert line(table, "2.1.1") == "2.1.1 5 of 8 63% Requires improvement"
    assert line(table, "2.1") == (
        "2.1 Assessment Requires improvement 'Inadequate' before discretion;"
        " open to discretion: one-case"
    )
    assert table.endswith("\nOverall: Good, 20 of 36\n")


def test_the_table_shows_guidance_and_what_is_not_known() -> None:
    table = table_of(json.loads((PUBLISHED / "waltham-forest-2024.json").read_text()))

    assert "departs from guidance, which expects 'Inadequate'" in line(table, "1.1")
    assert "not known whether it is open to discretion" in line(table, "2.1")
    assert line(table, "2.1.1") == "2.1.1 81% Outstanding"


def test_the_table_says_what_is_as_guidance_expects() -> None:
    published = json.loads((PUBLISHED / "waltham-forest-2024.json").read_text())
    judgements = published["judgements"] | {"1.1": "Inadequate"}

    table = table_of(published | {"judgements": judgements})

    assert "as guidance, which expects 'Inadequate'" in line(table, "1.1")


def test_the_table_says_what_is_missing() -> None:
    questions = {k: v for k, v in TRAFFORD["key_questions"].items() if k != "2.3.3"}

    so_far = table_of(TRAFFORD | {"key_questions": questions})
    unscored = table_of(TRAFFORD | {"judgements": {}})

    assert line(so_far, "2.3").endswith("provisional")
    assert line(so_far, "2.3.3") == "2.3.3 not rated"
    assert so_far.endswith("20 of 36 so far, while answers are missing\n")
    assert line(unscored, "1.2").endswith("has not judged it yet; provisional")
    assert "Overall: not rated, because 1.1, 1.2, 1.3 and 1.4 are not" in unscored


def test_the_table_of_counts_rates_nothing() -> None:
    table = table_of(json.loads((PUBLISHED / "west-london-sqs-2016.json").read_text()))

    assert line(table, "1.4") == "1.4 32 of 33 97% not rated"
    assert table.endswith("because the framework gives no overall rating\n")


def test_a_rating_without_a_score_is_printed_alone() -> None:
    judgements = dict.fromkeys("12345", "Good")
    facts = framework("cqc-adult-social-care").facts
    inspection = {
        "framework": "cqc-adult-social-care",
        "judgements": judgements,
        "facts": dict.fromkeys(facts, False),
    }

    assert table_of(inspection).endswith("\nOverall: Good\n")


@pytest.mark.parametrize("more", [[], ["--explain", "--json"]])
def test_a_full_disk_behind_the_output_is_one_sentence(
    tmp_path: Path, more: list[str]
) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"framework": "youth-2020", "judgements": {"1.1": "Good"}}')
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-m", "service", "rate", str(file), *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("adjudge: no-output: ")
