"""Editors to sit down at, each over a folder with two versions of a small framework."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.editor.editor import Editor, editor, editor_here

BASE = """\
# ---- The scale ----

framework "Try"
document "Report" is "A report"

ratings
  'Poor' scores 0
  'Good' scores 1

answers
  'Yes' is sufficient
  'No' is not sufficient

# ---- The cases ----

fact "risk" of a case is one of "low", "high"
fact "late" of a case is yes or no

> Only cases at risk count here.
group "risky" is cases where "risk" is not "low"
  source "Report", "page 2"

domain 2 "Court"
standard 2.1 "Asséssment 😀"
  aim "Know the child."
question 2.1.1 "Good?"
question 2.1.2 "Safe?" for group "risky"

sample "all" for domain 2
  is cases where "late" is no
  assumes "made up"

banding "share" of whole percentages, halves rounded up
  below 50 is 'Poor'
  50 or more is 'Good'
  source "Report"

> A standard is as good as its weakest question.
rate standards in domain 2 by the lowest rating of their questions
  source "Report", "page 3"
rate questions in domain 2 by the percentage of relevant cases answered 'Yes'
  using banding "share"
  assumes "made up"
rate overall by the lowest rating of standards 2.1 to 2.1
  assumes "made up"

test "One"
  given
    2.1.1 is 7 of 8
    2.1.2 is 3 of 4
  expect
    2.1.1 is 88%
    2.1 is 'Good'
    overall is 'Good'
"""
NEXT = """\
framework "Try again"
  based on "Try"

replace group "risky" is all cases
"""


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rüles"  # addresses are spelt in more than one way
    folder.mkdir()
    (folder / "base.rules").write_text(BASE, encoding="utf-8")
    (folder / "next.rules").write_text(NEXT, encoding="utf-8")
    return folder


@pytest.fixture(params=["a process of its own", "this process"])
async def person(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Editor]:
    """Sits at both: the real command, and the same server with its coverage seen."""
    folder = _folder(tmp_path)
    start = editor if request.param == "a process of its own" else editor_here
    async with start(folder) as sat_down:
        yield sat_down


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Editor]:
    """Sits at a server in this process."""
    async with editor_here(_folder(tmp_path)) as sat_down:
        yield sat_down
