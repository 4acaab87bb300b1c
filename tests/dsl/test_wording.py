"""Numbers, parts and ratings in words."""

from dataclasses import replace

import pytest

from dsl.framework import OVERALL
from dsl.rating.wording import counted, kind_of, listed, one_of_ratings
from tests.dsl.small_framework import G, I, O, R, small

SMALL = small()


@pytest.mark.parametrize(
    ("words", "text"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_words_are_listed_as_in_a_sentence(words: tuple[str, ...], text: str) -> None:
    assert listed(words) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 cases"), (1, "1 case")])
def test_one_is_singular(number: int, text: str) -> None:
    assert counted(number, "case") == text


@pytest.mark.parametrize(
    ("ratings", "text"),
    [
        ({G}, "'Good'"),
        ({O}, "'Outstanding'"),
        ({G, O}, "'Good' or better"),
        ({I, R}, "'Requires improvement' or worse"),
        ({I, G}, "'Inadequate' or 'Good'"),
        ({R, G}, "'Requires improvement' or 'Good'"),
    ],
)
def test_ratings_that_reach_an_end_of_the_scale_are_named_by_it(
    ratings: set[str], text: str
) -> None:
    assert one_of_ratings(SMALL, frozenset(ratings)) == text


@pytest.mark.parametrize(
    ("part", "kind"), [("2.1.1", "criterion"), ("2.1", "standard"), (OVERALL, "part")]
)
def test_a_framework_has_its_own_words(part: str, kind: str) -> None:
    framework = replace(SMALL, words={"question": "criterion"})

    assert kind_of(framework, part) == kind
