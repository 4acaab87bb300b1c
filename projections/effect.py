"""A rating, guidance or discretion state that one event moved."""

from msgspec import Struct

import dsl
from dsl import Moved


class Figures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The numbers a rating rested on; what does not apply to a part is absent."""

    yes: int | None = None
    relevant: int | None = None
    missing: int | None = None
    percentage: int | None = None
    score: int | None = None
    maximum: int | None = None
    decided_by: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


class RatingEffect(Struct, frozen=True, kw_only=True):
    """What moved, from what to what, on which figures, by which line of the rules.

    `kind` is `rating`, `guidance` or `discretion`; the values are a rating, the rating
    guidance expects, or a discretion state. None is a part without a value, and
    `unrated` says why. A rating that stays moves when it ceases to be provisional.
    """

    part: str
    kind: str
    before: str | None
    after: str | None
    unrated: str | None
    provisional: bool
    unrated_before: str | None
    provisional_before: bool
    departed: bool | None  # guidance: whether the rating is another than expected
    figures_before: Figures
    figures_after: Figures
    rule_file: str
    rule_line: int


def effect_of(shift: dsl.Shift) -> RatingEffect:
    """The fact-side form of what the live ratings reported."""
    return RatingEffect(
        part=shift.part,
        kind=shift.kind,
        before=shift.before,
        after=shift.after,
        unrated=shift.reason_after,
        provisional=shift.provisional,
        unrated_before=shift.reason_before,
        provisional_before=shift.provisional_before,
        departed=shift.departed_after if shift.kind is Moved.GUIDANCE else None,
        figures_before=_figures(shift.figures_before),
        figures_after=_figures(shift.figures_after),
        rule_file=shift.rule.file,
        rule_line=shift.rule.line,
    )


def _figures(figures: dsl.Figures) -> Figures:
    return Figures(
        yes=figures.yes,
        relevant=figures.relevant,
        missing=figures.missing,
        percentage=figures.percentage,
        score=figures.score,
        maximum=figures.maximum,
        decided_by=figures.decided_by,
        grounds=figures.grounds,
    )
