"""Which bands, rows and rules the tests reach."""

from dsl.author.coverage import Reach, reaches
from dsl.packaged import packaged
from tests.dsl.judged_framework import OPENING, load_text

RULES = """rate overall by the first rule that applies
  'Poor' when 1 or more of standards 1 to 3 are 'Poor'
  'Fine' when none of standards 1 to 3 are 'Poor'
cap overall at 'Fair' when "in breach" is yes
guidance for standard 1
  usually 'Poor' when standard 2 is 'Poor' and standard 3 is 'Poor'
"""
TEST = """test "a"
  given
    1 is 'Fine'   2 is 'Poor'   3 is 'Poor'   "in breach" is yes
  expect
    overall is 'Poor'
"""


def _reaches(text: str) -> tuple[Reach, ...]:
    loaded = load_text(OPENING + text)
    assert loaded.framework is not None, loaded.diagnostics
    return reaches(loaded.framework, loaded.tests)


def _missed(found: tuple[Reach, ...]) -> set[str]:
    return {each.what for each in found if not each.tests}


def test_without_a_test_nothing_is_reached() -> None:
    found = _reaches(RULES)

    assert _missed(found) == {each.what for each in found}
    assert {each.kind for each in found} == {"rule", "row", "cap"}


def test_a_test_reaches_the_row_that_applies_first_and_the_cap_that_holds() -> None:
    found = _reaches(RULES + TEST)

    assert _missed(found) == {"'Fine' for the overall rating"}
    row = next(each for each in found if each.kind == "row")
    assert row.tests == ("a",)


def test_a_cap_over_a_part_that_is_not_rated_is_not_reached() -> None:
    found = _reaches(RULES + TEST.replace("1 is 'Fine'   2 is 'Poor'   ", ""))

    assert "the cap on the overall rating" in _missed(found)


def test_a_band_is_reached_by_a_percentage_or_a_score_also_in_proportion() -> None:
    loaded = packaged("youth-2021")
    assert loaded.framework is not None

    found = {each.what: each.tests for each in reaches(loaded.framework, loaded.tests)}

    low = found["'Inadequate' from 0 to 6 in banding “overall score”"]
    assert low == ("a small service with no court disposals",)
    assert found["'Inadequate' from 0 to 49 in banding “share of cases”"]
    assert found["'Good' from 19 to 30 in banding “overall score”"] == ()
    assert found["discretion because of near boundary"]
    assert found["discretion because of few cases"] == ()


def test_a_test_that_the_panel_may_not_ask_for_reaches_nothing() -> None:
    source = packaged("youth-2020").files[0]
    loaded = load_text(
        source.text.replace("2.1.2 is 3 of 8", "2.1.2 is 0 of 80").replace(
            "2.1.1 is 5 of 8", "2.1.1 is 50 of 80"
        ),
        name="youth-2020.rules",
    )
    assert loaded.framework is not None

    found = reaches(loaded.framework, loaded.tests)

    assert _missed(found) == {each.what for each in found}
