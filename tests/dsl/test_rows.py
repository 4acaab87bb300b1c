"""Every list of rows is checked as it was written, and none for another's rows."""

from dsl.diagnostic import Diagnostic
from dsl.load import load
from dsl.source import SourceFile
from tests.dsl.judged_framework import OPENING

_POOR = "cap overall at 'Poor' when standard 1 is 'Poor'\n  assumes \"made up\"\n"
_NEVER = "cap overall at 'Fair' when standard 1 is 'Poor' and standard 1 is 'Fine'\n"
_JUDGED = 'rate overall by judgement of "the lead"\n  assumes "made up"\n'


def _version(cap: str) -> tuple[Diagnostic, ...]:
    """What is said of a version with a cap on the very line of a cap of its base."""
    base = SourceFile("base.rules", OPENING + _JUDGED + _POOR)
    line = base.text[: base.text.index("cap")].count("\n")
    opening = 'framework "Later"\n  based on "Judged"\n'
    text = opening + "\n" * (line - opening.count("\n")) + cap
    own = load(SourceFile("later.rules", text), {"Judged": base}.get)
    return tuple(each for each in own.diagnostics if each.span.file == "later.rules")


def test_caps_on_the_same_line_of_two_files_are_two_caps() -> None:
    assert _version(_POOR.replace("'Poor'", "'Fair'", 1)) == ()

    (never,) = _version(_NEVER + '  assumes "made up"\n')

    assert never.code == "never-applies"
