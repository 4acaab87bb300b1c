"""Test results as JUnit XML, which build servers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test failed: one sentence, and everything its author is shown."""

    message: str
    shown: str


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a rule file."""

    name: str
    file: str
    line: int
    failures: tuple[Failure, ...]
    broken: bool = False  # it could not run at all


def as_junit(suites: Sequence[tuple[str, Sequence[Case]]]) -> bytes:
    """One suite a rule file."""
    root = Element("testsuites", name="adjudge rules test")
    for name, cases in suites:
        suite = SubElement(
            root,
            "testsuite",
            name=name,
            tests=str(len(cases)),
            failures=str(sum(bool(c.failures) and not c.broken for c in cases)),
            errors=str(sum(case.broken for case in cases)),
            skipped="0",
        )
        for case in cases:
            _case(suite, name, case)
    indent(root)
    report: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return report + b"\n"


def _case(suite: Element, name: str, case: Case) -> None:
    tested = SubElement(
        suite,
        "testcase",
        classname=name,
        name=_printable(case.name),
        file=case.file,
        line=str(case.line),
    )
    for failure in case.failures:
        kind = "error" if case.broken else "failure"
        found = SubElement(tested, kind, message=_printable(failure.message))
        found.text = _printable(failure.shown)


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\n\t" or each >= " ")
