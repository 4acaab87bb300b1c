"""The inspections whose published figures the demonstration loads, and their sources.

One JSON file each, in `published/`, laid out as the report is. Prompts are there only
where the report gives their counts. Facts are runs down a sample's cases, from the case
with most at stake to the one with least: `[["yes", 6], ["no", 1], ["yes", 1]]`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources

import msgspec
from msgspec import Struct

IDS = (
    "west-london-sqs-2016",
    "barking-and-dagenham-2018",
    "brent-2019",
    "trafford-2021",
    "waltham-forest-2024",
)
"""File stems, oldest fieldwork first; also the ids of the demonstration inspections."""

Tally = tuple[int, int]
"""Sufficient and relevant cases, as printed: 5 of 8 is `(5, 8)`."""


class Basis(StrEnum):
    """How we know a count."""

    PRINTED = "printed"  # the report prints it in a table
    STATED = "stated"  # the report's text says it, or leaves one possibility
    DERIVED = "derived"  # ours, among those that give the printed percentage


class Fieldwork(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When inspectors were there; `printed` is as precise as the report is."""

    printed: str
    starts_on: date
    days: int
    second_week_on: date | None = None  # joint inspections: cases are looked at again
    basis: Basis
    place: str

    @property
    def ends_on(self) -> date:
        """The last day that cases are looked at."""
        return self.second_week_on or self.starts_on + timedelta(days=self.days - 1)


class SampleFigures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many cases a sample had, and how the facts are spread over them."""

    cases: int
    place: str
    facts: Mapping[str, tuple[tuple[str, int], ...]]


class QuestionFigures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question as published; `percent` where the report prints one."""

    percent: int | None = None
    yes: int
    relevant: int
    basis: Basis
    note: str | None = None  # why this count, where others fit too
    by: Mapping[str, Mapping[str, Tally]] = {}  # one fact → value → its part of it
    prompts: Mapping[str, Tally] = {}  # letter → count


class DiscretionUsed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standard the panel moved; `question` is the one it hung on."""

    question: str
    before: str
    after: str
    reason: str


class Departure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rating other than guidance expects."""

    expected: str
    reason: str


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standard, or a theme of a screening, and where the report has it."""

    place: str
    rating: str | None = None
    discretion: DiscretionUsed | None = None
    departure: Departure | None = None
    questions: Mapping[str, QuestionFigures] = {}  # none where it is judged


class Published(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything one report says that ratings rest on, and the ratings it gives."""

    id: str
    service: str
    framework: str
    programme: str
    report: str
    published: str  # "2021-02"
    fieldwork: Fieldwork
    panel_on: date | None = None  # ours; none where nothing is rated
    inspectors: int  # ours
    samples: Mapping[str, SampleFigures]
    sections: Mapping[str, Section]
    score: int | None
    maximum: int | None
    overall: str | None
    score_basis: Basis
    notes: tuple[str, ...]

    @property
    def questions(self) -> Mapping[str, QuestionFigures]:
        """All questions, in the report's order."""
        return {
            code: figures
            for section in self.sections.values()
            for code, figures in section.questions.items()
        }

    @property
    def judgements(self) -> Mapping[str, str]:
        """Standards that are judged as a whole, with the rating given."""
        return {
            standard: section.rating
            for standard, section in self.sections.items()
            if section.rating is not None and not section.questions
        }

    @property
    def ratings(self) -> Mapping[str, str]:
        """Standards and the ratings printed for them."""
        return {
            standard: section.rating
            for standard, section in self.sections.items()
            if section.rating is not None
        }

    @property
    def is_reconstructed(self) -> bool:
        """Whether any count is not printed as such."""
        return any(it.basis is not Basis.PRINTED for it in self.questions.values())


def read(inspection: str) -> Published:
    """One of `IDS`."""
    file = resources.files("service.demo") / "published" / f"{inspection}.json"
    return msgspec.json.decode(file.read_bytes(), type=Published)


def counts_that_fit(percent: int, *, cases: int) -> tuple[Tally, ...]:
    """Every count over at most so many cases that is printed as this percentage."""
    return tuple(
        (yes, relevant)
        for relevant in range(1, cases + 1)
        for yes in range(relevant + 1)
        if (200 * yes + relevant) // (2 * relevant) == percent
    )
