"""From a number to a rating, also where fewer parts than usual are rated."""

from dataclasses import replace

from dsl.framework import Band, Banding


def band_of(banding: Banding, number: int) -> Band:
    """The band that holds `number`, which lies between 0 and the banding's top."""
    return next(band for band in banding.bands if number <= band.high)


def in_proportion(banding: Banding, maximum: int) -> Banding:
    """The same bands where only `maximum` can be scored.

    An upper edge e of a scale to M becomes ((2e + 1) * m) // (2M), which keeps the cuts
    at the same mean score and lets ties fall. Under a banding of percentages it is the
    highest score whose share of m, halves rounded up, is no more than e. A band may
    come out empty on a very short scale: its upper edge is then below its lower one.
    """
    bands: list[Band] = []
    low = 0
    tie = 1 if banding.percentages else 0
    for band in banding.bands:
        high = ((2 * band.high + 1) * maximum - tie) // (2 * banding.top)
        high = min(high, maximum)
        bands.append(replace(band, low=low, high=high))
        low = high + 1
    return replace(banding, top=maximum, bands=tuple(bands))


def lower_edges(banding: Banding) -> tuple[int, ...]:
    """Where each band but the lowest begins: the boundaries of discretion."""
    return tuple(band.low for band in banding.bands if band.low > 0)


def spoken(band: Band) -> str:
    """`50 to 64`"""
    if band.low == band.high:
        return str(band.low)
    return f"{band.low} to {band.high}"
