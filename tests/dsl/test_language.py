"""The language reference: its examples load, and its tables are complete."""

import re
from pathlib import Path

import dsl
from dsl.diagnostic_codes import DIAGNOSTIC_CODES
from dsl.load import Loaded, load
from dsl.rating.run_test import run_test
from dsl.source import SourceFile
from dsl.text.syntax import KINDS
from tests.dsl.golden_files import FOLDER

_PACKAGE = Path(dsl.__file__).parent
_PAGE = (_PACKAGE / "LANGUAGE.md").read_text(encoding="utf-8")


def _examples(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", _PAGE, flags=re.MULTILINE | re.DOTALL)


_EXAMPLE = SourceFile("example-2020.rules", "\n".join(_examples("rules")))


def _loaded(file: SourceFile) -> Loaded:
    return load(file, {"Example 2020": _EXAMPLE}.get)


def test_the_examples_are_one_framework_without_a_mistake() -> None:
    result = _loaded(_EXAMPLE)

    assert result.diagnostics == ()
    assert result.framework is not None
    assert [run_test(result.framework, test) for test in result.tests] == [()]


def test_the_example_version_loads_over_the_examples() -> None:
    (text,) = _examples("rules-version")

    result = _loaded(SourceFile("example-2021.rules", text))

    assert result.diagnostics == ()
    assert result.framework is not None
    assert list(result.framework.discretion) == ["2.1", "2.2"]


def test_the_example_message_is_a_real_one() -> None:
    (message,) = _examples("text")

    assert message == (FOLDER / "bad" / "unquoted-rating.txt").read_text("utf-8")


def test_every_diagnostic_code_is_in_the_table() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", _PAGE, flags=re.MULTILINE)

    assert dict(rows) == DIAGNOSTIC_CODES


def test_every_code_that_is_given_is_listed() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in _PACKAGE.rglob("*.py"))

    given = re.findall(
        r"(?:error|note|Diagnostic|Mistake)\(\s*\"([a-z]+(?:-[a-z0-9]+)*)\"", sources
    )

    assert set(given) <= set(DIAGNOSTIC_CODES)


def test_every_kind_of_rule_has_an_example() -> None:
    shown = "\n".join(_examples("rules"))

    for kind in KINDS:
        assert re.search(rf"^{kind}\b", shown, flags=re.MULTILINE), kind
