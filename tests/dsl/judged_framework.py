"""Frameworks of judged standards only, with an overall rule of the test's own."""

from dsl.framework import Framework
from dsl.load import Loaded, load
from dsl.packaged import packaged_source
from dsl.source import SourceFile

OPENING = """framework "Judged"

ratings
  'Poor'  scores 0
  'Fair'  scores 1
  'Fine'  scores 2

fact "in breach" of the service is yes or no

standard 1 "One"
standard 2 "Two"
standard 3 "Three"

rate standards 1 to 3 by judgement of "the lead"
  assumes "made up"

"""


def load_text(text: str, *, name: str = "judged.rules") -> Loaded:
    """A rule text as a file; what it is based on is packaged."""
    return load(SourceFile(name, text), packaged_source)


def judged(rules: str) -> Framework:
    """Three judged standards and these rules, which have no mistakes."""
    loaded = load_text(OPENING + rules)
    assert loaded.framework is not None, loaded.diagnostics
    return loaded.framework
