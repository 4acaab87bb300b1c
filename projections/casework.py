"""Who works on an inspection, how its cases were chosen, and who answered what."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseAllocated,
    CaseloadFrozen,
    InspectionAnnounced,
    PersonAssigned,
    PersonReleased,
    SampleDrawn,
)
from events.recorded import RecordedEvent
from projections.checking import CHECKING_EVENTS, Checking, Done

LEAD = "lead-inspector"

CASEWORK_EVENTS = CHECKING_EVENTS | {
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseAllocated,
    CaseloadFrozen,
    PersonAssigned,
    PersonReleased,
    SampleDrawn,
}
"""The facts that `Casework` follows."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The caseload that samples are drawn from."""

    fact: CaseloadFrozen
    done: Done


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample as it was drawn."""

    fact: SampleDrawn
    done: Done


class Casework:
    """People, samples and allocations after the events applied so far."""

    def __init__(self, announced: InspectionAnnounced, by: str) -> None:
        """Whoever announced leads, unless the announcement names another."""
        self._people: dict[str, set[str]] = {
            person: {role} for person, role in announced.team.items()
        }
        if LEAD not in announced.team.values():
            self._people.setdefault(by, set()).add(LEAD)
        self.caseload: Frozen | None = None
        self.samples: dict[str, Drawn] = {}  # by name
        self.stands_in: dict[str, str] = {}  # excluded case → the one in its place
        self.allocated: dict[str, str] = {}  # case → person
        self.checking = Checking()
        self._hands: dict[str, dict[str, set[str]]] = {}  # case → person → questions

    def roles_of(self, person: str) -> AbstractSet[str]:
        """The parts a person has in this inspection."""
        return self._people.get(person, frozenset())

    def has_known(self, person: str) -> bool:
        """Whether a person has a part in this inspection, or had one."""
        return person in self._people

    def people(self) -> Mapping[str, AbstractSet[str]]:
        """Everybody who has a part, with their parts."""
        return {person: roles for person, roles in self._people.items() if roles}

    def people_with(self, role: str) -> AbstractSet[str]:
        """Everybody who has a part."""
        return {person for person, roles in self._people.items() if role in roles}

    def answered(self, case: str) -> AbstractSet[str]:
        """Everybody who ever gave or withdrew an answer of a case."""
        return self._hands.get(case, {}).keys()

    def assessors_of(self, case: str) -> AbstractSet[str]:
        """Everybody whose own judgement a case is."""
        own = {self.allocated.get(case), self.checking.review(case).submitted_by}
        return self.answered(case) | {person for person in own if person is not None}

    def inspectors_of(self, case: str) -> AbstractSet[str]:
        """The same, and who ever proposed a correction: nobody of them checks it."""
        proposed = {
            correction.proposed.by
            for correction in self.checking.corrections.values()
            if correction.case == case
        }
        return self.assessors_of(case) | proposed

    def answered_below(self, standard: str) -> AbstractSet[str]:
        """Everybody who ever answered a question of a standard, or proposed to."""
        below = f"{standard}."
        return {
            person
            for hands in self._hands.values()
            for person, questions in hands.items()
            if any(question.startswith(below) for question in questions)
        } | {
            correction.proposed.by
            for correction in self.checking.corrections.values()
            if correction.question.startswith(below)
        }

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by one of `CASEWORK_EVENTS`."""
        fact = recorded.data
        match fact:
            case (
                AnswerGiven(case=case, question=question)
                | AnswerWithdrawn(case=case, question=question)
            ):
                self._note(case, recorded.origin.actor, question)
            case CaseAllocated(case=case, to=to):
                self.allocated[case] = to
            case CaseAdded(case=case, replaces=str(replaces)):
                self.stands_in[replaces] = case
            case SampleDrawn(sample=sample):
                self.samples[sample] = Drawn(fact, Done.of(recorded))
            case CaseloadFrozen():
                self.caseload = Frozen(fact, Done.of(recorded))
            case PersonAssigned(person=person, role=role):
                self._people.setdefault(person, set()).add(role)
            case PersonReleased(person=person, role=role):
                self._people[person].discard(role)
            case _:
                pass
        if type(fact) in CHECKING_EVENTS:
            self.checking.apply(recorded)

    def _note(self, case: str, person: str, question: str) -> None:
        hands = self._hands.get(case)
        if hands is None:
            hands = self._hands[case] = {}
        questions = hands.get(person)
        if questions is None:
            hands[person] = {question}
        else:
            questions.add(question)
