"""Rounding, banding and scales that shrink."""

from fractions import Fraction
from math import floor

import pytest

from dsl.banding import band_of, in_proportion, lower_edges, spoken
from dsl.evidence import Count
from dsl.framework import Banding
from tests.dsl.small_framework import SHARE, YOUTH, G, I, O, R, banding

ADULT_30 = banding("thirty", (5, 15, 25, 30))
ADULT_27 = banding("twenty-seven", (4, 13, 22, 27))
ADULT_21 = banding("twenty-one", (3, 10, 17, 21))


@pytest.mark.parametrize(
    ("percentage", "rating"),
    [(0, I), (49, I), (50, R), (64, R), (65, G), (79, G), (80, O), (100, O)],
)
def test_a_percentage_falls_in_its_band(percentage: int, rating: str) -> None:
    assert band_of(SHARE, percentage).rating == rating


@pytest.mark.parametrize(
    ("score", "rating"),
    [(0, I), (6, I), (7, R), (18, R), (19, G), (30, G), (31, O), (36, O)],
)
def test_a_score_on_a_cut_goes_down(score: int, rating: str) -> None:
    assert band_of(YOUTH, score).rating == rating


@pytest.mark.parametrize(
    ("yes", "relevant", "percentage"),
    [
        (11, 17, 65),  # Brent 2.4.2, published as 65% and rated Good
        (5, 8, 63),
        (20, 31, 65),
        (35, 44, 80),
        (50, 101, 50),
        (99, 200, 50),
        (0, 1, 0),
        (1, 1, 100),
    ],
)
def test_a_percentage_is_rounded_before_it_is_banded(
    yes: int, relevant: int, percentage: int
) -> None:
    assert Count(yes, relevant).percentage == percentage


def test_a_percentage_is_the_exact_fraction_with_halves_up() -> None:
    for relevant in range(1, 401):
        for yes in range(relevant + 1):
            exact = floor(Fraction(100 * yes, relevant) + Fraction(1, 2))
            assert Count(yes, relevant).percentage == exact


def test_only_four_counts_up_to_40_cases_change_band_by_rounding() -> None:
    changed = [
        (yes, relevant)
        for relevant in range(1, 41)
        for yes in range(relevant + 1)
        if band_of(SHARE, 100 * yes // relevant)
        is not band_of(SHARE, Count(yes, relevant).percentage or 0)
    ]

    assert changed == [(11, 17), (20, 31), (22, 34), (24, 37)]


def test_no_relevant_case_has_no_percentage() -> None:
    assert Count(0, 0).percentage is None


@pytest.mark.parametrize(
    ("standards", "edges"),
    [
        (4, (2, 6, 10, 12)),
        (7, (3, 10, 17, 21)),
        (8, (4, 12, 20, 24)),
        (9, (4, 13, 22, 27)),
        (10, (5, 15, 25, 30)),
        (12, (6, 18, 30, 36)),
    ],
)
@pytest.mark.parametrize(
    "scale", [YOUTH, ADULT_30, ADULT_27, ADULT_21], ids=lambda scale: str(scale.top)
)
def test_bands_follow_the_number_of_rated_standards(
    standards: int, edges: tuple[int, ...], scale: Banding
) -> None:
    bands = in_proportion(scale, 3 * standards).bands

    assert tuple(band.high for band in bands) == edges


@pytest.mark.parametrize("standards", range(1, 13))
def test_bands_in_proportion_keep_the_cuts_of_the_mean_score(standards: int) -> None:
    cuts = [standards // 2, 3 * standards // 2, 5 * standards // 2, 3 * standards]

    bands = in_proportion(YOUTH, 3 * standards).bands

    assert [band.high for band in bands] == cuts
    assert [band.low for band in bands] == [0, *(cut + 1 for cut in cuts[:-1])]


def test_on_a_whole_scale_nothing_changes() -> None:
    assert in_proportion(YOUTH, 36) == YOUTH


def test_boundaries_are_the_lower_edges_but_the_lowest() -> None:
    assert lower_edges(SHARE) == (50, 65, 80)


def test_a_band_is_spoken_as_its_range() -> None:
    (lowest, *_) = in_proportion(YOUTH, 3).bands

    assert (spoken(SHARE.bands[1]), spoken(lowest)) == ("50 to 64", "0")


def test_a_share_of_the_highest_score_falls_in_the_band_of_its_percentage() -> None:
    for maximum in range(1, 400):
        scale = in_proportion(SHARE, maximum)

        assert scale.bands[-1].high == maximum
        for score in range(maximum + 1):
            share = (200 * score + maximum) // (2 * maximum)
            assert band_of(scale, score).rating == band_of(SHARE, share).rating
