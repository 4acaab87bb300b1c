"""The tools of rule authors: each does what it says, or nothing, and says which."""

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from dsl import load, packaged, packaged_ids, packaged_source
from dsl.author import pin as pinning
from dsl.source import SourceFile
from service.command_line.adjudge import run
from service.command_line.rules import format as rules_format
from service.command_line.surroundings import Surroundings

SURROUNDINGS = Surroundings(
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    new_id=lambda: "id",
    environment={"NO_COLOR": "1"},
)
FALLING = """framework "Falling"

ratings
  'Poor'  scores 0
  'Fine'  scores 1

fact "seen before" of the service is one of "often", "never"

standard 1 "One"
standard 2 "Two"

rate standards 1 and 2 by judgement
rate overall by the first rule that applies
  'Fine'  when 1 or fewer of the standards are 'Fine'
  'Poor'  when all of the standards are 'Fine'

cap overall at 'Poor' when "seen before" is "never"
"""
FAULTY = 'framework "Faulty"\n\nratings\n  Poor scores 0\n  Fine scores 1\n'

Asked = tuple[int, str, str]


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Asked]:
    """Runs `adjudge rules …` in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def asked(*arguments: str) -> Asked:
        code = run(["rules", *arguments], SURROUNDINGS)
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def _write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_bytes(text.encode())
    return path


def _text(id_: str) -> str:
    source = packaged_source(id_)
    assert source is not None
    return source.text


@pytest.mark.parametrize(
    "arguments",
    [
        ("flatten", "nope"),
        ("format", "nope"),
        ("diff", "youth-2018", "nope"),
        ("pin", "nope"),
        ("prove", "nope"),
        ("explain", "nope"),
        ("explain", "youth-2021", "9.9"),
        ("explain", "cqc-adult-social-care", "11.1"),
        ("new", 'a "b"'),
        ("new", "Youth 2018"),
        ("test", "youth-2020", "--junit", "no/such/folder.xml"),
    ],
)
def test_a_wrong_call_gets_one_sentence_and_leaves_nothing(
    arguments: tuple[str, ...], ask: Callable[..., Asked]
) -> None:
    code, out, err = ask(*arguments)

    assert code == 2
    assert out == ""
    assert err.startswith("adjudge: ")
    assert err.count("\n") == 1
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [("flatten",), ("diff", "youth-2018"), ("pin",), ("prove",), ("explain",)],
)
def test_a_file_with_mistakes_gets_its_first_one(
    arguments: tuple[str, ...], ask: Callable[..., Asked]
) -> None:
    _write("faulty.rules", FAULTY)

    code, _, err = ask(*arguments, "faulty.rules")

    assert code == 1
    assert err == (
        "adjudge: faulty-rules: `faulty.rules` has 2 mistakes: `Poor` needs quotes"
        " (faulty.rules, line 4); see `adjudge rules check faulty.rules`\n"
    )


# ---- format


def test_format_checks_without_a_change_and_tidies_when_asked(
    ask: Callable[..., Asked],
) -> None:
    path = _write(
        "falling.rules", FALLING.replace("  'Poor'  scores", "\t'Poor' scores")
    )
    path.chmod(0o640)

    code, out, _ = ask("format", "--check", "falling.rules")
    assert (code, out) == (1, "falling.rules: not tidy\n")
    assert "\t" in path.read_text(encoding="utf-8")

    code, out, _ = ask("format", "falling.rules")
    assert (code, out) == (0, "falling.rules: tidied\n")
    assert path.read_text(encoding="utf-8") == FALLING
    assert stat.S_IMODE(path.stat().st_mode) == 0o640

    code, out, _ = ask("format", "falling.rules", "--json")
    assert code == 0
    assert json.loads(out) == [
        {"file": "falling.rules", "changed": False, "written": False, "diagnostics": []}
    ]


@pytest.mark.parametrize("opening", ["\ufeff", "\r\n"])
def test_marks_and_line_ends_of_other_systems_are_tidied_away(
    opening: str, ask: Callable[..., Asked]
) -> None:
    text = opening + FALLING if opening == "\ufeff" else FALLING.replace("\n", opening)
    path = _write("falling.rules", text)

    code, _, _ = ask("format", "falling.rules")

    assert code == 0
    assert path.read_bytes() == FALLING.encode()


def test_format_writes_nothing_where_one_file_cannot_be_read(
    ask: Callable[..., Asked],
) -> None:
    untidy = _write("falling.rules", FALLING + "\n\n\n")
    _write("faulty.rules", FAULTY)

    code, out, _ = ask("format", "falling.rules", "faulty.rules")

    assert code == 1
    assert "`Poor` needs quotes" in out
    assert "faulty.rules: left alone until this is mended" in out
    assert untidy.read_text(encoding="utf-8") == FALLING + "\n\n\n"


def test_the_packaged_files_are_tidy(ask: Callable[..., Asked]) -> None:
    code, out, _ = ask("format", "--check", "--json")

    assert code == 0
    assert not any(each["changed"] for each in json.loads(out))


def test_a_packaged_file_is_never_rewritten(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_format, "layout", lambda file: file.text + "\n")

    code, _, err = ask("format", "youth-2020")

    assert code == 2
    assert err.startswith("adjudge: packaged: `youth-2020` comes with the service")


def test_a_layout_that_would_lose_a_word_is_not_written(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write("falling.rules", FALLING)
    monkeypatch.setattr(rules_format, "layout", lambda file: file.text[:-20])

    code, _, err = ask("format", "falling.rules")

    assert code == 1
    assert err.startswith("adjudge: not-the-same: ")
    assert path.read_text(encoding="utf-8") == FALLING


def test_a_file_that_cannot_be_written_stays_as_it_is(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write("falling.rules", FALLING + "\n\n")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = ask("format", "falling.rules")

    assert code == 2
    assert err.startswith("adjudge: unwritable: `falling.rules` cannot be written")
    assert path.read_text(encoding="utf-8") == FALLING + "\n\n"
    assert list(Path().iterdir()) == [path]


# ---- flatten, diff


@pytest.mark.parametrize("id_", packaged_ids())
def test_what_flatten_prints_has_the_hash_it_names(
    id_: str, ask: Callable[..., Asked]
) -> None:
    _, text, _ = ask("flatten", id_)
    _, described, _ = ask("flatten", id_, "--json")

    whole = json.loads(described)
    again = load(SourceFile(f"{id_}.rules", text), packaged_source).framework
    assert again is not None
    assert whole == {"framework": id_, "hash": again.hash, "text": text}


def test_diff_names_both_places(ask: Callable[..., Asked]) -> None:
    code, out, _ = ask("diff", "youth-2020", "youth-2021")

    assert code == 0
    assert (
        "standard 3.4: title now “Out-of-court disposal policy and provision” instead"
        f" of “Joint working”  [youth-2018.rules, line {_line_of_3_4('youth-2018')} →"
        f" youth-2021.rules, line {_line_of_3_4('youth-2021')}]\n"
    ) in out


def _line_of_3_4(id_: str) -> int:
    framework = packaged(id_).framework
    assert framework is not None
    return framework.standards["3.4"].rule.line


def test_diff_says_when_only_words_changed(ask: Callable[..., Asked]) -> None:
    _write("ours.rules", _text("youth-2018").replace("# ---- Domain", "# Domain"))

    code, out, _ = ask("diff", "youth-2018", "ours.rules")
    _, described, _ = ask("diff", "youth-2018", "ours.rules", "--json")

    assert (code, out) == (0, "ours.rules means the same as youth-2018\n")
    assert json.loads(described)["same"] is True


def test_diff_as_json_lists_each_change(ask: Callable[..., Asked]) -> None:
    _, out, _ = ask("diff", "youth-2018", "youth-2020", "--json")

    report = json.loads(out)
    new = next(each for each in report["changes"] if each["about"] == "discretion")
    assert report["same"] is False
    assert new["kind"] == "added"
    assert new["before"] is None
    assert new["after"]["file"] == "youth-2020.rules"
    assert new["subjects"][:2] == ["2.1", "2.2"]


# ---- new


def test_new_writes_a_framework_that_checks_clean_and_passes(
    ask: Callable[..., Asked],
) -> None:
    code, out, _ = ask("new", "Fostering 2027")

    assert code == 0
    assert out == (
        "wrote fostering-2027.rules; next: adjudge rules check fostering-2027.rules\n"
    )
    for verb in ("check", "test", "format", "prove", "pin", "explain"):
        assert ask(verb, "fostering-2027.rules")[0] == 0


def test_new_never_touches_a_file_that_is_there(ask: Callable[..., Asked]) -> None:
    path = _write("ours.rules", "mine\n")

    code, _, err = ask("new", "Ours", "--json")

    assert code == 2
    assert (
        err
        == "adjudge: file-exists: `ours.rules` is there already; choose another name\n"
    )
    assert path.read_text(encoding="utf-8") == "mine\n"
    assert json.loads(ask("new", "Ours two", "--json")[1]) == {
        "file": "ours-two.rules",
        "framework": "ours-two",
    }


def test_new_says_when_it_cannot_write(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "open", full)

    code, _, err = ask("new", "Ours")

    assert code == 2
    assert err.startswith("adjudge: unwritable: `ours.rules` cannot be written")


# ---- explain


@pytest.mark.parametrize(
    ("arguments", "opening"),
    [
        ((), "# Youth 2021\n"),
        (("--markdown",), "# Youth 2021\n"),
        (("--html",), "<!DOCTYPE html>\n"),
        (("1.1",), "# 1.1 Governance and leadership: Youth 2021\n"),
        (("overall", "--html"), "<!DOCTYPE html>\n"),
    ],
)
def test_explain_prints_a_page(
    arguments: tuple[str, ...], opening: str, ask: Callable[..., Asked]
) -> None:
    code, out, _ = ask("explain", "youth-2021", *arguments)

    assert code == 0
    assert out.startswith(opening)


def test_explain_as_json_gives_the_blocks(ask: Callable[..., Asked]) -> None:
    _, out, _ = ask("explain", "youth-2021", "--json")

    first, *rest = json.loads(out)
    assert first == {"kind": "heading", "level": 1, "text": "Youth 2021"}
    assert {each["kind"] for each in rest} == {
        "heading",
        "paragraph",
        "bullets",
        "table",
    }


# ---- pin


def test_pin_lists_what_no_test_depends_on_with_its_line(
    ask: Callable[..., Asked],
) -> None:
    code, out, _ = ask("pin", "youth-2020")

    lines = out.splitlines()
    assert code == 0
    assert lines[0] == (
        "youth-2020.rules: 8 nudges; a test notices 1, a check refuses 0,"
        " nothing notices 7"
    )
    assert "    within 4 points instead of 5" in lines
    assert "  no test can depend on these: tests give counts, not cases" in lines


def test_pin_tries_what_a_version_inherits_where_that_is_asked(
    ask: Callable[..., Asked],
) -> None:
    for id_, name in (("youth-2018", "youth-2018"), ("youth-2020", "late")):
        source = packaged_source(id_)
        assert source is not None
        _write(f"{name}.rules", f"{source.text}# ours\n")

    code, out, _ = ask("pin", "late.rules", "--inherited")
    packaged_code, packaged_out, _ = ask("pin", "youth-2020", "--inherited")

    heads = [line.split(":")[0] for line in out.splitlines() if line[0] != " "]
    assert (code, packaged_code) == (0, 0)
    assert heads == ["late.rules", "youth-2018.rules"]
    assert "youth-2018.rules: 34 nudges; a test notices 5" in packaged_out


def test_pin_as_json_names_what_holds_each_number(ask: Callable[..., Asked]) -> None:
    _, out, _ = ask("pin", "--json")

    held = {
        (file["file"], each["change"]): (each["held_by"], each["names"])
        for file in json.loads(out)
        for each in file["nudges"]
    }
    edge = held["youth-2018.rules", "'Good' from 66 instead of 65"]
    assert edge == ("test", ["Brent 2019"])


def test_pin_runs_the_tests_of_versions_beside_the_file(
    ask: Callable[..., Asked],
) -> None:
    _write("base.rules", _text("youth-2018").replace('"Youth 2018"', '"Base"'))
    _write("next.rules", _text("youth-2020").replace('"Youth 2018"', '"Base"'))
    _write("other.rules", FALLING)

    _, out, _ = ask("pin", "base.rules", "--json")

    (file,) = json.loads(out)
    names = {name for each in file["nudges"] for name in each["names"]}
    assert "Trafford 2021" in names


def test_pin_needs_tests_that_pass(ask: Callable[..., Asked]) -> None:
    text = _text("youth-2020").replace("score is 20 of 36", "score is 21 of 36")
    _write("ours.rules", text)

    code, _, err = ask("pin", "ours.rules")

    assert code == 1
    assert err.startswith(
        "adjudge: test-failed: test “Trafford 2021” of ours.rules fails as it is"
    )


def test_pin_is_bounded(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "LIMIT", 3)

    code, _, err = ask("pin", "youth-2018")

    assert code == 1
    assert err.startswith("adjudge: too-many-runs: `youth-2018` would need more than")


# ---- prove


def test_prove_holds_for_the_packaged_frameworks(ask: Callable[..., Asked]) -> None:
    code, out, _ = ask("prove")

    assert code == 0
    assert (
        out.count("monotone holds")
        == out.count("reachable holds")
        == len(packaged_ids())
    )


def test_prove_shows_an_inspection_that_can_be_pasted_into_a_test(
    ask: Callable[..., Asked],
) -> None:
    path = _write("falling.rules", FALLING)

    code, out, _ = ask("prove", "falling.rules")

    assert code == 1
    assert "falling: monotone fails" in out
    assert "(falling.rules, line 13)" in out
    better = out.partition("'Poor', given\n")[2].splitlines()
    given = "\n".join(better[: better.index('      "seen before" is "often"') + 1])
    path.write_text(
        f'{FALLING}\ntest "shown"\n  given\n{given}\n  expect\n   '
        " overall is 'Poor'\n",
        encoding="utf-8",
    )
    assert ask("test", "falling.rules")[0] == 0


def test_prove_as_json_has_the_verdicts_and_the_inspections(
    ask: Callable[..., Asked],
) -> None:
    _write("falling.rules", FALLING)

    code, out, _ = ask("prove", "falling.rules", "--json")

    (proof,) = json.loads(out)
    (finding,) = proof["findings"]
    assert code == 1
    assert (proof["monotone"], proof["reachable"]) == ("fails", "holds")
    assert [each["rating"] for each in finding["inspections"]] == ["Fine", "Poor"]
    assert finding["line"] == 13


# ---- test


def test_test_shows_what_no_test_reaches(ask: Callable[..., Asked]) -> None:
    code, out, _ = ask("test", "youth-2020", "--coverage")

    assert code == 0
    assert "  12 of 15 bands, rows and rules reached\n" in out
    assert "no test reaches 'Inadequate' from 0 to 6 in banding “overall score”" in out


def test_test_as_json_has_the_coverage(ask: Callable[..., Asked]) -> None:
    _, out, _ = ask("test", "youth-2020", "--json")

    (file,) = json.loads(out)
    reached = [each for each in file["coverage"] if each["tests"]]
    assert len(file["coverage"]) == 15
    assert all(each["tests"] == ["Trafford 2021"] for each in reached)


def test_test_writes_junit_for_passed_failed_and_broken_files(
    ask: Callable[..., Asked],
) -> None:
    _write("ours.rules", _text("youth-2020").replace("20 of 36", "21 of 36"))
    _write("faulty.rules", FAULTY)

    code, _, _ = ask(
        "test", "youth-2018", "ours.rules", "faulty.rules", "--junit", "report.xml"
    )

    suites = parse("report.xml").getroot()  # noqa: S314 - our own report
    counts = [
        (each.get("name"), each.get("tests"), each.get("failures"), each.get("errors"))
        for each in suites
    ]
    assert code == 1
    assert counts == [
        ("youth-2018.rules", "2", "0", "0"),
        ("ours.rules", "1", "1", "0"),
        ("faulty.rules", "1", "0", "1"),
    ]
    failure = suites.find("testsuite/testcase/failure")
    assert failure is not None
    assert "expected the score to be 21" in (failure.get("message") or "")
    assert "^^^" in (failure.text or "")
