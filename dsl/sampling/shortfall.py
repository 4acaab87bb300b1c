"""What a drawn sample could not meet, in sentences; a target missed is no error."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from dsl.framework import Rounding
from dsl.rating.wording import counted, listed
from dsl.sampling.draw import NOT_KNOWN, Draw, Drawing, Share
from dsl.sampling.size import whole

_WHOLE = 100


def shortfalls(drawing: Drawing) -> Mapping[str, Mapping[str, str]]:
    """By sample and by what fell short: `size`, `share`, or `gender: female`.

    A target met to within one case is met, since cases cannot be divided.
    """
    every = sum(len(draw.cases) for draw in drawing.draws)
    return {draw.sample.name: dict(_of(draw, every)) for draw in drawing.draws}


def points(tenths: int) -> str:
    """`12.5` for 125 tenths"""
    return f"{tenths // 10}.{tenths % 10}"


def _of(draw: Draw, every: int) -> Iterator[tuple[str, str]]:
    size, share = len(draw.cases), draw.sample.share_per_cent
    if draw.population == 0:
        yield "size", "no case of the caseload is eligible"
    elif size < draw.plan.size:
        wanted = counted(draw.plan.size, "case")
        yield "size", f"{wanted} wanted and {draw.population} eligible, all are taken"
    aim = draw.sample.margin_points
    if aim is not None and (draw.margin_tenths or 0) > aim * 10:
        yield "margin", f"{points(draw.margin_tenths or 0)} points, the aim is {aim}"
    if share is not None:
        ideal = Fraction(share * every, _WHOLE)
        if draw.plan.aimless or abs(size - ideal) >= 1:
            yield "share", f"{_share_of(draw, every)}, the aim is {share} per cent"
    for stratum in draw.shares:
        sentence = _missing(draw, stratum)
        if sentence:
            yield f"{stratum.fact}: {stratum.value}", sentence


def _share_of(draw: Draw, every: int) -> str:
    size = len(draw.cases)
    if every == 0:
        return "no case was drawn for any sample"
    per_cent = whole(Fraction(_WHOLE * size, every), Rounding.TO_NEAREST)
    return f"{size} of {counted(every, 'case')} drawn, {per_cent} per cent"


def _missing(draw: Draw, share: Share) -> str | None:
    if share.value == NOT_KNOWN:
        rows = _rows(draw, share.fact)
        return (
            f"not known of {counted(share.population, 'case')} ({rows}),"
            " matched with one another"
        )
    if share.drawn == 0:
        return f"none drawn, {share.population} of {draw.population} eligible"
    ideal = Fraction(len(draw.cases) * share.population, draw.population)
    if ideal - share.drawn < 1:
        return None
    tenths = whole(ideal * 10, Rounding.TO_NEAREST)
    return (
        f"{share.drawn} drawn where {points(tenths)} would be in proportion"
        f" ({share.population} of {draw.population} eligible)"
    )


def _rows(draw: Draw, fact: str) -> str:
    at = draw.sample.matched_on.index(fact)
    both = (*draw.cases, *draw.reserves)
    rows = sorted(each.row for each in both if each.stratum[at] == NOT_KNOWN)
    return f"{'row' if len(rows) == 1 else 'rows'} {listed([str(row) for row in rows])}"
