"""The rating book: one inspection's answers and ratings, current event by event.

A book is folded from the inspection's events and nothing else, so two books of the same
events are equal. It holds what a decision needs to know (what is on record, at which
version) and what the rules make of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import Struct

from dsl import (
    Decision,
    Framework,
    LiveRatings,
    Shift,
    carry_decisions,
    shifts_across,
)
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseExcluded,
    CaseRestored,
    CorrectionApproved,
    DiscretionDecided,
    DomainSetAside,
    DomainTakenUp,
    FactRecorded,
    FactWithdrawn,
    FrameworkRepinned,
    GuidanceDeparted,
    InspectionAnnounced,
    JudgementProposed,
    JudgementWithdrawn,
    PersonAssigned,
    PersonReleased,
)
from events.recorded import RecordedEvent
from projections.break_glass import BREAK_GLASS_EVENTS, BreakGlass
from projections.casework import CASEWORK_EVENTS, Casework
from projections.effect import RatingEffect, effect_of
from projections.exporting import EXPORT_EVENTS, Exports
from projections.proceedings import PROCEEDINGS_EVENTS, Proceedings
from projections.repin import is_answerable, may_judge, rated_under
from projections.retention import RETENTION_EVENTS, Erasure, Hold, Retention
from projections.shelf import Edition

Editions = Callable[[str, int], Edition]
"""The adopted revision of a framework: id and number in, edition out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is on record about one thing: an answer, a fact, a judgement, a case."""

    value: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one event changed: the thing it is about, and every effect it had."""

    before: str | None
    after: str | None
    effects: tuple[RatingEffect, ...]
    kept: Sequence[Erasure | Hold] = ()  # requests to erase and holds that it moved


class RatingBook:
    """One inspection as it stands after the events applied so far."""

    def __init__(self, opening: RecordedEvent, editions: Editions) -> None:
        """Open the book with the inspection's first event, its announcement."""
        announced = opening.data
        if not isinstance(announced, InspectionAnnounced):
            raise TypeError("an inspection begins with its announcement")
        self.announced = announced
        self.announced_at = opening.recorded_at
        self._editions = editions
        self.edition = editions(announced.framework, announced.revision)
        self.ratings = LiveRatings(self.edition.framework)
        self.samples: dict[str, str] = {}  # case → sample
        self.casework = Casework(announced, opening.origin.actor)
        self.proceedings = Proceedings()
        self.retention = Retention()
        self.break_glass = BreakGlass()
        self.exports = Exports()
        self.departures: dict[str, GuidanceDeparted] = {}  # by standard, the last
        self._entries: dict[str, Entry] = {}
        self.version = opening.version
        self.position = opening.position

    @property
    def framework(self) -> Framework:
        """The rules this inspection is held to."""
        return self.edition.framework

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is on record, by what it is about: `answers/C-1/2.1.2` and the like."""
        return MappingProxyType(self._entries)

    def entry(self, about: str) -> Entry | None:
        """What is on record about one thing."""
        return self._entries.get(about)

    def apply(self, recorded: RecordedEvent) -> Change:
        """Move on by the next event of this inspection."""
        self.version, self.position = recorded.version, recorded.position
        about, kind = recorded.about, type(recorded.data)
        before = None if about is None else self._entries.get(about)
        was = None if before is None else before.value
        if kind is FrameworkRepinned:
            was = _named(self.edition.id, self.edition.revision)
        value, shifts = self._move(recorded.data, before)
        if kind in CASEWORK_EVENTS:
            self.casework.apply(recorded)
        if kind in PROCEEDINGS_EVENTS:
            value = self.proceedings.apply(recorded)
        if kind in BREAK_GLASS_EVENTS:
            self.break_glass.apply(recorded)
        if kind in EXPORT_EVENTS:
            self.exports.apply(recorded)
        if about is not None:
            if value is None:
                self._entries.pop(about, None)
            else:
                self._entries[about] = Entry(value, recorded.version, recorded.position)
        return Change(
            was,
            value,
            tuple(map(effect_of, shifts)) if shifts else (),
            self.retention.apply(recorded) if kind in RETENTION_EVENTS else (),
        )

    def _move(
        self, fact: Struct, before: Entry | None
    ) -> tuple[str | None, tuple[Shift, ...]]:
        """What is on record now about the thing, and what the rules made of it."""
        ratings = self.ratings
        match fact:
            case (
                AnswerGiven(case=case, question=question, answer=answer)
                | CorrectionApproved(case=case, question=question, answer=answer)
            ):
                return answer, self._answer(case, question, answer)
            case AnswerWithdrawn(case=case, question=question):
                return None, self._answer(case, question, None)
            case FactRecorded(case=whose, fact=name, value=value):
                return value, ratings.record_fact(whose, name, value)
            case FactWithdrawn(case=whose, fact=name):
                return None, ratings.record_fact(whose, name, None)
            case CaseAdded(case=case, sample=sample):
                self.samples[case] = sample
                return "included", ratings.add_case(case, sample)
            case CaseExcluded(case=case):
                return "excluded", ratings.exclude_case(case)
            case CaseRestored(case=case):
                return "included", ratings.restore_case(case)
            case JudgementProposed(standard=standard, rating=rating):
                return rating, self._judge(standard, rating)
            case JudgementWithdrawn(standard=standard):
                return None, self._judge(standard, None)
            case DiscretionDecided(standard=standard, outcome=outcome, after=after):
                decision = Decision(applied=outcome == "applied", rating=after)
                return outcome, ratings.decide(standard, decision)
            case DomainSetAside(domain=domain):
                return "set aside", ratings.set_inspected(domain, inspected=False)
            case DomainTakenUp(domain=domain):
                return None, ratings.set_inspected(domain, inspected=True)
            case GuidanceDeparted(standard=standard, given=given):
                self.departures[standard] = fact
                return given, ()
            case FrameworkRepinned(framework=framework, revision=revision):
                return _named(framework, revision), self._repin(framework, revision)
            case PersonAssigned():
                return "assigned", ()
            case PersonReleased():
                return None, ()
            case _:  # a fact that no rating, and no decision yet, depends on
                return None if before is None else before.value, ()

    def _answer(
        self, case: str, question: str, answer: str | None
    ) -> tuple[Shift, ...]:
        if not is_answerable(self.ratings, question, answer):
            return ()  # of the rules before a re-pin
        return self.ratings.answer(case, question, answer)

    def _judge(self, standard: str, rating: str | None) -> tuple[Shift, ...]:
        if not may_judge(self.framework, standard, rating):
            return ()  # as above
        return self.ratings.judge(standard, rating)

    def _repin(self, framework: str, revision: int) -> tuple[Shift, ...]:
        """Rate the same evidence by another edition; what moved is its effect."""
        before, self.edition = self.ratings, self._editions(framework, revision)
        on_record = ((about, entry.value) for about, entry in self._entries.items())
        self.ratings = rated_under(self.framework, self.samples, on_record)
        carry_decisions(before, self.ratings)
        return shifts_across(before, self.ratings)


def _named(framework: str, revision: int) -> str:
    """An edition, as the history shows it."""
    return f"{framework} revision {revision}"
