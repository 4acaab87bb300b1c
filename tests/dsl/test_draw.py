"""Samples drawn from caseloads by rules: who is eligible, how many, what is missed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl import load, packaged
from dsl.framework import Framework, Rounding
from dsl.sampling.draw import Draw, Drawing, NotDrawable, Share, draw
from dsl.sampling.eligibility import Case, window
from dsl.sampling.shortfall import shortfalls
from dsl.source import SourceFile

FIELDWORK = date(2018, 12, 3)

RULES = """\
framework "Small"
ratings
  'Bad' scores 0
  'Good' scores 1
answers
  'Yes' is sufficient
  'No' is not sufficient
fact "kind" of a case is one of "court", "other", "third"
fact "sex" of a case is one of "female", "male"
domain 1 "Court"
domain 2 "Others"
question 1.1 "Is it good?"
question 2.1 "Is it good?"
rate questions in domains 1 and 2 by counts only
"""


FACT = 'fact "risk" of a case is one of "low", "high"\n'


def rules(*samples: str) -> Framework:
    file = SourceFile("small.rules", RULES + "\n".join(samples))
    loaded = load(file, lambda _: None)
    assert loaded.framework is not None, loaded.diagnostics
    return loaded.framework


def of_kind(kind: str, count: int, *, start: int = 1, **facts: str) -> list[Case]:
    return [
        Case(f"{kind}-{number}", number + 1, None, {"kind": kind, **facts})
        for number in range(start, start + count)
    ]


def drawn(
    framework: Framework, cases: list[Case], seed: str = "a seed"
) -> Mapping[str, Draw]:
    return {each.sample.name: each for each in drawing(framework, cases, seed).draws}


def drawing(framework: Framework, cases: list[Case], seed: str = "a seed") -> Drawing:
    return draw(framework, cases, fieldwork=FIELDWORK, seed=seed)


COURT = 'sample "court" for domain 1\n  is cases where "kind" is "court"\n'
OTHERS = 'sample "others" for domain 2\n  is cases where "kind" is "other"\n'
SIZED = "  sized for 80 per cent confidence and a margin of 5 points\n"


def test_a_sample_takes_its_size_from_confidence_margin_and_rounding() -> None:
    cases = of_kind("court", 37)

    up = drawn(rules(COURT + SIZED + "  size rounded up\n"), cases)
    unsaid = drawn(rules(COURT + SIZED), cases)
    nearest = drawn(rules(COURT + SIZED + "  size rounded to\n the nearest\n"), cases)

    assert len(up["court"].cases) == len(unsaid["court"].cases) == 31
    assert len(nearest["court"].cases) == 30
    assert nearest["court"].margin_tenths == 52
    assert nearest["court"].plan.because == (
        "80 per cent confidence and a margin of 5 points of 37, rounded to the nearest"
    )


def test_rounding_up_said_or_unsaid_is_the_same_framework() -> None:
    unsaid, up, nearest = (
        rules(COURT + SIZED + said)
        for said in ("", "  size rounded up\n", "  size rounded to the nearest\n")
    )

    assert unsaid.hash == up.hash != nearest.hash
    assert nearest.samples["court"].rounding is Rounding.TO_NEAREST


def test_a_sample_with_a_share_alone_follows_the_sized_ones() -> None:
    """Trafford 2021: 6 beside 8."""
    framework = rules(
        COURT + "  makes up 60 per cent of all cases\n" + SIZED,
        OTHERS + "  makes up 40 per cent of all cases\n",
    )

    found = drawn(framework, of_kind("court", 8) + of_kind("other", 20))

    assert len(found["court"].cases) == 8
    assert len(found["others"].cases) == 6
    assert found["others"].plan.because == (
        "40 to 60 beside the 8 of the other samples, rounded up"
    )
    assert found["others"].margin_tenths == 225


def test_too_few_cases_for_a_share_are_all_taken_and_it_is_said() -> None:
    framework = rules(
        COURT + "  makes up 60 per cent of all cases\n" + SIZED,
        OTHERS + "  makes up 40 per cent of all cases\n",
    )

    found = drawing(framework, of_kind("court", 8) + of_kind("other", 4))

    assert shortfalls(found)["others"] == {
        "size": "6 cases wanted and 4 eligible, all are taken"
    }


def test_a_share_beside_nothing_takes_all_and_says_so() -> None:
    framework = rules(
        COURT + "  makes up 60 per cent of all cases\n",
        OTHERS + "  makes up 40 per cent of all cases\n",
    )

    found = drawing(framework, of_kind("court", 3) + of_kind("other", 2))

    assert [len(each.cases) for each in found.draws] == [3, 2]
    assert shortfalls(found)["others"] == {
        "share": "2 of 5 cases drawn, 40 per cent, the aim is 40 per cent"
    }


def test_shares_missed_by_more_than_one_case_are_said_of_both() -> None:
    framework = rules(
        COURT + "  makes up 60 per cent of all cases\n" + SIZED,
        OTHERS + "  makes up 40 per cent of all cases\n" + SIZED,
    )

    brent = drawing(framework, of_kind("court", 34) + of_kind("other", 22))
    lopsided = drawing(framework, of_kind("court", 8) + of_kind("other", 13))

    assert [len(each.cases) for each in brent.draws] == [29, 20]
    assert shortfalls(brent) == {"court": {}, "others": {}}
    assert shortfalls(lopsided)["court"] == {
        "share": "8 of 21 cases drawn, 38 per cent, the aim is 60 per cent"
    }


def test_a_sample_without_a_size_takes_all_and_is_exact() -> None:
    found = drawn(rules(COURT), of_kind("court", 12))["court"]

    assert len(found.cases) == 12
    assert found.reserves == ()
    assert found.margin_tenths == 0
    assert found.plan.because == "the rules set no size, so all are taken"


def test_a_share_beside_samples_without_a_confidence_has_no_margin() -> None:
    framework = rules(COURT, OTHERS + "  makes up 50 per cent of all cases\n")

    found = drawn(framework, of_kind("court", 4) + of_kind("other", 9))

    assert len(found["others"].cases) == 4
    assert found["others"].margin_tenths is None


def test_no_eligible_case_is_said_and_nothing_fails() -> None:
    found = drawing(
        rules(COURT + SIZED, OTHERS + "  makes up 40 per cent of all cases\n"),
        of_kind("third", 2),
    )

    assert found.of_no_sample == 2
    assert shortfalls(found) == {
        "court": {"size": "no case of the caseload is eligible"},
        "others": {
            "size": "no case of the caseload is eligible",
            "share": "no case was drawn for any sample, the aim is 40 per cent",
        },
    }
    assert [each.margin_tenths for each in found.draws] == [None, None]


def test_a_margin_wider_than_the_aim_is_said() -> None:
    framework = rules(COURT + SIZED + "  size rounded to the nearest\n")

    found = drawing(framework, of_kind("court", 10))

    assert shortfalls(found)["court"] == {"margin": "7.1 points, the aim is 5"}


@pytest.mark.parametrize(
    ("started_on", "reason"),
    [
        (date(2018, 3, 2), "it started outside 2018-03-03 to 2018-06-03"),
        (date(2018, 3, 3), None),
        (date(2018, 6, 3), None),
        (date(2018, 6, 4), "it started outside 2018-03-03 to 2018-06-03"),
        (None, "its start is not known"),
    ],
)
def test_a_case_counts_from_the_first_to_the_last_day_of_the_window(
    started_on: date | None, reason: str | None
) -> None:
    framework = rules(COURT + "  started 6 to 9 months before fieldwork\n")

    found = drawn(framework, [Case("C-1", 2, started_on, {"kind": "court"})])["court"]

    assert [each.case for each in found.cases] == ([] if reason else ["C-1"])
    assert [(each.rows, each.reason) for each in found.left_out] == (
        [((2,), reason)] if reason else []
    )


def test_a_day_that_a_month_does_not_have_is_its_last() -> None:
    assert window((6, 18), date(2020, 8, 31)) == (date(2019, 2, 28), date(2020, 2, 29))
    assert window((1, 12), date(2020, 1, 15)) == (date(2019, 1, 15), date(2019, 12, 15))


def test_a_case_of_which_a_needed_fact_is_not_known_is_left_out_with_its_row() -> None:
    cases = [*of_kind("court", 2), Case("C-9", 9, None, {"sex": "male"})]

    found = drawing(rules(COURT), cases)

    (left_out,) = found.draws[0].left_out
    assert (left_out.case, left_out.rows) == ("C-9", (9,))
    assert left_out.reason == '"kind" is not known'
    assert found.of_no_sample == 0


def test_a_case_listed_twice_counts_once_if_both_rows_say_the_same() -> None:
    cases = [*of_kind("court", 2), Case("court-1", 7, None, {"kind": "court"})]

    found = drawing(rules(COURT), cases)

    assert len(found.draws[0].cases) == 2
    assert [(each.case, each.rows, each.reason) for each in found.left_out] == [
        ("court-1", (7,), "it is listed more than once and counted once")
    ]


def test_a_case_listed_two_ways_is_left_out() -> None:
    cases = [*of_kind("court", 2), Case("court-1", 7, None, {"kind": "other"})]

    found = drawing(rules(COURT, OTHERS), cases)

    assert [len(each.cases) for each in found.draws] == [1, 0]
    assert [(each.case, each.rows, each.reason) for each in found.left_out] == [
        ("court-1", (2, 7), "its rows do not say the same")
    ]


def test_a_case_that_two_samples_ask_for_is_of_the_first() -> None:
    everyone = 'sample "everyone" for domain 2\n'

    found = drawn(rules(COURT, everyone), of_kind("court", 1) + of_kind("other", 1))

    assert [each.case for each in found["court"].cases] == ["court-1"]
    assert [each.case for each in found["everyone"].cases] == ["other-1"]
    assert [each.reason for each in found["everyone"].left_out] == [
        'it is of the sample "court"'
    ]


def test_values_too_rare_to_be_drawn_are_said() -> None:
    framework = rules(
        COURT,
        OTHERS
        + "  makes up 10 per cent of all cases\n"
        + '  matched to the caseload on "sex"\n',
    )
    cases = of_kind("court", 9)
    cases += of_kind("other", 20, sex="male")
    cases += of_kind("other", 1, start=21, sex="female")

    found = drawing(framework, cases, seed="another seed")
    (other,) = found.draws[1].cases

    assert other.stratum == ("male",)
    assert shortfalls(found)["others"] == {
        "sex: female": "none drawn, 1 of 21 eligible"
    }


def test_a_value_a_whole_case_below_its_share_is_said() -> None:
    framework = rules(COURT + SIZED + '  matched to the caseload on "sex"\n')
    found = drawing(framework, of_kind("court", 37, sex="female"))
    shares = (
        Share("sex", "female", population=12, drawn=10, margin_tenths=None),
        Share("sex", "male", population=25, drawn=19, margin_tenths=None),
    )

    (draw,) = found.draws
    missed = shortfalls(replace(found, draws=(replace(draw, shares=shares),)))

    assert missed["court"] == {
        "sex: male": "19 drawn where 20.9 would be in proportion (25 of 37 eligible)"
    }


def test_a_later_fact_keeps_its_share_where_the_order_turns_round() -> None:
    framework = rules(
        FACT,
        COURT,
        OTHERS
        + "  makes up 50 per cent of all cases\n"
        + '  matched to the caseload on "sex", "risk"\n',
    )
    cases = of_kind("court", 12)
    for sex, risk, count in (
        ("female", "low", 7),
        ("female", "high", 5),
        ("male", "low", 7),
        ("male", "high", 5),
    ):
        cases += of_kind("other", count, start=len(cases), sex=sex, risk=risk)

    for seed in range(40):
        assert shortfalls(drawing(framework, cases, str(seed)))["others"] == {}


def test_an_unknown_value_is_a_stratum_of_its_own_and_named_with_its_rows() -> None:
    framework = rules(COURT + SIZED + '  matched to the caseload on "sex"\n')
    cases = of_kind("court", 3, sex="male") + of_kind("court", 2, start=7)

    found = drawing(framework, cases)

    assert [(each.value, each.population) for each in found.draws[0].shares] == [
        ("male", 3),
        ("not known", 2),
    ]
    assert shortfalls(found)["court"] == {
        "sex: not known": "not known of 2 cases (rows 8 and 9),"
        " matched with one another"
    }


def test_reserves_of_a_stratum_are_known_by_their_values() -> None:
    framework = rules(COURT + SIZED + '  matched to the caseload on "sex"\n')
    cases = of_kind("court", 20, sex="male")
    cases += of_kind("court", 17, start=21, sex="female")

    found = drawn(framework, cases)["court"]

    assert len(found.reserves) == 6
    assert {each.stratum for each in found.reserves} == {("male",), ("female",)}


@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_the_order_of_the_file_draws_nothing_else(rng: object, count: int) -> None:
    framework = packaged("youth-2018").framework
    assert framework is not None
    cases = _caseload(framework, count)
    shuffled = cases.copy()
    rng.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random in disguise

    one, other = drawing(framework, cases), drawing(framework, shuffled)

    assert [each.cases for each in one.draws] == [each.cases for each in other.draws]
    assert [each.reserves for each in one.draws] == [
        each.reserves for each in other.draws
    ]
    assert shortfalls(one) == shortfalls(other)


@pytest.mark.parametrize("framework_id", ["sqs-2012", "youth-2020", "youth-2021"])
def test_packaged_frameworks_draw_no_more_than_there_are(framework_id: str) -> None:
    framework = packaged(framework_id).framework
    assert framework is not None

    for each in drawing(framework, _caseload(framework, 200)).draws:
        assert len(each.cases) == min(each.plan.size, each.population)
        assert len(each.cases) + len(each.reserves) == each.population


def test_rules_without_samples_draw_nothing() -> None:
    with pytest.raises(NotDrawable) as refused:
        drawing(rules(), of_kind("court", 1))

    assert refused.value.code == "no-samples"


def _caseload(framework: Framework, count: int) -> list[Case]:
    """Cases whose facts and days go round at different paces."""
    return [
        Case(
            f"C-{number}",
            number + 2,
            date(2018, 2 + number % 9, 1 + number % 28),
            {
                name: fact.values[number * (place + 1) % len(fact.values)]
                for place, (name, fact) in enumerate(framework.facts.items())
            },
        )
        for number in range(count)
    ]
