"""Checks that bands cover every whole number from 0 to the top exactly once."""

from itertools import pairwise

from dsl.findings import Findings, WayOut
from dsl.text.nodes import BandingNode, BandNode


def check_cover(found: Findings, node: BandingNode, top: int) -> None:
    """Walks the bands upwards and reports gaps, overlaps and ends that do not fit."""
    name = node.name.text
    rows = sorted(node.rows, key=lambda row: _ends(row, top)[0])
    if rows != list(node.rows):
        row = next(b for a, b in pairwise(node.rows) if _ends(b, top) < _ends(a, top))
        found.error(
            "band-order",
            f"this band of `{name}` comes after a higher one",
            row.span,
            "List bands from the lowest to the highest.",
        )
    reached = -1  # the highest number covered so far
    for row in rows:
        low, high = _ends(row, top)
        _check_ends(found, node, row, top)
        if low <= reached:
            found.error(
                "band-overlap",
                f"two bands of `{name}` cover {_range(low, min(high, reached))}",
                row.span,
                f"The one before it ends at {reached}.",
            )
        elif low > reached + 1:
            before = f"the one before it ends at {reached}"
            found.error(
                "band-gap",
                f"nothing covers {_range(reached + 1, low - 1)} in banding `{name}`",
                row.span,
                f"This band begins at {low}; "
                f"{before if reached >= 0 else 'there is none before it'}.",
            )
        reached = max(reached, high)
    if reached < top:
        found.error(
            "band-gap",
            f"nothing covers {_range(reached + 1, top)} in banding `{name}`",
            rows[-1].span,
            f"This last band ends at {reached}.",
        )


def _ends(row: BandNode, top: int) -> tuple[int, int]:
    """Both ends, turned the right way round."""
    low = 0 if row.low is None else row.low
    high = max(low, top) if row.high is None else row.high
    return min(low, high), max(low, high)


def _check_ends(found: Findings, node: BandingNode, row: BandNode, top: int) -> None:
    low, high = _ends(row, top)
    name, unit = node.name.text, "Scores" if node.scores else "Percentages"
    if row.low is not None and row.high is not None and row.high < row.low:
        found.error(
            "band-empty",
            f"this band of `{name}` holds no number",
            row.span,
            WayOut(f"Write: {low} to {high}", f"{low} to {high}"),
        )
    elif row.high is not None and row.high < 0:
        found.error(
            "band-empty",
            f"this band of `{name}` holds no number",
            row.span,
            f"{unit} go from 0 to {top}.",
        )
    elif high > top or low > top:
        found.error(
            "band-past-end",
            f"this band of `{name}` goes to {high}, past the end at {top}",
            row.span,
            f"{unit} go from 0 to {top}.",
        )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
