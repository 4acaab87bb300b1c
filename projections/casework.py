"""Who works on an inspection, and on which of its cases."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from events.inspection import (
    AnswerGiven,
    CaseAllocated,
    InspectionAnnounced,
    PersonAssigned,
    PersonReleased,
)
from events.recorded import RecordedEvent

LEAD = "lead-inspector"


class Casework:
    """People and allocations after the events applied so far."""

    def __init__(self, announced: InspectionAnnounced, by: str) -> None:
        """Whoever announced leads, unless the announcement names another."""
        self._people: dict[str, set[str]] = {
            person: {role} for person, role in announced.team.items()
        }
        if LEAD not in announced.team.values():
            self._people.setdefault(by, set()).add(LEAD)
        self.allocated: dict[str, str] = {}  # case → person
        self._hands: dict[str, set[str]] = {}  # person → questions

    def roles_of(self, person: str) -> AbstractSet[str]:
        """The parts a person has in this inspection."""
        return self._people.get(person, frozenset())

    def people(self) -> Mapping[str, AbstractSet[str]]:
        """Everybody who has a part, with their parts."""
        return {person: roles for person, roles in self._people.items() if roles}

    def people_with(self, role: str) -> AbstractSet[str]:
        """Everybody who has a part."""
        return {person for person, roles in self._people.items() if role in roles}

    def answered_below(self, standard: str) -> AbstractSet[str]:
        """Everybody who ever answered a question of a standard, in any case."""
        below = f"{standard}."
        return {
            person
            for person, questions in self._hands.items()
            if any(question.startswith(below) for question in questions)
        }

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by an event of the inspection."""
        match recorded.data:
            case AnswerGiven(question=question):
                self._hands.setdefault(recorded.origin.actor, set()).add(question)
            case PersonAssigned(person=person, role=role):
                self._people.setdefault(person, set()).add(role)
            case PersonReleased(person=person, role=role):
                self._people[person].discard(role)
            case CaseAllocated(case=case, to=to):
                self.allocated[case] = to
            case _:
                pass


CASEWORK_EVENTS = frozenset(
    {AnswerGiven, PersonAssigned, PersonReleased, CaseAllocated}
)
"""The facts that `Casework` follows."""
