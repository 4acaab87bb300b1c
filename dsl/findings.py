"""Collects mistakes, in the author's words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from dsl.diagnostic import Diagnostic, Fix, Severity
from dsl.source import Span

MISTAKES_TOLD = 500
"""In one run; the rest are told once these are mended."""

_FEW = 6  # names worth listing when none is near


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to do about a mistake, and what to write where if that is plain."""

    sentence: str
    instead: str
    at: Span | None = None  # over the mistake's own words if None
    is_name: bool = False

    def fix(self, span: Span) -> Fix:
        """The change, for a mistake at this place."""
        return Fix(self.at or span, self.instead, self.is_name)


class Findings:
    """The mistakes of one file, as they are found."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def error(
        self, code: str, message: str, span: Span, way_out: WayOut | str | None = None
    ) -> None:
        """A mistake: the file makes no framework."""
        found = Diagnostic(code, message, span)
        if isinstance(way_out, WayOut):
            fixes = (way_out.fix(span),)
            found = replace(found, help=way_out.sentence, fixes=fixes)
        else:
            found = replace(found, help=way_out)
        self._found.append(found)

    def note(
        self, code: str, message: str, span: Span, way_out: str | None = None
    ) -> None:
        """Worth a look; the framework stands."""
        self._found.append(Diagnostic(code, message, span, way_out, Severity.NOTE))

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Mistakes found elsewhere."""
        self._found.extend(diagnostics)

    @property
    def full(self) -> bool:
        """Whether there are so many that no author would read another."""
        return len(self._found) >= MISTAKES_TOLD

    @property
    def faulty(self) -> bool:
        """Whether there is an error among them."""
        return any(found.severity is Severity.ERROR for found in self._found)

    def in_order(self) -> tuple[Diagnostic, ...]:
        """Every mistake once, as the file reads."""
        ordered = sorted(
            dict.fromkeys(self._found),
            key=lambda found: (found.span.line, found.span.column, found.code),
        )
        return tuple(ordered[:MISTAKES_TOLD])


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name the author most likely meant."""
    spelt = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), spelt, n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def suggestion(
    name: str, known: Iterable[str], otherwise: str | None = None
) -> WayOut | str | None:
    """`Did you mean …?`, or the few names there are, or else something else."""
    names = tuple(dict.fromkeys(known))
    near = nearest(name, names)
    if near is not None:
        return WayOut(f"Did you mean `{near}`?", near, is_name=True)
    if 0 < len(names) <= _FEW:
        return f"There is {join(names)}."
    return otherwise


def replacing(statement: Span) -> WayOut:
    """How a version changes what the one it is based on says."""
    start = replace(statement, end_line=statement.line, end_column=statement.column)
    return WayOut(
        "Write `replace` before it to change the version this is based on.",
        "replace ",
        start,
    )


def join(names: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`"""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} {word} {last}" if first else last
