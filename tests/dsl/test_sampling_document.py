"""SAMPLING.md is true: its examples give what it says they give."""

import doctest
import re
from pathlib import Path

from dsl import load
from dsl.source import SourceFile

DOCUMENT = Path(__file__).parents[2] / "dsl" / "SAMPLING.md"

AROUND = """\
framework "Small"
document "Manual 2020" is "Inspection manual"
answers
  'Yes' is sufficient
  'No' is not sufficient
fact "sentence" of a case is one of "community order", "custody", "caution"
fact "sex" of a case is one of "female", "male"
domain 2 "Court"
domain 3 "Cautions"
question 2.1 "Is it good?"
question 3.1 "Is it good?"
rate questions in domains 2 and 3 by counts only
  assumes "made up"
"""


def test_the_examples_in_python_give_what_is_printed() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, "SAMPLING.md", None, None)

    results = doctest.DocTestRunner().run(examples)

    assert results.attempted > 15
    assert results.failed == 0


def test_the_example_in_rules_checks_clean() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (example,) = re.findall(r"```rules\n(.*?)```", text, re.DOTALL)

    loaded = load(SourceFile("small.rules", AROUND + example), lambda _: None)

    assert loaded.diagnostics == ()
    assert loaded.framework is not None
    assert list(loaded.framework.samples) == ["court", "cautions"]
