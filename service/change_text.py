"""One row of the rating history in words, for whoever reads it at a terminal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from projections import Figures, RatingChange

_AT_ONCE = timedelta(minutes=1)
_INDENT = "    "


def change_text(change: RatingChange) -> str:
    """What moved, what moved it and who, on which figures, by which line of the rules.

    The time is when it was recorded; when it was judged stands beside it if that was at
    another time, as in `(judged 2020-10-05T09:59:36Z)`.

    ```
    2020-10-06T09:30:00.000000Z  2.2 rating: Good → Inadequate (provisional)
        answers/C-7F3K-Q2M/2.2.2: nothing → No, by inspector-2, event 412
        3 of 7, 43% (before: 4 of 7, 57%)
        youth-2018.rules, line 264
    ```
    """
    moved = f"{_value(change, before=True)} → {_value(change, before=False)}"
    provisional = _standing(change)
    lines = [
        f"{_times(change)}  {change.part} {change.kind}: {moved}{provisional}",
        f"{_INDENT}{_cause(change)}, by {change.actor}, event {change.position}",
    ]
    if figures := _figures(change):
        lines.append(_INDENT + figures)
    lines.append(f"{_INDENT}{change.rule_file}, line {change.rule_line}")
    return "\n".join(lines)


def _times(change: RatingChange) -> str:
    judged = datetime.fromisoformat(change.observed_at)
    apart = abs(datetime.fromisoformat(change.recorded_at) - judged)
    if apart <= _AT_ONCE:
        return change.recorded_at
    return f"{change.recorded_at} (judged {judged:%Y-%m-%dT%H:%M:%SZ})"


def _value(change: RatingChange, *, before: bool) -> str:
    value = change.value_before if before else change.value_after
    if value is not None:
        return value
    reason = change.unrated_before if before else change.unrated
    return "not rated" if reason is None else f"not rated ({reason})"


def _standing(change: RatingChange) -> str:
    if change.provisional:
        return " (provisional)"
    return " (no longer provisional)" if change.provisional_before else ""


def _cause(change: RatingChange) -> str:
    if change.about is None:
        return change.event_type
    before, after = change.answer_before or "nothing", change.answer_after or "nothing"
    return f"{change.about}: {before} → {after}"


def _figures(change: RatingChange) -> str:
    before = _figures_text(change.figures_before)
    after = _figures_text(change.figures_after)
    if before == after or not before:
        return after
    return f"{after} (before: {before})" if after else f"before: {before}"


def _figures_text(figures: Figures) -> str:
    said = (
        _of(figures.yes, figures.relevant),
        None if figures.percentage is None else f"{figures.percentage}%",
        _of(figures.score, figures.maximum),
        f"{figures.missing} not answered" if figures.missing else None,
        _listed("decided by", figures.decided_by),
        _listed("open:", figures.grounds),
    )
    return ", ".join(text for text in said if text is not None)


def _of(number: int | None, whole: int | None) -> str | None:
    return None if number is None or whole is None else f"{number} of {whole}"


def _listed(word: str, parts: Sequence[str]) -> str | None:
    return f"{word} {' and '.join(parts)}" if parts else None
