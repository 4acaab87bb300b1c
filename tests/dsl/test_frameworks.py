"""The packaged frameworks: what the published rules came to."""

from datetime import date

import pytest

from dsl.evaluate import evaluate
from dsl.evidence import Evidence
from dsl.framework import (
    OVERALL,
    CountsOnly,
    Judgement,
    Lowest,
    NoFieldwork,
    Percentage,
    Total,
)
from dsl.load import load
from dsl.packaged import packaged, packaged_ids, packaged_source
from dsl.say import method
from tests.dsl.framework_of import framework

IDS = (
    "adult-pdu-2023",
    "care-inspectorate-care-homes",
    "cqc-adult-social-care",
    "cqc-local-authority-2023",
    "ofsted-childrens-homes",
    "sqs-2012",
    "youth-2018",
    "youth-2020",
    "youth-2021",
)


def test_nine_frameworks_are_packaged() -> None:
    assert packaged_ids() == IDS


@pytest.mark.parametrize("id_", IDS)
def test_a_packaged_framework_loads_without_even_a_note(id_: str) -> None:
    assert packaged(id_).diagnostics == ()
    assert framework(id_).id == id_
    assert packaged(id_).tests


@pytest.mark.parametrize("id_", IDS)
def test_a_source_is_found_by_id_and_by_name(id_: str) -> None:
    file = packaged_source(id_)

    assert file is not None
    assert packaged_source(framework(id_).name) == file
    assert packaged_source("youth-1908") is None


@pytest.mark.parametrize("id_", IDS)
def test_every_part_has_one_rate(id_: str) -> None:
    rules = framework(id_)

    assert set(rules.rates) - {OVERALL} == {*rules.questions, *rules.standards}


def test_the_2018_rules_are_as_published() -> None:
    rules = framework("youth-2018")

    assert [len(rules.domains), len(rules.standards)] == [3, 12]
    assert sum(len(question.prompts) for question in rules.questions.values()) == 93
    assert rules.rates["1.1"].method == Judgement("the lead inspector")
    assert rules.rates["2.1.1"].method == Percentage("Yes", "share of cases")
    assert rules.rates["1.1.1"].method == CountsOnly()
    assert rules.rates["2.2"].method == Lowest(
        ("2.2.1", "2.2.2", "2.2.3"), leaving_out=True
    )
    assert rules.rates[OVERALL].method == Total(
        tuple(rules.standards), in_proportion=True, banding="overall score"
    )
    assert rules.discretion == {}


def test_a_case_answers_only_questions_of_the_domains_its_sample_feeds() -> None:
    rules = framework("youth-2018")

    assert rules.samples["court disposals"].domains == ("2",)
    assert rules.questions["2.1.1"].asked_of_cases
    assert not rules.questions["1.1.1"].asked_of_cases


def test_samples_share_no_disposal_and_leave_none_out() -> None:
    rules = framework("youth-2018")

    drawn = [
        value
        for sample in rules.samples.values()
        for test in sample.where
        for value in test.values
    ]

    assert sorted(drawn) == sorted(rules.facts["disposal"].values)


def test_the_2020_rules_declare_the_months_without_inspections() -> None:
    assert framework("youth-2020").no_fieldwork == (
        NoFieldwork(
            date(2020, 4, 1),
            date(2020, 8, 31),
            "inspection stopped when the pandemic began",
        ),
    )


def test_replaced_discretion_does_not_reach_the_judged_standard() -> None:
    assert "3.4" in framework("youth-2020").discretion
    assert list(framework("youth-2021").discretion) == [
        *("2.1", "2.2", "2.3", "2.4"),
        *("3.1", "3.2", "3.3"),
    ]


def test_resettlement_is_rated_and_not_scored() -> None:
    rules = framework("youth-2021")
    overall = rules.rates[OVERALL].method

    assert rules.rates["4.1"].method == Judgement("the lead inspector")
    assert isinstance(overall, Total)
    assert "4.1" not in overall.of
    assert rules.samples["resettlement"].domains == ("4",)
    assert not rules.questions["4.1.1"].asked_of_cases


def test_one_sample_of_a_short_screening_feeds_all_four_themes() -> None:
    rules = framework("sqs-2012")

    assert [sample.domains for sample in rules.samples.values()] == [
        ("1", "2", "3", "4")
    ]
    assert OVERALL not in rules.rates


def test_every_number_of_a_foreign_framework_has_a_source_or_an_assumption() -> None:
    for id_ in IDS[:5]:
        rules = framework(id_)
        ratings = rules.ratings_rule
        assert ratings is not None
        blocks = (
            ratings,
            *(each.rule for each in rules.rates.values()),
            *(each.rule for each in rules.bandings.values()),
            *(each.rule for each in rules.caps),
        )

        assert all(block.sources or block.assumes for block in blocks)


def test_a_limiting_judgement_lowers_what_inspectors_judge() -> None:
    rules = framework("ofsted-childrens-homes")

    assert rules.rates[OVERALL].method == Judgement("the inspector")
    assert [cap.at for cap in rules.caps] == [
        "Inadequate",
        "Requires improvement to be good",
    ]
    assert rules.guidance[OVERALL].needs_reason


def test_nine_scores_are_rated_by_their_share_and_said_so() -> None:
    rules = framework("cqc-local-authority-2023")
    nine = dict.fromkeys(rules.standards, "Good")
    outcome = evaluate(rules, Evidence(judgements=nine)).overall

    assert outcome is not None
    assert outcome.reason == "27 of 36 = 75%, in 63 to 87"
    assert "as a percentage of the most" in method(rules, rules.rates[OVERALL].method)


def test_six_grades_make_one_of_each_key_question_and_none_overall() -> None:
    rules = framework("care-inspectorate-care-homes")

    assert [rating.score for rating in rules.ratings] == [1, 2, 3, 4, 5, 6]
    assert rules.rates["3.0"].method == Lowest(("3.1", "3.2", "3.3"), leaving_out=False)
    assert OVERALL not in rules.rates


def test_a_version_names_its_family_nearest_first() -> None:
    assert framework("youth-2021").family == ("youth-2020", "youth-2018")


def test_loading_gives_the_files_own_first() -> None:
    file = packaged_source("youth-2020")
    assert file is not None

    names = [each.name for each in load(file, packaged_source).files]

    assert names == ["youth-2020.rules", "youth-2018.rules"]
