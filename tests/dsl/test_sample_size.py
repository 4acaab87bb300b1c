"""Sample sizes against the published ones, and the laws that sizes and margins obey."""

from math import isqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.framework import Rounding
from dsl.sampling.size import Z, margin_of_error, sample_size

UP, NEAREST = Rounding.UP, Rounding.TO_NEAREST

populations = st.integers(1, 20_000)
confidences = st.sampled_from(sorted(Z))
margins = st.integers(1, 99)
roundings = st.sampled_from(Rounding)


@pytest.mark.parametrize(
    ("size", "up", "nearest"),
    [
        pytest.param(31, {37}, {38}, id="Barking and Dagenham, domain 2"),
        pytest.param(29, {34, 35}, {35}, id="Brent, domain 2"),
        pytest.param(8, {8}, {8}, id="Trafford, domain 2: all there are"),
        pytest.param(9, {9}, {9, 10}, id="one case more than in Trafford"),
        pytest.param(20, {22}, {22, 23}, id="Brent, domain 3"),
        pytest.param(19, {21}, {21}, id="Barking and Dagenham, domain 3"),
        pytest.param(6, {6}, {6}, id="Trafford, domain 3, were it sized by a margin"),
        pytest.param(21, {23}, {24}, id="Waltham Forest, domain 2"),
        pytest.param(22, {24, 25}, {25}, id="Waltham Forest, domain 3, has 24"),
    ],
)
def test_published_sizes_come_from_these_populations(
    size: int, up: set[int], nearest: set[int]
) -> None:
    def needing(rounding: Rounding) -> set[int]:
        return {
            population
            for population in range(1, 200)
            if _eighty_and_five(population, rounding) == size
        }

    assert needing(UP) == up
    assert needing(NEAREST) == nearest


@pytest.mark.parametrize(
    ("cases", "population", "tenths"),
    [
        pytest.param(20, 24, 60, id="Waltham Forest, domain 3: 20 of 24"),
        pytest.param(31, None, 115, id="31 of nobody knows how many"),
        pytest.param(8, None, 227, id="8 of nobody knows how many"),
        pytest.param(8, 8, 0, id="all there are"),
        pytest.param(1, 1, 0, id="the only one"),
        pytest.param(1, 2, 641, id="one of two"),
        pytest.param(0, 5, None, id="none says nothing"),
    ],
)
def test_a_margin_of_error_at_80_per_cent_is(
    cases: int, population: int | None, tenths: int | None
) -> None:
    assert margin_of_error(cases, population=population, confidence=80) == tenths


@pytest.mark.parametrize(("confidence", "z"), Z.items())
def test_the_quantiles_are_the_normal_ones_to_four_decimals(
    confidence: int, z: object
) -> None:
    quantile = NormalDist().inv_cdf((1 + confidence / 100) / 2)

    assert z == pytest.approx(quantile, abs=0.00005)


def test_a_shorter_quantile_changes_no_size_by_more_than_one_case() -> None:
    for population in range(1, 2000):
        with_two_decimals = -(-16384 * population // (100 * population + 16284))
        assert _eighty_and_five(population, UP) - with_two_decimals in {0, 1}


def test_no_cases_need_none_and_no_margin_needs_all() -> None:
    assert _eighty_and_five(0, UP) == 0
    assert sample_size(40, confidence=80, margin=0, rounding=UP) == 40


@given(populations, confidences, margins, roundings)
def test_a_size_is_at_least_one_case_and_at_most_all(
    population: int, confidence: int, margin: int, rounding: Rounding
) -> None:
    size = sample_size(
        population, confidence=confidence, margin=margin, rounding=rounding
    )

    assert 1 <= size <= population


@given(populations, confidences, margins)
def test_a_size_rounded_up_is_the_smallest_that_keeps_the_margin(
    population: int, confidence: int, margin: int
) -> None:
    size = sample_size(population, confidence=confidence, margin=margin, rounding=UP)

    assert _keeps(size, population, confidence, margin)
    assert size == 1 or not _keeps(size - 1, population, confidence, margin)


@given(populations, confidences, margins)
def test_a_size_to_the_nearest_is_at_most_one_below_the_one_rounded_up(
    population: int, confidence: int, margin: int
) -> None:
    up, nearest = (
        sample_size(population, confidence=confidence, margin=margin, rounding=each)
        for each in (UP, NEAREST)
    )

    assert nearest in {up, up - 1}


@given(populations, st.data(), confidences)
def test_a_sub_sample_has_a_wider_margin(
    population: int, data: st.DataObject, confidence: int
) -> None:
    size = data.draw(st.integers(1, population))
    part = data.draw(st.integers(1, size))

    whole = margin_of_error(size, population=population, confidence=confidence)
    of_part = margin_of_error(part, population=population, confidence=confidence)
    uncorrected = margin_of_error(part, population=None, confidence=confidence)

    assert whole is not None
    assert of_part is not None
    assert uncorrected is not None
    assert whole <= of_part <= uncorrected


@given(st.integers(1, 500), confidences)
def test_a_margin_is_the_nearest_tenth(cases: int, confidence: int) -> None:
    margin = margin_of_error(cases, population=None, confidence=confidence)
    square = Z[confidence] ** 2 / 4 / cases * 1000**2

    assert margin is not None
    assert abs(2 * margin - isqrt(int(4 * square))) <= 1
    assert (2 * margin - 1) ** 2 <= 4 * square < (2 * margin + 1) ** 2


def _eighty_and_five(population: int, rounding: Rounding) -> int:
    return sample_size(population, confidence=80, margin=5, rounding=rounding)


def _keeps(size: int, population: int, confidence: int, margin: int) -> bool:
    """Whether z² (N - n) / (4 n (N - 1)) is within the square of the margin."""
    left = Z[confidence] ** 2 * (population - size) * 100**2
    return left <= 4 * size * max(1, population - 1) * margin**2
