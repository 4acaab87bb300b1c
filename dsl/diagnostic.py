"""What is wrong with a rule text, in the author's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dsl.source import Span


class Severity(StrEnum):
    """An error keeps a framework from being used; a note does not."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fix:
    """What to write over the words at `span`; the quotes around a name stay."""

    span: Span
    text: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: a stable code, one sentence, the words it is about, a way out."""

    code: str  # kebab-case, listed in dsl.diagnostic_codes
    message: str  # one sentence, lower case, no full stop
    span: Span
    help: str | None = None
    severity: Severity = Severity.ERROR
    fixes: tuple[
        Fix, ...
    ] = ()  # each mends it alone; none where the author must choose


class FaultyRules(Exception):
    """The text makes no framework; `diagnostics` holds every reason, in order."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} mistakes")
        self.diagnostics = tuple(diagnostics)
