"""Checks that versions of a family follow one another without overlap or silent gap.

A version without a last day applies until the next one begins.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from dsl.bind.binding import Binding
from dsl.framework import Framework
from dsl.source import Span
from dsl.text.nodes import FrameworkNode
from dsl.text.say import day

_DAY = timedelta(days=1)


def check_dates(binding: Binding, framework: Framework, base: Framework) -> None:
    """Reports days on which both versions apply, and days on which neither does."""
    block = binding.version.one(FrameworkNode)
    start, before = framework.applies_from, base.applies_from
    if block is None or start is None or before is None:
        return
    span = block[0].applies[0][0].span
    last = base.applies_until
    if start <= before or (last is not None and start <= last):
        _overlap(binding, base, span)
    elif last is not None:
        for first, end in _silent(framework, base, last + _DAY, start - _DAY):
            stretch = f"from {day(first)} until {day(end)}"
            binding.found.error(
                "dates-gap",
                f"no version applies {stretch}",
                span,
                f'Begin earlier, or write: no fieldwork {stretch} because "…"',
            )


def _overlap(binding: Binding, base: Framework, span: Span) -> None:
    if base.applies_until is None or base.applies_from is None:
        first = base.applies_from
        message = f"`{base.name}` begins no earlier than this version"
        way_out = f"Begin after its first day, {day(first)}." if first else None
    else:
        message = f"`{base.name}` still applies on this day"
        way_out = f"Begin after its last day, {day(base.applies_until)}."
    binding.found.error("dates-overlap", message, span, way_out)


def _silent(
    framework: Framework, base: Framework, first: date, last: date
) -> Iterator[tuple[date, date]]:
    """The stretches between two days that no declared gap covers."""
    declared = sorted(
        (gap.first, gap.last) for gap in (*framework.no_fieldwork, *base.no_fieldwork)
    )
    for begins, ends in declared:
        if begins > last:
            break
        if begins > first:
            yield first, begins - _DAY
        first = max(first, ends + _DAY)
    if first <= last:
        yield first, last
