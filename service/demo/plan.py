"""A demonstration inspection: its cases, and who submits what, when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.demo.published import Published

LEAD = "lead-inspector"
CHAIR = "panel-chair"
DECIDERS = ("panel-member-1", "panel-member-2")
PANEL = (CHAIR, *DECIDERS)
"""Nobody who leads or assesses decides: the panel is other people.

The lead proposes, the deciders vote, and the chair approves.
"""

HEAD = "head-of-inspections"
CONTACT = "contact-of-the-service"


@dataclass(frozen=True, slots=True)
class Case:
    """One case in its final state; questions it is not relevant to have no answer."""

    ref: str
    sample: str
    facts: Mapping[str, str]
    answers: Mapping[str, str]  # questions and prompts, as the framework spells them


@dataclass(frozen=True, slots=True)
class Join:
    """Put a case into its sample, with what the service itself has on record."""

    case: str
    sample: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Allocate:
    """Give every case to the inspector who assesses it."""

    inspectors: Mapping[str, str]  # by case


@dataclass(frozen=True, slots=True)
class Learn:
    """Record a fact of a case, or change it."""

    case: str
    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a question or prompt of a case, or change the answer."""

    case: str
    question: str
    answer: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take an answer back."""

    case: str
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Finish with a case."""

    case: str


@dataclass(frozen=True, slots=True)
class Accept:
    """Agree with a colleague's case."""

    case: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Submit the fieldwork: nothing that a rating rests on moves from here on."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Propose the rating of a judged standard."""

    standard: str
    rating: str
    rationale: str
    rests_on: tuple[str, ...] = ()  # evidence


@dataclass(frozen=True, slots=True)
class Decide:
    """Move a standard by discretion; the answers stay as they are."""

    standard: str
    rating: str
    cases_reviewed: tuple[str, ...]
    deciders: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Depart:
    """Say why a rating is not the one guidance expects."""

    standard: str
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """A step towards agreement and publication, as the API takes it.

    `sees` are fields that name what the person has seen, and where they read it.
    """

    path: str
    says: Mapping[str, object]
    sees: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


Step = (
    Join
    | Allocate
    | Learn
    | Answer
    | Withdraw
    | Submit
    | Accept
    | Judge
    | Finish
    | Decide
    | Depart
    | Act
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One step, by one person, at one time."""

    at: datetime  # aware UTC
    by: str
    step: Step


@dataclass(frozen=True, slots=True)
class Plan:
    """One inspection from the first case to the panel.

    INVARIANT (plan): carried out in order, the submissions end in `cases`, and the
    counts over `cases` are the published ones.
    """

    published: Published
    cases: tuple[Case, ...]
    submissions: tuple[Submission, ...]
