"""How many cases a sample needs, and how far its percentages may be off.

All arithmetic is exact: fractions, and whole numbers of tenths of a point. The share
looked for is taken to be a half, where a sample has to be largest.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import assert_never

from dsl.framework import CONFIDENCES, Rounding

Z: Mapping[int, Fraction] = dict(
    zip(
        CONFIDENCES,
        map(Fraction, ("1.2816", "1.6449", "1.9600", "2.5758")),
        strict=True,
    )
)
"""Two-sided quantiles of the normal distribution by confidence in per cent.

Four decimals, as tables print them. Reports name the confidence and not the quantile:
with 1.28 for 80 per cent no population changes its sample by more than one case.
"""

_VARIANCE = Fraction(1, 4)  # of a share of one half, the largest there is
_TENTHS = 1000  # of a point, in the whole


def sample_size(
    population: int, *, confidence: int, margin: int, rounding: Rounding
) -> int:
    """Cases to draw so that a percentage is within `margin` points of the truth.

    With `n0 = z² / 4e²` the finite population correction gives
    `n = n0 / (1 + (n0 - 1) / N)`. Never more than there are, and at least one.
    """
    if population == 0 or margin == 0:
        return population
    unlimited = Z[confidence] ** 2 * _VARIANCE / Fraction(margin, 100) ** 2
    exact = unlimited / (1 + (unlimited - 1) / population)
    return max(1, whole(exact, rounding))


def margin_of_error(
    cases: int, *, population: int | None, confidence: int
) -> int | None:
    """Tenths of a point by which a percentage of `cases` may be off.

    The inverse of `sample_size`. Without a population, as for a sub-sample of which
    nobody knows how many cases there are, nothing is corrected. None for no cases.
    """
    if cases == 0:
        return None
    square = Z[confidence] ** 2 * _VARIANCE / cases * _TENTHS**2
    if population is not None:
        square *= Fraction(population - cases, max(1, population - 1))
    return _nearest_root(square)


def whole(number: Fraction, rounding: Rounding) -> int:
    """`31.05` is 32 rounded up and 31 rounded to the nearest; halves go up."""
    match rounding:
        case Rounding.UP:
            return ceil(number)
        case Rounding.TO_NEAREST:
            return floor(number + Fraction(1, 2))
        case _:
            assert_never(rounding)


def _nearest_root(square: Fraction) -> int:
    """The whole number nearest to a root, halves up, without taking the root."""
    return (isqrt(floor(4 * square)) + 1) // 2
