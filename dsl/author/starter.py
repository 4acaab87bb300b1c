"""The text a new framework starts from: small, whole, and explained line by line."""

import re

from dsl.source import SourceFile
from dsl.text.layout import layout

_QUOTES = re.compile(r"[\"“”\x00-\x1f\x7f]")
_LONGEST = 100


class BadName(ValueError):
    """A name that no framework can have; the message says why in one sentence."""


def file_name(name: str) -> str:
    """`Fostering 2027` → `fostering-2027.rules`; raises BadName."""
    if _QUOTES.search(name):
        raise BadName(f"`{_QUOTES.sub('…', name)}` has a quote or a line break in it")
    if len(name) > _LONGEST:
        raise BadName(f"a name of {len(name)} characters is too long to be read")
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    if not stem:
        raise BadName(f"`{name}` has no letter or number to name a file with")
    return f"{stem}.rules"


def starter(name: str) -> SourceFile:
    """A framework of this name that checks clean and whose test passes."""
    file = file_name(name)
    text = _TEXT.replace("NAME", " ".join(name.split()))
    return SourceFile(file, layout(SourceFile(file, text)))


_TEXT = """\
# A starter framework. Lines that begin with "#" are notes to yourself; change anything.
# A rule starts at the margin, and the indented lines below it belong to it.
# Names you choose are in "double quotes", ratings and answers in 'single quotes'.
# Check it with `adjudge rules check FILE`, run its tests with `adjudge rules test FILE`.

framework "NAME"
  # Say from when it applies: applies to fieldwork from 1 April 2027
  assumes "everything in this file: it is an example to be written over"

# The documents that your rules come from. Then a rule can say: source "Handbook", "page 4"
document "Handbook" is "The inspection handbook, its publisher and date"

# ---- The scale, worst first, and the answers inspectors give ----

ratings
  'Inadequate' scores 0
  'Requires improvement' scores 1
  'Good' scores 2
  'Outstanding' scores 3

answers
  'Yes' is sufficient
  'No' is not sufficient
  'Not applicable' is left out

# ---- What is known of a case, and which cases a question is about ----

fact "kind of case" of a case is one of "first contact", "long-term"
fact "a risk is known" of a case is yes or no

group "cases with a risk" is cases where "a risk is known" is yes

# ---- What is inspected: domains hold standards, standards hold questions ----
# The numbers say what belongs to what: 2.1.3 is a question of 2.1, which is in domain 2.

domain 1 "How the service is run"
standard 1.1 "Leadership"
  aim "Leaders know the service and improve it."

domain 2 "Work with people"
standard 2.1 "Assessment"
  aim "The work starts from a sound understanding of the person."
question 2.1.1 "Is the person's situation understood well enough?"
  prompt a "Other agencies were asked" where applicable
  prompt b "The person was heard"
question 2.1.2 "Is risk understood well enough?"
  for group "cases with a risk"

# Which cases inspectors read, and whose questions they answer.
sample "all cases" for domain 2
  is cases where "kind of case" is one of "first contact", "long-term"
  matched to the caseload on "kind of case"
  source "Handbook"

# ---- How parts are rated: each part by exactly one rule ----

> A line like this says, in your own words, what the published rule asks for.
rate standards in domain 1 by judgement of "the lead inspector"
  source "Handbook"

# Every percentage from 0 to 100 belongs to one band.
banding "share of cases" of whole percentages, halves rounded up
  below 50 is 'Inadequate'
  50 to 64 is 'Requires improvement'
  65 to 79 is 'Good'
  80 or more is 'Outstanding'
  source "Handbook"

rate questions in domain 2 by the percentage of relevant cases answered 'Yes' using banding "share of cases"
  source "Handbook"

> A standard is only as good as its weakest question.
rate standards in domain 2 by the lowest rating of their questions leaving out those not rated
  source "Handbook"
  assumes "a question without any relevant case is left out"

# Two standards of 0 to 3 points each: the scale runs to 6.
banding "overall score" of scores from 0 to 6
  0 to 1 is 'Inadequate'
  2 to 3 is 'Requires improvement'
  4 to 5 is 'Good'
  6 to 6 is 'Outstanding'
  source "Handbook"

rate overall by the total score of standards in domains 1 and 2 in proportion using banding "overall score"
  source "Handbook"
  assumes "where a standard cannot be rated, the bands shrink with what can be scored"

# ---- A test: what an inspection found, and what it has to come to ----

test "a worked example"
  assumes "made up: put a published report here"
  given
    1.1 is 'Good'
    2.1.1 is 15 of 20 2.1.2 is 7 of 12
  expect
    2.1.1 is 75%
    2.1.1 is 'Good'
    2.1 is 'Requires improvement'
    score is 3 of 6
    overall is 'Requires improvement'
"""  # noqa: E501 - lines as authors write them
