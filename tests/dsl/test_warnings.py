"""A second look at answers of one case, where the rules ask for one."""

from collections.abc import Mapping

import pytest

from dsl import CaseAnswers, Sign, load, packaged_source, warnings
from dsl.author.diff import diff
from dsl.framework import Framework
from dsl.source import SourceFile
from tests.dsl.framework_of import framework

RULES = """\
framework "Try"

ratings
  'Poor' scores 0
  'Good' scores 1

answers
  'Yes' is sufficient
  'No' is not sufficient
  'Not applicable' is left out

fact "risk" of a case is yes or no
group "risky" is cases where "risk" is yes

domain 1 "Leadership"
standard 1.1 "Governance"
domain 2 "Court"
standard 2.1 "Assessment"
question 2.1.1 "Is it good?"
  prompt a "Is it whole?"
  prompt b "Is it true?"
  prompt c "Is it new?"
  prompt d "Are others heard?" where applicable
question 2.1.2 "Is it safe?" for group "risky"
  prompt a "Is harm thought of?"
question 2.1.3 "Is it checked?" not asked of cases
domain 3 "Out of court"
standard 3.1 "Assessment"
question 3.1.1 "Is it good?"

sample "court" for domain 2
  assumes "made up"
sample "others" for domain 3
  assumes "made up"

banding "share" of whole percentages, halves rounded up
  below 50    is 'Poor'
  50 or more  is 'Good'
  assumes "made up"

rate questions in domains 2 and 3 except 2.1.3
    by the percentage of relevant cases answered 'Yes' using banding "share"
  assumes "made up"
rate question 2.1.3 by counts only
  assumes "made up"
rate standards in domains 2 and 3 by counts only
  assumes "made up"
rate standard 1.1 by judgement
  assumes "made up"

"""
ALL = """\
warning for questions in domains 2 and 3
  when more than half of their prompts speak against the answer
    or when a relevant answer is missing
    or when the answer changed more than 2 days after the case was submitted
  assumes "made up"
"""


def _framework(text: str = ALL) -> Framework:
    loaded = load(SourceFile("try.rules", RULES + text), packaged_source)
    assert loaded.framework is not None, loaded.diagnostics
    return loaded.framework


def _against(many: str) -> str:
    return f"""\
warning for question 2.1.1 when {many} of their prompts speak against the answer
  assumes "made up"
"""


def _case(answers: Mapping[str, str], **more: object) -> CaseAnswers:
    return CaseAnswers("court", answers, {"risk": "yes"}, **more)  # type: ignore[arg-type] # as named


def _told(framework: Framework, case: CaseAnswers) -> list[tuple[str, Sign]]:
    return [(each.part, each.sign) for each in warnings(framework, case)]


@pytest.mark.parametrize(
    ("many", "prompts", "warned"),
    [
        ("more than half", "No No", True),
        ("more than half", "No Yes", False),  # exactly half
        ("more than half", "No No Yes", True),
        ("more than half", "", False),
        ("all", "No No No", True),
        ("all", "No No Yes", False),
        ("all", "", False),
        ("2 or more", "No Yes No", True),
        ("2 or more", "No Yes Yes", False),
        ("0 or more", "Yes", False),  # none speaks against it
    ],
)
def test_prompts_that_speak_against_an_answer_are_counted(
    many: str, prompts: str, *, warned: bool
) -> None:
    answers = {
        f"2.1.1.{letter}": answer
        for letter, answer in zip("abc", prompts.split(), strict=False)
    }

    told = _told(_framework(_against(many)), _case({"2.1.1": "Yes", **answers}))

    assert told == ([("2.1.1", Sign.AGAINST_PROMPTS)] if warned else [])


def test_the_sentence_names_the_prompts_and_rests_on_its_rule() -> None:
    case = _case({"2.1.1": "No", "2.1.1.a": "Yes", "2.1.1.b": "No", "2.1.1.c": "Yes"})

    (found,) = warnings(_framework(), case)

    assert found.sentence == (
        "`2.1.1` is answered 'No', and 2 of its 3 answered prompts speak against that:"
        " `2.1.1.a` and `2.1.1.c`"
    )
    assert found.rule.assumes == ("made up",)


@pytest.mark.parametrize(
    "answers",
    [
        {"2.1.1.a": "No"},  # the question itself is open
        {"2.1.1": "Not applicable", "2.1.1.a": "No"},
        {"2.1.1": "Yes", "2.1.1.a": "Not applicable"},
    ],
)
def test_what_is_open_or_left_out_speaks_for_nothing(
    answers: Mapping[str, str],
) -> None:
    assert _told(_framework(_against("all")), _case(answers)) == []


def test_missing_answers_are_told_once_a_case_is_submitted() -> None:
    answers = {"2.1.1": "Yes", "2.1.1.a": "Yes", "2.1.1.b": "Yes", "2.1.2": "No"}

    before = _told(_framework(), _case(answers))
    after = warnings(_framework(), _case(answers, submitted=True))

    assert before == []
    assert [(each.part, each.sign) for each in after] == [
        ("2.1.1.c", Sign.MISSING_ANSWER),  # `d` only sometimes applies
        ("2.1.2.a", Sign.MISSING_ANSWER),
    ]
    assert after[0].sentence == "`2.1.1.c` is relevant to this case and is not answered"


@pytest.mark.parametrize("facts", [{"risk": "no"}, {}])
def test_a_question_that_may_not_be_relevant_is_passed_over(
    facts: Mapping[str, str],
) -> None:
    case = CaseAnswers("court", {}, facts, submitted=True)

    parts = {part for part, _ in _told(_framework(), case)}

    assert parts == {"2.1.1", "2.1.1.a", "2.1.1.b", "2.1.1.c"}


@pytest.mark.parametrize(("days", "warned"), [(2, False), (3, True)])
def test_a_late_change_is_told_after_the_days_that_are_allowed(
    days: int, *, warned: bool
) -> None:
    answers = {"2.1.1": "Yes", "2.1.2": "Yes"}
    case = _case(answers, days_late={"2.1.1": days, "2.1.2": 1})

    told = warnings(_framework(), case)

    assert [each.sentence for each in told] == (
        ["the answer to `2.1.1` changed 3 days after the case was submitted"]
        if warned
        else []
    )


def test_only_questions_of_the_cases_sample_are_looked_at() -> None:
    case = CaseAnswers("others", {}, {}, submitted=True)

    assert _told(_framework(), case) == [("3.1.1", Sign.MISSING_ANSWER)]


def test_rules_without_warnings_warn_of_nothing() -> None:
    assert warnings(_framework(""), _case({}, submitted=True)) == ()


def test_warnings_are_hashed_and_read_again_as_they_were() -> None:
    framework = _framework()

    again = load(SourceFile("try.rules", framework.canonical), packaged_source)

    assert again.framework is not None
    assert again.framework.hash == framework.hash != _framework("").hash
    assert list(again.framework.case_checks) == list(framework.case_checks)


def test_a_later_version_replaces_a_warning_and_the_difference_is_said() -> None:
    base = SourceFile("try.rules", RULES + ALL)
    late = SourceFile(
        "late.rules",
        'framework "Late"\n  based on "Try"\n\n'
        "replace warning for questions in domain 2 when a relevant answer is missing\n"
        '  assumes "made up"\n',
    )

    found = load(late, {"Try": base}.get).framework

    assert found is not None
    assert found.case_checks["2.1.1"].late_days is None
    assert "3.1.1" not in found.case_checks  # a block that is replaced goes whole
    told = [each.sentence for each in diff(_framework(), found)]
    assert "warning for question 3.1.1: no longer there" in told
    assert any(
        each.startswith("warning for questions 2.1.1 and 2.1.2: when now a relevant")
        for each in told
    )


@pytest.mark.parametrize(
    "id_", ["youth-2018", "youth-2020", "youth-2021", "adult-pdu-2023"]
)
def test_every_question_asked_of_cases_is_watched_in_the_packaged_rules(
    id_: str,
) -> None:
    rules = framework(id_)

    assert set(rules.case_checks) == {
        id_ for id_, question in rules.questions.items() if question.asked_of_cases
    }
    for part, check in rules.case_checks.items():
        assert check.missing
        assert check.late_days == 7
        assert bool(check.against) is bool(rules.questions[part].prompts)
        assert check.rule.assumes


def test_one_of_two_prompts_of_joint_working_may_be_outweighed() -> None:
    """Three cases in Trafford were answered No and Yes, and judged differently."""
    rules = framework("youth-2020")
    facts = {"disposal": "youth conditional caution"}
    answers = {"3.4.2": "Yes", "3.4.2.a": "No", "3.4.2.b": "Yes"}

    def told(**other: str) -> list[str]:
        case = CaseAnswers("out-of-court disposals", answers | other, facts)
        return [each.part for each in warnings(rules, case)]

    assert told() == []
    assert told(**{"3.4.2.b": "No"}) == ["3.4.2"]
