"""`adjudge rules`: what an author of rules sees, and what a script reads."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsl import packaged_ids, packaged_source
from dsl.diagnostic_codes import DIAGNOSTIC_CODES
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings

SURROUNDINGS = Surroundings(
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    new_id=lambda: "id",
    environment={"NO_COLOR": "1"},
)


@pytest.fixture
def rules(tmp_path: Path) -> Callable[..., Path]:
    """Writes a copy of a packaged text, with some of its words replaced."""

    def write(id_: str, *, name: str = "try.rules", **changed: str) -> Path:
        source = packaged_source(id_)
        assert source is not None
        text = source.text
        for words, others in zip(
            changed["replace"].split("|"), changed["by"].split("|"), strict=True
        ):
            assert words in text
            text = text.replace(words, others, 1)
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize("verb", ["check", "test"])
def test_the_packaged_frameworks_have_no_mistakes_and_their_tests_pass(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["rules", verb, "--json"], SURROUNDINGS)

    files = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [each["framework"] for each in files] == [*packaged_ids()]
    if verb == "test":
        assert all(case["passed"] for each in files for case in each["tests"])


def test_a_mistake_is_shown_with_its_line_its_words_and_a_way_out(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules("youth-2018", replace="is 'Requires improvement'", by="is Requires")

    code = run(["rules", "check", str(file)], SURROUNDINGS)

    shown = capsys.readouterr().out
    assert code == 1
    assert "try.rules, line " in shown
    assert "^^^" in shown
    assert "mistake" in shown.splitlines()[-1]


def test_all_mistakes_of_a_file_come_in_one_run(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules(
        "youth-2018",
        replace="is 'Requires improvement'|80 or more",
        by="is Requires|81 or more",
    )

    code = run(["rules", "check", str(file), "--json"], SURROUNDINGS)

    (file_said,) = json.loads(capsys.readouterr().out)
    lines = {found["line"] for found in file_said["diagnostics"]}
    assert code == 1
    assert len(lines) > 1


@pytest.mark.parametrize("verb", ["check", "test"])
def test_a_failing_test_shows_expected_beside_actual_with_the_reason(
    verb: str, rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules("youth-2020", replace="score is 20 of 36", by="score is 21 of 36")

    code = run(["rules", verb, str(file)], SURROUNDINGS)

    shown = capsys.readouterr().out
    assert code == 1
    assert "21" in shown
    assert "20" in shown
    assert "^^^" in shown


def test_tests_cannot_run_where_the_rules_have_mistakes(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules("youth-2020", replace="discretion for", by="discretin for")

    code = run(["rules", "test", str(file)], SURROUNDINGS)

    assert code == 1
    assert "cannot run until this is mended" in capsys.readouterr().out


def test_a_file_may_be_based_on_one_beside_it(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rules(
        "youth-2018",
        name="ours.rules",
        replace='framework "Youth 2018"',
        by='framework "Ours"',
    )
    file = rules("youth-2020", replace='based on "Youth 2018"', by='based on "Ours"')

    code = run(["rules", "check", str(file)], SURROUNDINGS)

    assert (code, capsys.readouterr().out) == (0, "try.rules: no mistakes\n")


@pytest.mark.parametrize(
    ("there", "asked", "meant"),
    [
        ("play-areas.rules", "play-areas", "play-areas.rules"),
        ("play-areas.rules", "play-area.rules", "play-areas.rules"),
        ("play.rules.txt", "play.rules", "play.rules.txt"),
        ("notes.txt", "nots.txt", None),
    ],
)
def test_a_file_of_nearly_that_name_is_offered(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    there: str,
    asked: str,
    meant: str | None,
) -> None:
    (tmp_path / there).write_text('framework "Play areas"\n')

    code = run(["rules", "check", str(tmp_path / asked)], SURROUNDINGS)

    said = capsys.readouterr().err
    assert code == 2
    assert (f"did you mean `{tmp_path / str(meant)}`?" in said) is (meant is not None)


def test_a_framework_of_nearly_that_name_is_offered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rules", "check", "youth-2019"], SURROUNDINGS) == 2
    assert "did you mean `youth-20" in capsys.readouterr().err


def test_what_is_neither_a_file_nor_packaged_gets_the_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["rules", "check", "leisure"], SURROUNDINGS)

    assert code == 2
    assert capsys.readouterr().err == (
        "adjudge: no-such-rules: `leisure` is neither a file nor a packaged "
        f"framework; name a .rules file or one of {', '.join(packaged_ids())}\n"
    )


def test_a_file_of_another_encoding_gets_a_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "try.rules"
    file.write_bytes(b"framework \xff")

    code = run(["rules", "check", str(file)], SURROUNDINGS)

    assert code == 1
    told = capsys.readouterr().out
    assert told.startswith(
        "try.rules, line 1: a letter stands here that is not saved as UTF-8\n"
    )
    assert "Save it again as plain text in UTF-8." in told


def test_a_neighbour_of_another_encoding_is_passed_over(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules("youth-2020", replace="score is 20 of 36", by="score is 20 of 36")
    (file.parent / "a.rules").write_bytes('framework "Youth 2018"'.encode("utf-16"))

    code = run(["rules", "check", str(file)], SURROUNDINGS)

    assert (code, capsys.readouterr().out) == (0, "try.rules: no mistakes\n")


@pytest.mark.parametrize("command", ["check", "test", "format"])
def test_of_a_folder_one_unreadable_file_keeps_no_other_from_its_turn(
    command: str,
    rules: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = rules("sqs-2012", replace="counts only", by="counts only")
    (file.parent / "a.rules").write_bytes(b'framework "\xe9"\n')
    (file.parent / "b.rules").write_bytes('framework "b"'.encode("utf-16"))
    (file.parent / "c.rules").mkdir()
    before = file.read_bytes()

    code = run(["rules", command, str(file.parent)], SURROUNDINGS)

    told = capsys.readouterr().out
    assert code == 1
    assert told.count("Save it again as plain text in UTF-8.") == 2
    assert "try.rules: " in told
    assert file.read_bytes() == before
    assert (file.parent / "a.rules").read_bytes() == b'framework "\xe9"\n'


def test_a_folder_without_rule_files_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["rules", "check", str(tmp_path)], SURROUNDINGS)

    assert code == 2
    assert capsys.readouterr().err == (
        f"adjudge: no-such-rules: there is no rule file in `{tmp_path}`; "
        "name a folder with .rules files in it\n"
    )


def test_a_version_beside_another_of_its_family_may_not_share_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, day in (("one", "1 May 2021"), ("two", "1 June 2021")):
        (tmp_path / f"{name}.rules").write_text(
            f'framework "{name}"\n  based on "Youth 2018"\n'
            f"  applies to fieldwork from {day} until 1 July 2021\n"
            '  no fieldwork from 1 April 2020 until 31 May 2021 because "none"\n'
        )

    code = run(["rules", "check", str(tmp_path / "two.rules")], SURROUNDINGS)

    told = capsys.readouterr().out
    assert code == 1
    assert "line 3: `Youth 2020` in youth-2020.rules, of the same family" in told
    assert "line 3: `one` in one.rules, of the same family, applies on a day" in told
    assert "adjudge rules why dates-overlap" in told


def test_a_file_that_cannot_be_read_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "try.rules"
    file.symlink_to("/proc/self/mem")  # a file that even root cannot read

    code = run(["rules", "check", str(file)], SURROUNDINGS)

    assert code == 2
    assert capsys.readouterr().err.startswith("adjudge: unreadable: ")


def test_a_check_names_the_pages_of_its_mistakes(
    rules: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = rules("youth-2020", replace="discretion for", by="discretin for")

    run(["rules", "check", str(file)], SURROUNDINGS)

    shown = capsys.readouterr().out
    assert "why, and what to write: adjudge rules why misspelt\n" in shown


def test_a_page_says_what_to_write_instead(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["rules", "why", "band-gap", "tab"], SURROUNDINGS)

    shown = capsys.readouterr().out
    assert code == 0
    assert shown.startswith("band-gap\n\nNo band covers a number. ")
    assert "write\n\n      65 to 79    is 'Good'\n\ntab\n" in shown


def test_all_codes_are_listed_where_none_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["rules", "why"], SURROUNDINGS)
    listed = capsys.readouterr().out.splitlines()
    run(["rules", "why", "--json"], SURROUNDINGS)
    described = json.loads(capsys.readouterr().out)

    assert [line.split()[0] for line in listed] == [*DIAGNOSTIC_CODES]
    assert [each["code"] for each in described] == [*DIAGNOSTIC_CODES]


@pytest.mark.parametrize(
    ("code", "way_out"),
    [("band-gaps", "did you mean `band-gap`"), ("xyz", "`adjudge rules why` lists")],
)
def test_an_unknown_code_gets_one_sentence(
    code: str, way_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rules", "why", code], SURROUNDINGS) == 2
    assert way_out in capsys.readouterr().err
