"""An inspection played in memory: people give commands, what follows is put on record.

Authority is checked and events decided as the desk does it, without a store.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from dsl import is_judged
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    FactRecorded,
    InspectionAnnounced,
    InspectionSubmitted,
    JudgementProposed,
)
from events.recorded import NewEvent, Origin, RecordedEvent
from events.sealed import SealedText
from projections import RatingBook, Shelf, read_book
from service.authority import authorise
from service.choices import CHOICES, Choices
from service.identity import Role
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.commands import InspectionCommand
from service.inspection.decider import decide
from service.inspection.situation import Situation
from service.refusal import Refused
from tests.projections.recording import STREAM, announced, shelf_of

SHELF = shelf_of("youth-2020", "youth-2021")
WORDS = SealedText("inspection/brent-2019", b"", b"w" * 80)
TERSE = SealedText("inspection/brent-2019", b"", b"w" * 65)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

LEAD, INSPECTOR, SERVICE = "lena", "ida", "sam"
PANEL = ("pavel", "petra", "paul", "pia")
HEAD, AUDITOR = "hugo", "greta"

ROLES: Mapping[str, frozenset[Role]] = {
    LEAD: frozenset({Role.LEAD_INSPECTOR}),
    INSPECTOR: frozenset({Role.INSPECTOR}),
    SERVICE: frozenset({Role.INSPECTED_SERVICE}),
    **{person: frozenset({Role.PANEL_MEMBER}) for person in PANEL},
    HEAD: frozenset({Role.HEAD}),
    AUDITOR: frozenset({Role.GOVERNANCE}),
}
TEAM = {
    LEAD: "lead-inspector",
    INSPECTOR: "inspector",
    SERVICE: "inspected-service",
}


@dataclass
class Play:
    """One inspection; each command is given a minute after the one before."""

    shelf: Shelf = field(default_factory=lambda: SHELF)
    choices: Choices = CHOICES
    roles: Mapping[str, frozenset[Role]] = field(default_factory=lambda: ROLES)
    now: datetime = NOON
    facts: list[RecordedEvent] = field(default_factory=list)

    @property
    def book(self) -> RatingBook:
        """The inspection as it stands."""
        return self._book

    def open(self, opening: InspectionAnnounced) -> "Play":
        """Put the announcement on record."""
        self.facts = [self._recorded(NewEvent(opening), LEAD)]
        self._book = read_book(self.facts, self.shelf)
        return self

    def record(self, by: str, *events: NewEvent) -> None:
        """Put events on record without asking whether they may happen."""
        for event in events:
            recorded = self._recorded(event, by)
            self.facts.append(recorded)
            self._book.apply(recorded)

    def do(
        self, person: str, command: InspectionCommand, *, seen: bool = True
    ) -> Sequence[Struct]:
        """Carry out a command as this person; raises Refused."""
        self.now += timedelta(minutes=1)
        asker = Asker(
            person=person,
            roles=self.roles[person],
            at=self.now,
            choices=self.choices,
        )
        authorise(command, asker, self._book)
        situation = Situation(STREAM.id, self._book, self.shelf, asker, seen=seen)
        events = decide(command, situation)
        self.record(person, *events)
        return [event.data for event in events]

    def refused(
        self, person: str, command: InspectionCommand, *, seen: bool = True
    ) -> str:
        """The code with which a command is refused; nothing if it is carried out."""
        try:
            self.do(person, command, seen=seen)
        except Refused as refused:
            return refused.code
        return ""

    def wait(self, **time: int) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def _recorded(self, event: NewEvent, by: str) -> RecordedEvent:
        at = len(self.facts) + 1
        return RecordedEvent(
            stream=STREAM,
            version=at,
            position=at,
            recorded_at=self.now,
            origin=Origin(actor=by, observed_at=self.now),
            about=event.about,
            data=event.data,
        )


COURT, OUT_OF_COURT = "C-1", "C-2"


def complete(wrong: Container[str] = ("2.1.2",), framework: str = "youth-2020") -> Play:
    """An inspection with one court case and one out of court, all questions answered.

    Every answer is yes but the `wrong` ones. The inspector answered them all, and the
    fieldwork is submitted.
    """
    play = Play().open(announced(framework, team=TEAM))
    for case, sample in ((COURT, "court disposals"), (OUT_OF_COURT, _OUT)):
        added = CaseAdded(case=case, sample=sample)
        play.record(LEAD, NewEvent(added, about.case(case)))
        for fact, value in _FACTS.items():
            known = FactRecorded(case=case, fact=fact, value=value)
            play.record(INSPECTOR, NewEvent(known, about.fact(case, fact)))
    for question in play.book.framework.questions.values():
        if not question.asked_of_cases:
            continue
        case = COURT if question.domain == "2" else OUT_OF_COURT
        said = "No" if question.id in wrong else "Yes"
        answer = AnswerGiven(case=case, question=question.id, answer=said)
        play.record(INSPECTOR, NewEvent(answer, about.answer(case, question.id)))
    for standard, rate in play.book.framework.rates.items():
        if not is_judged(rate.method):
            continue
        judged = JudgementProposed(standard=standard, rating="Good")
        play.record(LEAD, NewEvent(judged, about.judgement(standard)))
    play.record(LEAD, NewEvent(InspectionSubmitted()))
    return play


def answer(play: Play, said: str | None, question: str = "2.1.1") -> None:
    """Put another answer of the court case on record, as after a correction."""
    thing = about.answer(COURT, question)
    entry = play.book.entry(thing)
    assert entry is not None
    fact: Struct
    if said is None:
        fact = AnswerWithdrawn(case=COURT, question=question, replaces=entry.version)
    else:
        fact = AnswerGiven(
            case=COURT, question=question, answer=said, replaces=entry.version
        )
    play.record(INSPECTOR, NewEvent(fact, thing))


_OUT = "out-of-court disposals"
_FACTS = {
    "safety is a factor": "yes",
    "risk of serious harm, judged": "high",
    "desistance changed": "yes",
    "safety changed": "yes",
    "harm changed": "yes",
    "disposal": "youth conditional caution",
}
